import type { Decimal } from "decimal.js";
import { inUnits } from "./amounts.js";
import type { PricedCall } from "./calls.js";
import { allCalls } from "./menu.js";
import { act, say } from "./print.js";
import type { Scene } from "./scene.js";
import { affordable, credits, type Spent } from "./spend.js";
import { head, sendAgain, stretch } from "./stretch.js";
import { later } from "./time.js";
import { periodOf } from "./tourist.js";

/** The call at which the credits were gone, and what became of it. */
export interface End {
  readonly call: PricedCall;
  readonly spent: Spent;
}

/** So many calls are made when the credits are gone and the plan bills the rest. */
const postpaidCalls = 20;

/** Calls on three days, until one is refused or, on a postpaid plan, not free any more. */
export async function exhaust(scene: Scene): Promise<End> {
  const { tourist, main } = scene;
  const { noun, stepMs } = await periodOf(tourist);
  const isPostpaid = tourist.plan.overage.policy === "POSTPAID";
  act(`The first ${noun}: calls until ${isPostpaid ? "the supply is gone, and beyond" : "one is refused"}`);
  head(scene);
  // Two fifths on each of the first two days, so that there is something left for the third.
  const part = Math.floor((affordable(await credits(tourist), main.price) * 2) / 5);
  await sendAgain(tourist, main, await stretch(scene, main, part));
  await tourist.goTo(later(tourist.now(), stepMs));
  await stretch(scene, main, part);
  await tourist.goTo(later(tourist.now(), stepMs));
  const call = leavingARest(scene, await credits(tourist)) ?? main;
  const paidFor = await stretch(scene, call, "all that is paid for");
  const spent = paidFor.refusal === null ? await stretch(scene, call, 1) : paidFor;
  if (isPostpaid && spent.refusal === null) await goBeyond(scene, call);
  return { call, spent };
}

/**
 * A call that the credits cannot pay for to the last one, best of the same operation: the next one is short by a part
 * of its price, or paid for from two sources.
 */
function leavingARest({ menu, main }: Scene, left: Decimal): PricedCall | undefined {
  const calls = allCalls(menu).filter(({ price }) => price.greaterThan(0) && price.lessThan(left));
  const uneven = calls.filter(({ price }) => !left.modulo(price).isZero());
  return uneven.find(({ operation }) => operation === main.operation) ?? uneven[0];
}

async function goBeyond(scene: Scene, call: PricedCall): Promise<void> {
  const { last } = await stretch(scene, call, postpaidCalls);
  if (last !== null) say(`Owed so far, for an invoice: ${inUnits(last.wallet.postpaid, last.wallet.unit)}`);
}
