import { zero } from "../../../domain/amount.js";
import type { Coupon, TaxRate } from "../../../domain/catalog.js";
import { isCountry } from "../../../domain/country.js";
import { type Path, type Report, within } from "../problem.js";
import type { CatalogFile, CouponOfFile } from "../schema/file.js";
import { notDeclared, shown } from "../wording.js";

export function resolveTaxRates(written: CatalogFile["taxRates"], report: Report): TaxRate[] {
  return Object.entries(written).map(([country, rate]) => {
    if (!isCountry(country)) report([country], `${shown(country)} is no country's 2-letter code, such as DE`);
    return { country, ...rate };
  });
}

/** Days are counted from the first attempt, so each is later than the one before. */
export function checkDunning(
  written: CatalogFile["dunning"],
  { plans, isBroken }: Plans,
  report: Report,
): void {
  if (written === null) return;
  const { retryAfterDays, afterwards } = written;
  retryAfterDays.forEach((days, index) => {
    const before = retryAfterDays[index - 1];
    if (before !== undefined && days <= before)
      report(["retryAfterDays", index], "must be larger than the one before");
  });
  if (typeof afterwards === "string") return;
  const { downgradeTo } = afterwards;
  if (!plans.includes(downgradeTo) && !isBroken("plans", downgradeTo))
    report(["afterwards", "downgradeTo"], notDeclared("plan", downgradeTo, plans));
}

interface Plans {
  readonly plans: readonly string[];
  readonly isBroken: (...entry: Path) => boolean;
}

export function resolveCoupon(
  { percentOff, amountOff, duration, ...written }: CouponOfFile & { readonly key: string },
  { plans, isBroken }: Plans,
  report: Report,
): Coupon {
  if ((percentOff === undefined) === (amountOff === undefined))
    report([], "takes off either percentOff or amountOff; give one of the two");
  written.plans?.forEach((plan, index) => {
    const at = within(report, "plans", index);
    if (!plans.includes(plan) && !isBroken("plans", plan)) at([], notDeclared("plan", plan, plans));
    if (written.plans?.indexOf(plan) !== index) at([], `${plan} is there twice`);
  });
  return { ...written, off: amountOff ?? { percent: percentOff ?? zero }, periods: duration };
}
