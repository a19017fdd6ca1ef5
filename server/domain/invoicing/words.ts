import { formatAmount, type Micros } from "../amount.js";
import type { Price } from "../catalog.js";
import { type Instant, toIso } from "../instant.js";

/** With a comma between thousands, as invoices show counts: 12500.5 is "12,500.5". */
export const counted = (amount: Micros): string =>
  formatAmount(amount).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");

export const dayText = (at: Instant): string => toIso(at).slice(0, 10);

/** Which part of a tiered price it is; null where there is only one. */
export function tierText(price: Price, index: number): string | null {
  if (price.model !== "GRADUATED" && price.model !== "VOLUME") return null;
  const tier = price.tiers[index];
  const after = price.tiers[index - 1]?.upTo ?? null;
  if (tier === undefined || price.tiers.length === 1) return null;
  const from = after === null ? [] : [`over ${counted(after)}`];
  const to = tier.upTo === null ? [] : [`up to ${counted(tier.upTo)}`];
  return [...from, ...to].join(", ");
}
