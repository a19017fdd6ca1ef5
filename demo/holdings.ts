import type { CreditGrant } from "@scrip/sdk";
import { decimal, inUnits, plain, zero } from "./amounts.js";
import { columns, say } from "./print.js";
import { dayOf } from "./time.js";
import type { Tourist } from "./tourist.js";

/** What the wallet holds, in the order in which it is burned, and what is owed. */
export async function showHoldings({ sdk, id }: Tourist): Promise<void> {
  const wallet = await sdk.wallet({ customerId: id });
  if (wallet === null) return;
  const rows = wallet.grants.map((grant, at) => [
    at === 0 ? "The wallet holds" : "and then",
    sourceOf(grant),
    plain(grant.remaining),
    `of ${inUnits(grant.amount, wallet.unit)}`,
    grant.expiresAt === null ? "without expiry" : `until ${dayOf(grant.expiresAt)}`,
  ]);
  if (decimal(wallet.postpaid).greaterThan(zero))
    rows.push(["and owes", "postpaid", plain(wallet.postpaid), wallet.unit, "for an invoice"]);
  for (const line of columns(rows, [2])) say(line);
}

/** `supply`, `pack tokens-500` */
export const sourceOf = ({ source, reason }: CreditGrant): string =>
  [source.toLowerCase(), ...(reason === null ? [] : [reason])].join(" ");
