import type { Decimal } from "decimal.js";
import { decimal, zero } from "./amounts.js";
import type { PricedCall } from "./calls.js";
import { allCalls, type Dish, priced } from "./menu.js";
import type { Tourist } from "./tourist.js";

/** So many calls take a moment to make, and are still easy to follow. */
const callsMin = 10;
const callsMax = 1_000;

/** The call that uses the supply up: many at a time, where one at a time would take too long. */
export async function mainCallOf(tourist: Tourist, menu: readonly Dish[]): Promise<PricedCall | undefined> {
  const calls = allCalls(menu);
  const paid = calls.filter(({ price }) => price.greaterThan(zero));
  const supply = decimal(tourist.plan.supply ?? "0");
  const bought = (call: PricedCall): Decimal => supply.dividedToIntegerBy(call.price);
  const handy = paid.find((call) => bought(call).gte(callsMin) && bought(call).lte(callsMax));
  const many = paid.find((call) => bought(call).greaterThan(callsMax));
  const dish = menu.find(({ of }) => of.operation.key === many?.operation);
  if (handy !== undefined || many === undefined || dish === undefined) return handy ?? paid[0] ?? calls[0];
  const quantity = bought(many).dividedBy(callsMax).ceil().toFixed();
  return (await priced(tourist, dish.of, { chosen: many.chosen, quantity })) ?? many;
}
