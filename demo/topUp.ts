import { type CreditPack, isProblem, type Purchased } from "@scrip/sdk";
import { decimal, inUnits, plain } from "./amounts.js";
import type { End } from "./firstPeriod.js";
import { offerOf } from "./introduction.js";
import { act, bad, good, say } from "./print.js";
import type { Scene } from "./scene.js";
import { stretch } from "./stretch.js";
import type { Tourist } from "./tourist.js";

/** So many can be bought at once; where even these would not do, one shows the purchase as well. */
const packsMax = 1_000;
/** What is called once the pack is there, after the call that had been refused. */
const callsAfter = 4;

/** Buys a pack where the plan sells any, and makes the call again that could not be paid for. */
export async function topUp(scene: Scene, end: End): Promise<void> {
  const { tourist } = scene;
  const packs = await packsFor(tourist, end);
  if (packs.length === 0) return;
  act("A credit pack");
  const purchased = await buyOne(tourist, packs, end);
  if (purchased === null) return;
  const { refusal } = await stretch(scene, end.call, 1);
  if (refusal === null) await stretch(scene, end.call, callsAfter);
}

/** A refusal lists what would help; a postpaid plan refuses nothing, so there the packs are looked up. */
async function packsFor({ sdk, plan }: Tourist, { spent }: End): Promise<readonly CreditPack[]> {
  if (spent.refusal?.__typename === "InsufficientCredits") return spent.refusal.creditPacks;
  return plan.sellsCreditPacks ? sdk.creditPacks({ unit: plan.unit }) : [];
}

/** The cheapest pack that can be paid for, as often as the refused call needs it. */
async function buyOne(
  { sdk, id }: Tourist,
  packs: readonly CreditPack[],
  { spent: { refusal } }: End,
): Promise<Purchased | null> {
  const short = decimal(refusal?.__typename === "InsufficientCredits" ? refusal.shortBy : "0");
  for (const pack of packs) {
    const needed = short.dividedBy(pack.credits).ceil();
    const quantity = needed.lessThan(1) || needed.greaterThan(packsMax) ? 1 : needed.toNumber();
    const result = await sdk.purchase({ customerId: id, creditPack: pack.key, quantity });
    if (!isProblem(result)) {
      told(pack, result);
      return result;
    }
    say(bad(`${offerOf(pack)}: ${result.message}`));
  }
  return null;
}

function told(pack: CreditPack, { grant, invoice, wallet }: Purchased): void {
  const bought = `Bought ${inUnits(grant.amount, wallet.unit)} (${pack.key})`;
  const paid = `for ${plain(invoice.total)} ${invoice.currency}, invoice ${invoice.number} ${invoice.status}`;
  say(good(`${bought} ${paid}; balance ${inUnits(wallet.available, wallet.unit)}`));
}
