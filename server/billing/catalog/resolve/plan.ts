import type { Operation, PlanTerms, Price, PricedOperation, TailoredTerms } from "../../../domain/catalog.js";
import { hasPriceOfOne } from "../../../domain/price/discounts.js";
import { type Report, within } from "../problem.js";
import type { PlanOfFile } from "../schema/file.js";
import { notDeclared } from "../wording.js";
import { type Names, unitOf } from "./lookups.js";

/** Operation to price; null for a price that could not be read. */
export type Prices = ReadonlyMap<string, Price | null>;

export interface PlanContext extends Names {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly priceLists: ReadonlyMap<string, Prices>;
}

export function resolvePlan(
  written: PlanOfFile & { readonly key: string },
  ownPrices: Prices,
  context: PlanContext,
  report: Report,
): PlanTerms {
  const { priceList, prices: _, ...terms } = written;
  const prices = new Map([...pricesOfList(priceList, context, report), ...ownPrices]);
  if (prices.size === 0 && priceList === undefined)
    report([], "prices no operation: name a priceList or give prices");
  const plan: PlanTerms = {
    ...terms,
    unit: unitOf(written.unit, context, report),
    operations: pricedOperations(prices, context),
  };
  checkPeriod(plan, report);
  checkTrial(plan, report);
  checkOverage(plan, context, report);
  if (!context.broken.overages.has(plan.key)) checkInvoiced(plan, report);
  if (plan.tailored !== null) checkTailored(plan.tailored, prices, within(report, "tailored"));
  return plan;
}

function pricesOfList(name: string | undefined, { priceLists }: PlanContext, report: Report): Prices {
  if (name === undefined) return new Map();
  const list = priceLists.get(name);
  if (list === undefined) report(["priceList"], notDeclared("price list", name, [...priceLists.keys()]));
  return list ?? new Map();
}

function pricedOperations(prices: Prices, { operations }: PlanContext): Record<string, PricedOperation> {
  const priced = [...prices].flatMap(([key, price]) => {
    const operation = operations.get(key);
    if (operation === undefined || price === null) return [];
    // How usage is reported is no part of what a subscriber has agreed to, and makes no new version of a plan.
    const { reportBy: _, ...agreed } = operation;
    return [[key, { operation: agreed, price }] as const];
  });
  return Object.fromEntries(priced);
}

/** A rolling window never turns, so nothing can be counted, billed or charged by the period. */
function checkPeriod({ period, operations, fee, overage, supply }: PlanTerms, report: Report): void {
  if (period.type !== "ROLLING") return;
  for (const [key, { price }] of Object.entries(operations))
    if (price.model === "GRADUATED" || price.model === "VOLUME" || price.model === "PACKAGE")
      report(
        ["period"],
        `a ROLLING period never ends, but the ${price.model} price of ${key} counts the period's quantity; use CALENDAR_MONTH, ANCHOR or NONE`,
      );
  if (supply === null) report(["period"], "a ROLLING period gives back supply, but the plan has none");
  if (fee !== null) report(["fee"], "a ROLLING period never ends, so no fee falls due");
  if (overage.policy === "POSTPAID")
    report(["overage"], "a ROLLING period never ends, so nothing can be billed after it");
}

function checkTrial({ trialDays, fee, tailored }: PlanTerms, report: Report): void {
  if (trialDays === undefined || fee !== null || (tailored?.reserved.length ?? 0) > 0) return;
  report(["trialDays"], "a trial spares a fee, but the plan has none");
}

function checkOverage({ overage, unit }: PlanTerms, { units, broken }: PlanContext, report: Report): void {
  if (overage.policy !== "POSTPAID" || broken.units.has(unit)) return;
  if (units.get(unit)?.kind === "CREDIT")
    report(["overage"], `only a CURRENCY can be billed afterwards; ${unit} is a CREDIT unit`);
}

/** An invoice has one currency, and only what is billed afterwards has an invoice for its usage. */
function checkInvoiced(
  { fee, minimumFee, tailored, overage, period, unit }: PlanTerms,
  report: Report,
): void {
  for (const [field, money] of Object.entries({ fee, minimumFee }))
    if (overage.policy === "POSTPAID" && money !== null && money.currency !== unit)
      report([field], `must be in ${unit}, in which the usage is billed; not in ${money.currency}`);
  for (const path of [...(minimumFee === null ? [] : [["minimumFee"]]), ...termsIn(tailored)])
    if (overage.policy !== "POSTPAID")
      report(path, "is part of the invoice for usage, which a plan has only with overage POSTPAID");
    else if (period.type === "NONE")
      report(path, "is for each period, but a period of NONE never ends; use CALENDAR_MONTH or ANCHOR");
}

/** The paths of what there is of tailored terms. */
const termsIn = (tailored: TailoredTerms | null): string[][] =>
  Object.entries(tailored ?? {})
    .filter(([, terms]) => (Array.isArray(terms) ? terms.length > 0 : terms !== null))
    .map(([field]) => ["tailored", field]);

function checkTailored({ volumeDiscounts, reserved }: TailoredTerms, prices: Prices, report: Report): void {
  const priced = [...prices.keys()];
  volumeDiscounts.forEach(({ from }, index) => {
    const before = volumeDiscounts[index - 1];
    if (before !== undefined && from <= before.from)
      report(["volumeDiscounts", index, "from"], "must be larger than the discount before");
  });
  reserved.forEach(({ operation }, index) => {
    if (!priced.includes(operation))
      report(["reserved", index, "operation"], notDeclared("operation of this plan", operation, priced));
    const price = prices.get(operation) ?? null;
    if (price !== null && !hasPriceOfOne(price))
      report(
        ["reserved", index, "operation"],
        `only a FLAT, MATRIX or FORMULA price can be reserved; that of ${operation} is ${price.model}`,
      );
    if (reserved.findIndex((other) => other.operation === operation) !== index)
      report(["reserved", index, "operation"], `${operation} is reserved twice`);
  });
}
