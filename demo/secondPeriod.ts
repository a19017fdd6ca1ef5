import { Decimal } from "decimal.js";
import type { PricedCall } from "./calls.js";
import { allCalls } from "./menu.js";
import { act, say } from "./print.js";
import type { Scene } from "./scene.js";
import { credits } from "./spend.js";
import { head, stretch } from "./stretch.js";
import { later } from "./time.js";
import { periodOf } from "./tourist.js";

const kindsMax = 4;
const timesMax = 100;
/** Calls that cost nothing are recorded like all others. */
const timesFree = 3;

/** A little of everything else, for half of the supply, so that something is left to expire. */
export async function tryTheRest(scene: Scene): Promise<void> {
  const { tourist, menu, main } = scene;
  const { noun, stepMs } = await periodOf(tourist);
  await tourist.goTo(later(tourist.now(), stepMs));
  act(`The second ${noun}: a little of everything`);
  const holds = await credits(tourist);
  let budget = Decimal.min(tourist.plan.supply ?? holds, holds).dividedBy(2);
  const payable = [...allCalls(menu), main].filter(({ price }) => price.lessThanOrEqualTo(budget));
  const others = payable.filter(({ label }) => label !== main.label);
  const kinds = (others.length === 0 ? payable : others).slice(0, kindsMax);
  if (kinds.length === 0) return say("The credits that are left pay for none.");
  const share = budget.dividedBy(kinds.length);
  head(scene);
  for (const call of kinds) {
    if (call.price.greaterThan(budget)) continue;
    const { amount } = await stretch(scene, call, timesFor(call, share));
    budget = budget.minus(amount);
  }
}

function timesFor({ price }: PricedCall, share: Decimal): number {
  if (price.isZero()) return timesFree;
  return Math.max(1, Decimal.min(timesMax, share.dividedToIntegerBy(price)).toNumber());
}
