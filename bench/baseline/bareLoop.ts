import Sqlite from "better-sqlite3";
import {
  everySubscription,
  type PricedCall,
  pricedCall,
  type StoredSubscription,
  subscriptionsOf,
  unchainedHash,
} from "./call.js";

const rowsInTransaction = 256;

/**
 * The bare driver, in the process that measures: prepared statements in one synchronous loop, a transaction for every
 * 256 records, with the journal and the syncing that Scrip has (WAL, FULL). It writes every row that Scrip writes for
 * a record, into the same tables. It has no HTTP, reads nothing, looks up no customer, prices nothing, checks no
 * balance and judges no key: a key that was used before would fail its insert.
 */
export function bareLoop(path: string) {
  const database = new Sqlite(path);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma("cache_size = -65536");
  database.pragma("wal_autocheckpoint = 10000");
  // Each customer's grant, and where its ledger is: a loop that writes alone can keep them in mind.
  const wallets = new Map<string, Wallet>();
  for (const row of database.prepare<[], StoredWallet>(everyWallet).all())
    wallets.set(row.customer_id, { grantId: row.grant_id, posted: row.posted, sequence: row.sequence });
  const subscriptions = subscriptionsOf(database.prepare<[], StoredSubscription>(everySubscription).all());
  const insert = statements(database);
  const write = (call: PricedCall): void => {
    const wallet = wallets.get(call.customerId);
    if (wallet === undefined) throw new Error(`There is no wallet of ${call.customerId}.`);
    wallet.posted -= call.amount;
    wallet.sequence += 1;
    insert(call, wallet);
  };
  return {
    transaction: database.transaction((n: number) => {
      for (let index = 0; index < rowsInTransaction; index += 1)
        write(pricedCall(n * rowsInTransaction + index, subscriptions));
    }),
    rowsInTransaction,
    close: () => database.close(),
  };
}

interface Wallet {
  readonly grantId: string;
  posted: number;
  sequence: number;
}

interface StoredWallet {
  readonly customer_id: string;
  readonly posted: number;
  readonly sequence: number;
  readonly grant_id: string;
}

const everyWallet = `SELECT w.customer_id, w.posted, w.sequence, g.grant_id
  FROM wallets w JOIN credit_grants g ON g.customer_id = w.customer_id AND g.source = 'PROMOTION'`;

function statements(database: Sqlite.Database) {
  const record = database.prepare(`INSERT INTO usage_records
    (customer_id, usage_record_id, unit, operation, quantity, attributes, amount, postpaid, balance_after, plan_key,
     plan_version, period_quantity, subscription_id, period_index, idempotency_key, reported_attributes, occurred_at,
     recorded_at, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, 0, ?, 0, ?, ?, ?, ?, ?)`);
  const draw = database.prepare(`INSERT INTO draws (customer_id, usage_record_id, position, grant_id, amount)
    VALUES (?, ?, 0, ?, ?)`);
  const entry = database.prepare(`INSERT INTO ledger_entries
    (customer_id, unit, sequence, type, amount, balance_after, usage_record_id, occurred_at, recorded_at,
     hash)
    VALUES (?, ?, ?, 'USAGE', ?, ?, ?, ?, ?, '${unchainedHash}')`);
  const key =
    database.prepare(`INSERT INTO idempotency_keys (customer_id, key, input_hash, result_id, used_at)
    VALUES (?, ?, ?, ?, ?)`);
  const rollup = database.prepare(`INSERT INTO usage_rollups
    (customer_id, hour, operation, unit, plan_key, api_key_id, attributes, calls, quantity, amount, allowance, postpaid,
     reversed) VALUES (?, ?, ?, ?, ?, '', ?, 1, ?, ?, 0, 0, 0)
    ON CONFLICT (customer_id, hour, operation, unit, plan_key, api_key_id, attributes) DO UPDATE SET calls = calls + 1,
      quantity = quantity + excluded.quantity, amount = amount + excluded.amount`);
  // Every draw is from granted credits, and none from the plan's own supply.
  const period = database.prepare(`INSERT INTO period_usage
    (customer_id, subscription_id, period_index, operation, tier, late_day, calls, quantity, list_amount, amount,
     allowance, prepaid, postpaid) VALUES (?, ?, 0, ?, 0, 0, 1, ?, ?, ?, 0, ?, 0)
    ON CONFLICT (customer_id, subscription_id, period_index, operation, tier, late_day) DO UPDATE SET calls = calls + 1,
      quantity = quantity + excluded.quantity, list_amount = list_amount + excluded.list_amount,
      amount = amount + excluded.amount, prepaid = prepaid + excluded.prepaid`);
  const grant = database.prepare(
    "UPDATE credit_grants SET remaining = remaining - ? WHERE customer_id = ? AND grant_id = ?",
  );
  const wallet = database.prepare(
    "UPDATE wallets SET posted = ?, sequence = ? WHERE customer_id = ? AND unit = ?",
  );
  return (call: PricedCall, { grantId, posted, sequence }: Wallet): void => {
    const { customerId, subscriptionId, unit, usageRecordId, operation, quantity, amount, now } = call;
    const priced = [customerId, usageRecordId, unit, operation, quantity, call.attributes, amount, posted];
    const planned = [call.planKey, call.planVersion, subscriptionId, call.key, call.reported];
    record.run(...priced, ...planned, now, now, sequence);
    draw.run(customerId, usageRecordId, grantId, amount);
    entry.run(customerId, unit, sequence, -amount, posted, usageRecordId, now, now);
    key.run(customerId, call.key, call.inputHash, usageRecordId, now);
    rollup.run(customerId, call.hour, operation, unit, call.planKey, call.reported, quantity, amount);
    period.run(customerId, subscriptionId, operation, quantity, amount, amount, amount);
    grant.run(amount, customerId, grantId);
    wallet.run(posted, sequence, customerId, unit);
  };
}
