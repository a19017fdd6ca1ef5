import type { Micros } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import type { Hold, HoldStatus } from "../domain/hold.js";
import { walletId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { Tx } from "../storage/database.js";
import type { WalletRef } from "./load.js";

/** Which holds of a wallet have ended by now, and when the next one does. */
export interface HoldEnds {
  readonly due: Map<string, Hold>;
  nextAt: Instant | null;
}

/** By wallet id. It is asked only for wallets in which a hold may be due. */
export async function loadHoldEnds(tx: Tx, refs: readonly WalletRef[]): Promise<Map<string, HoldEnds>> {
  const byWallet = new Map<string, HoldEnds>();
  if (refs.length === 0) return byWallet;
  for (const { account, unit } of refs)
    byWallet.set(walletId(account.customerId, unit), { due: new Map(), nextAt: null });
  const wanted = JSON.stringify(refs.map(({ account, unit }) => [account.customerId, unit, account.now]));
  const given = tx.dialect.given("$1", ["customer_id text", "unit text", "now bigint"]);
  const due = await tx.query<HoldRecord>(
    `SELECT h.* FROM ${given} AS given CROSS JOIN holds h
     WHERE h.customer_id = given.customer_id AND h.unit = given.unit AND h.status = 'ACTIVE'
       AND h.expires_at <= given.now`,
    [wanted],
  );
  for (const hold of await withDraws(tx, due))
    byWallet.get(walletId(hold.customerId, hold.unit))?.due.set(hold.id, hold);
  const next = await tx.query<{ customer_id: string; unit: string; at: Instant | null }>(
    `SELECT given.customer_id, given.unit,
            (SELECT MIN(h.expires_at) FROM holds h
             WHERE h.customer_id = given.customer_id AND h.unit = given.unit AND h.status = 'ACTIVE'
               AND h.expires_at > given.now) AS at
     FROM ${given} AS given`,
    [wanted],
  );
  for (const { customer_id, unit, at } of next) {
    const ends = byWallet.get(walletId(customer_id, unit));
    if (ends !== undefined) ends.nextAt = at;
  }
  return byWallet;
}

export interface HoldRef {
  readonly customerId: string;
  readonly id: string;
}

/** By id. */
export async function loadHolds(tx: Tx, refs: readonly HoldRef[]): Promise<Map<string, Hold>> {
  if (refs.length === 0) return new Map();
  const distinct = new Map(refs.map(({ customerId, id }) => [`${customerId}/${id}`, [customerId, id]]));
  const stored = await tx.query<HoldRecord>(
    `SELECT h.* FROM ${tx.dialect.given("$1", ["customer_id text", "id text"])} AS given
     CROSS JOIN holds h WHERE h.customer_id = given.customer_id AND h.hold_id = given.id`,
    [JSON.stringify([...distinct.values()])],
  );
  return new Map((await withDraws(tx, stored)).map((hold) => [hold.id, hold]));
}

export interface HoldSelection {
  readonly customerId: string;
  readonly status: HoldStatus | null;
  /** Continue after this hold. */
  readonly after: { readonly createdAt: Instant; readonly id: string } | null;
  readonly limit: number;
}

/** Newest first; the order is total, so a page never repeats or skips a hold. */
export async function selectHolds(
  tx: Tx,
  { customerId, status, after, limit }: HoldSelection,
): Promise<Hold[]> {
  const parameters: unknown[] = [customerId, limit];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = ["customer_id = $1"];
  if (status !== null) conditions.push(`status = ${bind(status)}`);
  if (after !== null)
    conditions.push(`(created_at, hold_id) < (${bind(after.createdAt)}, ${bind(after.id)})`);
  const stored = await tx.query<HoldRecord>(
    `SELECT * FROM holds WHERE ${conditions.join(" AND ")} ORDER BY created_at DESC, hold_id DESC LIMIT $2`,
    parameters,
  );
  return withDraws(tx, stored);
}

/** The holds that were active at a past instant, and what their captures had cost by then. */
export async function loadHoldsAt(
  tx: Tx,
  { customerId, unit, at }: { customerId: string; unit: string; at: Instant },
): Promise<{ hold: Hold; captured: Micros }[]> {
  const stored = await tx.query<HoldRecord & { captured_then: Micros }>(
    `SELECT h.*, (SELECT COALESCE(SUM(u.amount), 0) FROM usage_records u
                  WHERE u.customer_id = h.customer_id AND u.hold_id = h.hold_id
                    AND u.recorded_at <= $3) AS captured_then
     FROM holds h
     WHERE h.customer_id = $1 AND h.unit = $2 AND h.created_at <= $3 AND (h.ended_at IS NULL OR h.ended_at > $3)`,
    [customerId, unit, at],
  );
  const captured = new Map(stored.map((hold) => [hold.hold_id, hold.captured_then]));
  const holds = await withDraws(tx, stored);
  return holds.map((hold) => ({ hold, captured: captured.get(hold.id) ?? (0 as Micros) }));
}

interface HoldRecord {
  readonly customer_id: string;
  readonly hold_id: string;
  readonly unit: string;
  readonly operation: string;
  readonly operation_group: string | null;
  readonly api_key_id: string | null;
  readonly quantity: Micros;
  readonly attributes: string;
  readonly amount: Micros;
  readonly captured: Micros;
  readonly postpaid: Micros;
  readonly status: HoldStatus;
  readonly plan_key: string;
  readonly plan_version: number;
  readonly idempotency_key: string;
  readonly created_at: Instant;
  readonly expires_at: Instant;
  readonly ended_at: Instant | null;
}

async function withDraws(tx: Tx, stored: readonly HoldRecord[]): Promise<Hold[]> {
  if (stored.length === 0) return [];
  const rows = await tx.query<{ hold_id: string } & Hold["draws"][number]>(
    `SELECT d.hold_id, d.grant_id AS "grantId", d.amount, d.reserved
     FROM ${tx.dialect.given("$1", ["customer_id text", "id text"])} AS given CROSS JOIN hold_draws d
     WHERE d.customer_id = given.customer_id AND d.hold_id = given.id
     ORDER BY d.hold_id, d.position`,
    [JSON.stringify(stored.map((hold) => [hold.customer_id, hold.hold_id]))],
  );
  const draws = new Map<string, Hold["draws"][number][]>(stored.map((hold) => [hold.hold_id, []]));
  for (const { hold_id, ...draw } of rows) draws.get(hold_id)?.push(draw);
  return stored.map((hold) => holdOf(hold, draws.get(hold.hold_id) ?? []));
}

const holdOf = (stored: HoldRecord, draws: Hold["draws"]): Hold => ({
  id: stored.hold_id,
  customerId: stored.customer_id,
  unit: stored.unit,
  operation: stored.operation,
  group: stored.operation_group,
  apiKeyId: stored.api_key_id,
  quantity: stored.quantity,
  attributes: JSON.parse(stored.attributes) as Attributes,
  amount: stored.amount,
  captured: stored.captured,
  draws,
  postpaid: stored.postpaid,
  status: stored.status,
  planKey: stored.plan_key,
  planVersion: stored.plan_version,
  idempotencyKey: stored.idempotency_key,
  createdAt: stored.created_at,
  expiresAt: stored.expires_at,
  endedAt: stored.ended_at,
});
