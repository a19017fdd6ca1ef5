import { inUnits } from "./amounts.js";
import { act, good, say } from "./print.js";
import { dayMs, later, minuteOf } from "./time.js";
import { periodOf, type Tourist } from "./tourist.js";

/** Moves the clock to the instant at which the period turns, and tells what the ledger says of it. */
export async function turn(tourist: Tourist): Promise<void> {
  const { noun, end } = await periodOf(tourist);
  if (end === null) {
    await tourist.goTo(later(tourist.now(), 30 * dayMs));
    act("A month later: this plan never turns, so nothing expires and nothing arrives");
    return;
  }
  await tourist.goTo(end);
  act(`The ${noun} turns: ${minuteOf(end)} UTC`);
  say(tourist.plan.supply === null ? "The plan gives no supply." : good(await changesAt(tourist, end)));
}

/** At the turn the rest of the old supply goes and the new one comes, each as an entry of that very instant. */
async function changesAt({ sdk, id, plan }: Tourist, at: string): Promise<string> {
  const { nodes } = await sdk.ledgerEntries({ customerId: id, first: 20 });
  const amountOf = (type: "EXPIRY" | "GRANT"): string =>
    nodes.find((entry) => entry.type === type && entry.occurredAt === at)?.amount.replace("-", "") ?? "0";
  const [expired, renewed] = [amountOf("EXPIRY"), amountOf("GRANT")];
  const gone = expired === "0" ? "nothing was left of it" : `${inUnits(expired, plan.unit)}, unused`;
  return `Old supply expired: ${gone}. New supply arrived: ${inUnits(renewed, plan.unit)}.`;
}
