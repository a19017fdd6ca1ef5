import { needsTopUp, watchFor } from "../domain/autoTopUp.js";
import type { Instant } from "../domain/instant.js";
import type { Tx } from "../storage/database.js";
import type { Group } from "./group.js";

/** A wallet for which credits are to be bought by themselves. */
export interface TopUpDue {
  readonly customerId: string;
  readonly unit: string;
  /** The customer's time. */
  readonly at: Instant;
}

/**
 * Finds the wallets of a group that have run low, whether by its calls or because credits have expired. From then on
 * calls do not look at them any more, until what they were marked for has come to an end.
 */
export function takeTopUpsDue(group: Group): TopUpDue[] {
  const due: TopUpDue[] = [];
  for (const [id, state] of group.wallets) {
    const { customerId, unit } = state.wallet;
    const account = group.accounts.get(customerId);
    if (account === undefined || !needsTopUp(state)) continue;
    group.wallets.set(id, watchFor(state, null));
    group.changedWallets.add(id);
    due.push({ customerId, unit, at: account.now });
  }
  return due;
}

/** In the transaction of the calls: what they have made due is known, whatever becomes of this process. */
export async function markTopUpsDue(tx: Tx, due: readonly TopUpDue[]): Promise<void> {
  if (due.length === 0) return;
  const given = tx.dialect.given("$1", ["customer_id text", "unit text", "at bigint"]);
  await tx.query(
    `UPDATE auto_top_ups SET status = 'DUE', next_attempt_at = given.at FROM ${given} AS given
     WHERE auto_top_ups.customer_id = given.customer_id AND auto_top_ups.unit = given.unit
       AND auto_top_ups.status = 'READY'`,
    [JSON.stringify(due.map(({ customerId, unit, at }) => [customerId, unit, at]))],
  );
}
