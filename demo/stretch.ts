import { isProblem } from "@scrip/sdk";
import { plain, zero } from "./amounts.js";
import type { PricedCall } from "./calls.js";
import { bad, dim, good, say, strong } from "./print.js";
import type { Scene } from "./scene.js";
import { type Spent, spend, spendAll } from "./spend.js";
import { dayOf } from "./time.js";
import type { Tourist } from "./tourist.js";

/** What all acts print while they happen: the day, what was done, how often, the amount, the balance, a note. */
type Cells = readonly [
  day: string,
  what: string,
  calls: string,
  amount: string,
  balance: string,
  note: string,
];

const dayWidth = 11;
const callsWidth = 5;
const amountWidth = 12;

export function row({ labelWidth }: Scene, [day, what, calls, amount, balance, note]: Cells): string {
  const cells = [
    day.padEnd(dayWidth),
    what.padEnd(labelWidth),
    calls.padStart(callsWidth),
    amount.padStart(amountWidth),
    balance.padStart(amountWidth),
    note,
  ];
  return cells.join("  ").trimEnd();
}

export const head = (scene: Scene): void =>
  say(dim(row(scene, ["day", "call", "calls", scene.tourist.plan.unit, "balance", "paid by"])));

type HowMany = number | "all that is paid for";

/** Makes calls and tells in one line what they did, and in another why one was refused. */
export async function stretch(scene: Scene, call: PricedCall, calls: HowMany): Promise<Spent> {
  const { tourist } = scene;
  const spent =
    calls === "all that is paid for" ? await spendAll(tourist, call) : await spend(tourist, call, calls);
  const day = dayOf(tourist.now());
  if (spent.last !== null) {
    const balance = plain(spent.last.wallet.available);
    const times = plain(String(spent.calls));
    const line = row(scene, [day, call.label, times, plain(spent.amount), balance, payersOf(spent)]);
    // One call that two sources pay for is what the tour has been waiting for.
    say(spent.calls === 1 && line.includes(" + ") ? strong(line) : line);
  }
  if (spent.refusal !== null) {
    say(bad(row(scene, [day, call.label, "1", "refused", "", ""])));
    say(bad(`  → ${spent.refusal.message}`));
  }
  return spent;
}

/** Who paid: one source by its name, several with what each gave. */
function payersOf({ sources, postpaid, amount }: Spent): string {
  const payers = [...sources];
  if (postpaid.greaterThan(zero)) payers.push(["postpaid", postpaid]);
  if (amount.isZero()) return "free of charge";
  if (payers.length === 1) return payers.map(([source]) => source.toLowerCase()).join("");
  return payers.map(([source, part]) => `${plain(part)} ${source.toLowerCase()}`).join(" + ");
}

/** The same request again, as after a lost answer: the key finds the first one's effect. */
export async function sendAgain({ sdk, id }: Tourist, call: PricedCall, { last }: Spent): Promise<void> {
  if (last === null) return;
  const { operation, attributes, quantity } = call;
  const { idempotencyKey } = last.usageRecord;
  const again = await sdk.consume({ customerId: id, operation, attributes, quantity, idempotencyKey });
  if (isProblem(again) || !again.replayed || again.wallet.available !== last.wallet.available)
    throw new Error("A repeated call was not answered from its idempotency key.");
  say(good("The last of them sent again with its idempotency key: replayed, nothing burned."));
}
