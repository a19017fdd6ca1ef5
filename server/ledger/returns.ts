import type { Micros } from "../domain/amount.js";
import { walletId } from "../domain/ids.js";
import { dayMs, hourMs, type Instant } from "../domain/instant.js";
import type { WalletSnapshot } from "../domain/snapshot.js";
import type { CreditReturn } from "../domain/wallet.js";
import type { Database, Tx } from "../storage/database.js";
import type { WalletRef } from "./load.js";

/** What a rolling wallet gets back by now, and when it gets the next. */
export interface Returns {
  readonly due: CreditReturn[];
  nextAt: Instant | null;
}

/**
 * However many calls have left the window since the last look, they come back as one sum for each grant, dated by the
 * last of them. Calls that were undone in full bring nothing back and date nothing.
 */
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
       AND r.amount > 0
     GROUP BY r.customer_id, r.unit, r.grant_id ORDER BY at, r.grant_id`,
    [wanted],
  );

const loadNext = (tx: Tx, given: string, wanted: string) =>
  tx.query<WalletKey & { at: Instant | null }>(
    `SELECT given.customer_id, given.unit,
            (SELECT MIN(r.due_at) FROM window_returns r
             WHERE r.customer_id = given.customer_id AND r.unit = given.unit AND r.due_at > given.now
               AND r.amount > 0) AS at
     FROM ${given} AS given`,
    [wanted],
  );

/** What a rolling supply gets back and when, soonest first. */
export const makeReturns =
  (database: Database) =>
  ({ wallet: { customerId, unit }, at, past }: WalletSnapshot, first: number): Promise<DatedReturn[]> =>
    database.read((tx) => {
      const wallet = { customerId, unit, at };
      return past === null ? returnsFrom(tx, wallet, first) : pastReturnsFrom(tx, wallet, first);
    });

/**
 * All that a rolling supply is still to get back, by the hour: at the end of the hour in which it does, so that nothing
 * comes back too early, and a window of many calls is no more than its hours.
 */
export const loadComingReturns = (tx: Tx, { customerId, unit, at }: WalletAt): Promise<CreditReturn[]> =>
  tx.query<CreditReturn>(
    `SELECT grant_id AS "grantId", (due_at + ${hourMs - 1}) / ${hourMs} * ${hourMs} AS at, SUM(amount) AS amount
     FROM window_returns WHERE customer_id = $1 AND unit = $2 AND due_at > $3 AND amount > 0
     GROUP BY 1, 2 ORDER BY 2, 1`,
    [customerId, unit, at],
  );

type DatedReturn = Pick<CreditReturn, "at" | "amount">;

interface WalletAt {
  readonly customerId: string;
  readonly unit: string;
  readonly at: Instant;
}

const returnsFrom = (tx: Tx, { customerId, unit, at }: WalletAt, first: number) =>
  tx.query<DatedReturn>(
    `SELECT due_at AS at, SUM(amount) AS amount FROM window_returns
     WHERE customer_id = $1 AND unit = $2 AND due_at > $3 AND amount > 0
     GROUP BY due_at ORDER BY due_at LIMIT $4`,
    [customerId, unit, at, first],
  );

/**
 * What calls and reversals told of by $3 say about the windows of $1's wallet in $2: which grant gets how much and when;
 * below zero is what a reversal has given back instead. It is needed for the past: what has come back is kept no
 * longer, and its ledger entry may stand for many calls. A grant that has ended before gets nothing back.
 */
export const windowMoves = `
  SELECT grant_id, at, amount FROM (
  SELECT d.grant_id, u.occurred_at + g.window_days * ${dayMs} AS at, d.amount, g.expires_at FROM usage_records u
  JOIN draws d ON d.customer_id = u.customer_id AND d.usage_record_id = u.usage_record_id
  JOIN credit_grants g ON g.customer_id = d.customer_id AND g.grant_id = d.grant_id
  WHERE u.customer_id = $1 AND u.unit = $2 AND u.recorded_at <= $3 AND g.window_days IS NOT NULL
  UNION ALL
  SELECT d.grant_id, u.occurred_at + g.window_days * ${dayMs} AS at, -d.amount, g.expires_at FROM reversals r
  JOIN reversal_draws d ON d.customer_id = r.customer_id AND d.usage_record_id = r.usage_record_id
    AND d.reversal_id = r.reversal_id
  JOIN usage_records u ON u.customer_id = r.customer_id AND u.usage_record_id = r.usage_record_id
  JOIN credit_grants g ON g.customer_id = d.customer_id AND g.grant_id = d.grant_id
  WHERE r.customer_id = $1 AND u.unit = $2 AND r.created_at <= $3 AND d.effect = 'RESTORED'
    AND g.window_days IS NOT NULL) AS windows WHERE expires_at IS NULL OR at <= expires_at`;

const pastReturnsFrom = (tx: Tx, { customerId, unit, at }: WalletAt, first: number): Promise<DatedReturn[]> =>
  tx.query(
    `SELECT at, SUM(amount) AS amount FROM (${windowMoves}) AS moves
     WHERE at > $3 GROUP BY at HAVING SUM(amount) > 0 ORDER BY at LIMIT $4`,
    [customerId, unit, at, first],
  );
