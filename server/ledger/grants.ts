import type { Micros } from "../domain/amount.js";
import type { CreditGrant, GrantSource, GrantState } from "../domain/grant.js";
import { walletId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { Turns } from "../domain/setter.js";
import type { Tx } from "../storage/database.js";
import type { WalletRef } from "./load.js";

interface GrantRecord {
  readonly customer_id: string;
  readonly unit: string;
  readonly grant_id: string;
  readonly source: GrantSource;
  readonly state: GrantState;
  readonly amount: Micros;
  readonly remaining: Micros;
  readonly held: Micros;
  readonly clawback: Micros;
  readonly priority: number;
  readonly effective_at: Instant;
  readonly expires_at: Instant | null;
  readonly operations: string | null;
  readonly window_days: number | null;
  readonly reason: string | null;
  readonly origin_id: string | null;
  readonly expiry_turns: string | null;
}

/** In force or scheduled, by wallet id. */
export async function loadLiveGrants(
  tx: Tx,
  refs: readonly WalletRef[],
): Promise<Map<string, CreditGrant[]>> {
  const records = await tx.query<GrantRecord>(
    `SELECT g.* FROM ${tx.dialect.given("$1", ["customer_id text", "unit text"])} AS given CROSS JOIN credit_grants g
     WHERE g.customer_id = given.customer_id AND g.unit = given.unit AND g.state <> 'ENDED'`,
    [JSON.stringify(refs.map(({ account, unit }) => [account.customerId, unit]))],
  );
  const byWallet = new Map<string, CreditGrant[]>(
    refs.map(({ account, unit }) => [walletId(account.customerId, unit), []]),
  );
  for (const record of records)
    byWallet.get(walletId(record.customer_id, record.unit))?.push(grantOf(record));
  return byWallet;
}

export interface GrantRef {
  readonly customerId: string;
  readonly grantId: string;
}

/** Whatever has become of them. */
export async function loadGrants(tx: Tx, refs: readonly GrantRef[]): Promise<CreditGrant[]> {
  if (refs.length === 0) return [];
  const distinct = new Map(
    refs.map(({ customerId, grantId }) => [`${customerId}/${grantId}`, [customerId, grantId]]),
  );
  const records = await tx.query<GrantRecord>(
    `SELECT g.* FROM ${tx.dialect.given("$1", ["customer_id text", "id text"])} AS given
     CROSS JOIN credit_grants g WHERE g.customer_id = given.customer_id AND g.grant_id = given.id`,
    [JSON.stringify([...distinct.values()])],
  );
  return records.map(grantOf);
}

/** Every grant of a wallet, those that start later and those that have ended included, newest last. */
export async function loadAllGrants(
  tx: Tx,
  { customerId, unit }: { customerId: string; unit: string },
): Promise<CreditGrant[]> {
  const records = await tx.query<GrantRecord>(
    "SELECT * FROM credit_grants WHERE customer_id = $1 AND unit = $2 ORDER BY effective_at, grant_id",
    [customerId, unit],
  );
  return records.map(grantOf);
}

const grantOf = (record: GrantRecord): CreditGrant => ({
  id: record.grant_id,
  customerId: record.customer_id,
  unit: record.unit,
  source: record.source,
  state: record.state,
  amount: record.amount,
  remaining: record.remaining,
  held: record.held,
  clawback: record.clawback,
  priority: record.priority,
  effectiveAt: record.effective_at,
  expiresAt: record.expires_at,
  operations: record.operations === null ? null : (JSON.parse(record.operations) as string[]),
  windowDays: record.window_days,
  reason: record.reason,
  originId: record.origin_id,
  expiryTurns: record.expiry_turns === null ? null : (JSON.parse(record.expiry_turns) as Turns),
});
