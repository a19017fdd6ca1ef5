import pg from "pg";
import { everySubscription, type PricedCall, pricedCall, subscriptionsOf, unchainedHash } from "./call.js";

const poolSize = 16;

/**
 * The plain way on PostgreSQL: a transaction for each call, over a pool. It writes every row that Scrip writes for a
 * call, into the same tables with the same indexes, with prepared statements; a key that was used before is noticed by
 * its insert. It does not look up the customer's plan, does not price, and never has anything fall due.
 */
export async function plainTransactions(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: poolSize });
  const subscriptions = subscriptionsOf((await pool.query(everySubscription)).rows);
  return {
    call: async (n: number): Promise<void> => {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        await consume(client, pricedCall(n, subscriptions));
        await client.query("COMMIT");
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}

async function consume(client: pg.PoolClient, call: PricedCall): Promise<void> {
  const { customerId, subscriptionId, unit, usageRecordId, operation, quantity, amount, now } = call;
  const run = (name: string, text: string, values: readonly unknown[]) =>
    client.query({ name, text, values: [...values] });
  const { rows: wallets } = await run("lock", lockWallet, [customerId, unit]);
  const wallet: { posted: string; sequence: string } = wallets[0];
  const kept = [customerId, call.key, call.inputHash, usageRecordId, now];
  if ((await run("key", insertKey, kept)).rowCount === 0) throw new Error("A key was used twice.");
  const { rows: grants } = await run("grants", spendableGrants, [customerId, unit]);
  const posted = Number(wallet.posted) - amount;
  const sequence = Number(wallet.sequence) + 1;
  const entry = [customerId, unit, sequence, -amount, posted, usageRecordId, now];
  await run("entry", insertEntry, entry);
  const record = [customerId, usageRecordId, unit, operation, quantity, call.attributes, amount, posted];
  await run("record", insertRecord, [
    ...record,
    call.planKey,
    call.planVersion,
    subscriptionId,
    call.key,
    now,
    call.reported,
    sequence,
  ]);
  let left = amount;
  let allowance = 0;
  for (const [position, grant] of grants.entries()) {
    if (left === 0) break;
    const drawn = Math.min(left, Number(grant.remaining));
    left -= drawn;
    if (grant.source === "SUPPLY") allowance += drawn;
    await run("draw", insertDraw, [customerId, usageRecordId, position, grant.grant_id, drawn]);
    await run("burn", burnGrant, [customerId, grant.grant_id, drawn]);
  }
  if (left > 0) throw new Error("A wallet was empty.");
  const rolledUp = [customerId, call.hour, operation, unit, call.planKey, call.reported];
  await run("rollup", addToRollup, [...rolledUp, quantity, amount, allowance]);
  const paid = [amount, allowance, amount - allowance];
  await run("period", addToPeriod, [customerId, subscriptionId, operation, quantity, ...paid]);
  await run("wallet", updateWallet, [customerId, unit, posted, sequence]);
}

const lockWallet = "SELECT posted, sequence FROM wallets WHERE customer_id = $1 AND unit = $2 FOR UPDATE";
const insertKey = `INSERT INTO idempotency_keys (customer_id, key, input_hash, result_id, used_at)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`;
const spendableGrants = `SELECT grant_id, remaining, source FROM credit_grants
  WHERE customer_id = $1 AND unit = $2 AND state <> 'ENDED' AND remaining > 0 ORDER BY priority, expires_at`;
const insertEntry = `INSERT INTO ledger_entries
  (customer_id, unit, sequence, type, amount, balance_after, usage_record_id, occurred_at, recorded_at,
   hash)
  VALUES ($1, $2, $3, 'USAGE', $4, $5, $6, $7, $7, '${unchainedHash}')`;
const insertRecord = `INSERT INTO usage_records
  (customer_id, usage_record_id, unit, operation, quantity, attributes, amount, postpaid, balance_after, plan_key,
   plan_version, period_quantity, subscription_id, period_index, idempotency_key, occurred_at, recorded_at,
   reported_attributes, sequence)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, 0, $11, 0, $12, $13, $13, $14, $15)`;
const insertDraw = `INSERT INTO draws (customer_id, usage_record_id, position, grant_id, amount)
  VALUES ($1, $2, $3, $4, $5)`;
const burnGrant = `UPDATE credit_grants SET remaining = remaining - $3 WHERE customer_id = $1 AND grant_id = $2`;
const addToRollup = `INSERT INTO usage_rollups
  (customer_id, hour, operation, unit, plan_key, api_key_id, attributes, calls, quantity, amount, allowance, postpaid,
   reversed) VALUES ($1, $2, $3, $4, $5, '', $6, 1, $7, $8, $9, 0, 0)
  ON CONFLICT (customer_id, hour, operation, unit, plan_key, api_key_id, attributes) DO UPDATE SET
    calls = usage_rollups.calls + 1, quantity = usage_rollups.quantity + excluded.quantity,
    amount = usage_rollups.amount + excluded.amount, allowance = usage_rollups.allowance + excluded.allowance`;
const addToPeriod = `INSERT INTO period_usage
  (customer_id, subscription_id, period_index, operation, tier, late_day, calls, quantity, list_amount, amount,
   allowance, prepaid, postpaid) VALUES ($1, $2, 0, $3, 0, 0, 1, $4, $5, $5, $6, $7, 0)
  ON CONFLICT (customer_id, subscription_id, period_index, operation, tier, late_day) DO UPDATE SET
    calls = period_usage.calls + 1, quantity = period_usage.quantity + excluded.quantity,
    list_amount = period_usage.list_amount + excluded.list_amount, amount = period_usage.amount + excluded.amount,
    allowance = period_usage.allowance + excluded.allowance, prepaid = period_usage.prepaid + excluded.prepaid`;
const updateWallet = "UPDATE wallets SET posted = $3, sequence = $4 WHERE customer_id = $1 AND unit = $2";
