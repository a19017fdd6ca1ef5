import type { Micros } from "../domain/amount.js";
import { walletId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { CreditReturn } from "../domain/wallet.js";
import type { Tx } from "../storage/database.js";
import type { WalletRef } from "./load.js";

/** What a rolling wallet gets back by now, and when it gets the next. */
export interface Returns {
  readonly due: CreditReturn[];
  nextAt: Instant | null;
}

/** However many calls have left the window since the last look, they come back as one sum for each grant. */
export async function loadReturns(tx: Tx, refs: readonly WalletRef[]): Promise<Map<string, Returns>> {
  const byWallet = new Map<string, Returns>();
  if (refs.length === 0) return byWallet;
  for (const { account, unit } of refs)
    byWallet.set(walletId(account.customerId, unit), { due: [], nextAt: null });
  const wanted = JSON.stringify(refs.map(({ account, unit }) => [account.customerId, unit, account.now]));
  const given = tx.dialect.given("$1", ["customer_id text", "unit text", "now bigint"]);
  for (const { customer_id, unit, ...back } of await loadDue(tx, given, wanted))
    byWallet.get(walletId(customer_id, unit))?.due.push(back);
  for (const { customer_id, unit, at } of await loadNext(tx, given, wanted)) {
    const returns = byWallet.get(walletId(customer_id, unit));
    if (returns !== undefined) returns.nextAt = at;
  }
  return byWallet;
}

interface WalletKey {
  readonly customer_id: string;
  readonly unit: string;
}

const loadDue = (tx: Tx, given: string, wanted: string) =>
  tx.query<WalletKey & { grantId: string; at: Instant; amount: Micros }>(
    `SELECT r.customer_id, r.unit, r.grant_id AS "grantId", MAX(r.due_at) AS at, SUM(r.amount) AS amount
     FROM ${given} AS given CROSS JOIN window_returns r
     WHERE r.customer_id = given.customer_id AND r.unit = given.unit AND r.due_at <= given.now
     GROUP BY r.customer_id, r.unit, r.grant_id ORDER BY at, r.grant_id`,
    [wanted],
  );

const loadNext = (tx: Tx, given: string, wanted: string) =>
  tx.query<WalletKey & { at: Instant | null }>(
    `SELECT given.customer_id, given.unit,
            (SELECT MIN(r.due_at) FROM window_returns r
             WHERE r.customer_id = given.customer_id AND r.unit = given.unit AND r.due_at > given.now) AS at
     FROM ${given} AS given`,
    [wanted],
  );
