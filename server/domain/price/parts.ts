import { type Micros, portion, subtract, zero } from "../amount.js";
import type { TierPart } from "./call.js";
import type { PricePart } from "./outcome.js";
import type { Ratio } from "./ratio.js";

/**
 * Splits what a call comes to by its tiers. Each part has the share that its exact price has, in whole millionths that
 * add up; what is taken off is shared as the list amount is, so that no part costs more than its list amount.
 */
export function partsOf(tiers: readonly TierPart[], whole: Omit<PricePart, "tier">): readonly PricePart[] {
  const last = tiers.at(-1);
  if (last === undefined || tiers.length === 1) {
    const { quantity, listAmount, amount } = whole;
    return [{ tier: last?.tier ?? 0, quantity, listAmount, amount }];
  }
  const off = subtract(whole.listAmount, whole.amount);
  let before = { list: zero, off: zero };
  return tiers.map(({ tier, quantity, reached }) => {
    const list = shareOf(whole.listAmount, reached, last.reached);
    const to = { list, off: portion(off, BigInt(list), BigInt(whole.listAmount)) };
    const listAmount = subtract(to.list, before.list);
    const amount = subtract(listAmount, subtract(to.off, before.off));
    before = to;
    return { tier, quantity, listAmount, amount };
  });
}

const shareOf = (amount: Micros, part: Ratio, whole: Ratio): Micros =>
  portion(amount, part.numerator * whole.denominator, whole.numerator * part.denominator);
