import type { CreditReturn } from "@scrip/sdk";
import { counted, plain, signed } from "./amounts.js";
import type { End } from "./firstPeriod.js";
import { act, columns, dim, good, say } from "./print.js";
import type { Scene } from "./scene.js";
import { head, row, stretch } from "./stretch.js";
import { dayOf, minuteOf } from "./time.js";
import type { Tourist } from "./tourist.js";

/** What a rolling window gives back first is shown date by date; the rest together. */
const datesMax = 4;

/** Waits until a rolling window has given back what was used; on the way, the call that was refused goes through. */
export async function waitForReturns(scene: Scene, end: End | null): Promise<void> {
  const { tourist } = scene;
  const days = counted(tourist.plan.period.days ?? 0, "day");
  act(`Waiting: credits come back ${days} after they were used, to the millisecond`);
  const returns = await returnsOf(tourist);
  if (returns.length === 0) return say("Nothing was burned that could come back.");
  const dates = returns.slice(0, datesMax).map(({ at, amount }) => [minuteOf(at), `${signed(amount)}`]);
  say(dim("What the wallet promises (wallet.returns):"));
  for (const text of columns(dates, [1])) say(`  ${text} ${tourist.plan.unit}`);
  if (returns.length > datesMax) say(`  … and ${returns.length - datesMax} dates more`);
  say(dim("What happens:"));
  head(scene);
  for (const [nth, due] of returns.entries()) {
    await tourist.goTo(due.at);
    if (nth < datesMax || nth === returns.length - 1) await cameBack(scene, due);
    if (nth === 0 && end !== null) await stretch(scene, end.call, 1);
  }
}

async function cameBack(scene: Scene, { amount }: CreditReturn): Promise<void> {
  const { sdk, id } = scene.tourist;
  const wallet = await sdk.wallet({ customerId: id });
  const balance = plain(wallet?.available ?? "0");
  say(good(row(scene, [dayOf(scene.tourist.now()), "came back", "", signed(amount), balance, ""])));
}

async function returnsOf({ sdk, id }: Tourist): Promise<readonly CreditReturn[]> {
  const wallet = await sdk.wallet({ customerId: id, returnsFirst: 100 });
  return wallet?.returns ?? [];
}
