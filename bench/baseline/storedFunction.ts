import pg from "pg";
import { execute } from "../postgres.js";
import { everySubscription, pricedCall, subscriptionsOf, unchainedHash } from "./call.js";

const poolSize = 16;

/**
 * What an expert would write: all effects of a call in one PL/pgSQL function, called by a prepared statement, one
 * round trip and one implicit transaction each. It writes every row that Scrip writes for a call, into the same tables
 * with the same indexes, and answers a repeated key with the first record's id and balance. It does not look up the
 * customer's plan, does not price, and never has anything fall due.
 */
export async function storedFunction(url: string) {
  await execute(url, consumeFunction);
  const pool = new pg.Pool({ connectionString: url, max: poolSize });
  const subscriptions = subscriptionsOf((await pool.query(everySubscription)).rows);
  return {
    call: async (n: number): Promise<void> => {
      const call = pricedCall(n, subscriptions);
      const { rows } = await pool.query({
        name: "consume",
        text: "SELECT * FROM expert_consume($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        values: Object.values(call),
      });
      if (rows[0]?.record_id !== call.usageRecordId) throw new Error("A call was not consumed.");
    },
    close: () => pool.end(),
  };
}

/** Its arguments come in the order of the fields of PricedCall. */
const consumeFunction = `
CREATE FUNCTION expert_consume(customer text, subscription text, wallet_unit text, record text, op text, qty bigint, attrs text,
  cost bigint, plan text, version bigint, idempotency text, hash text, at bigint, at_hour bigint,
  reported text, OUT record_id text, OUT balance bigint)
LANGUAGE plpgsql AS $$
DECLARE
  last_sequence bigint;
  uncovered bigint := cost;
  drawn bigint;
  from_supply bigint := 0;
  place bigint := 0;
  lot record;
BEGIN
  SELECT w.posted, w.sequence INTO balance, last_sequence FROM wallets w
    WHERE w.customer_id = customer AND w.unit = wallet_unit FOR UPDATE;
  INSERT INTO idempotency_keys (customer_id, key, input_hash, result_id, used_at)
    VALUES (customer, idempotency, hash, record, at) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT u.usage_record_id, u.balance_after INTO record_id, balance
      FROM idempotency_keys i JOIN usage_records u
        ON u.customer_id = i.customer_id AND u.usage_record_id = i.result_id
      WHERE i.customer_id = customer AND i.key = idempotency AND i.input_hash = hash;
    IF NOT FOUND THEN RAISE EXCEPTION 'idempotency conflict'; END IF;
    RETURN;
  END IF;
  FOR lot IN SELECT g.grant_id, g.remaining, g.source FROM credit_grants g
    WHERE g.customer_id = customer AND g.unit = wallet_unit AND g.state <> 'ENDED' AND g.remaining > 0
    ORDER BY g.priority, g.expires_at
  LOOP
    drawn := least(lot.remaining, uncovered);
    UPDATE credit_grants SET remaining = remaining - drawn
      WHERE customer_id = customer AND grant_id = lot.grant_id;
    INSERT INTO draws (customer_id, usage_record_id, position, grant_id, amount)
      VALUES (customer, record, place, lot.grant_id, drawn);
    uncovered := uncovered - drawn;
    IF lot.source = 'SUPPLY' THEN from_supply := from_supply + drawn; END IF;
    place := place + 1;
    EXIT WHEN uncovered = 0;
  END LOOP;
  IF uncovered > 0 THEN RAISE EXCEPTION 'insufficient credits'; END IF;
  balance := balance - cost;
  INSERT INTO ledger_entries
    (customer_id, unit, sequence, type, amount, balance_after, usage_record_id, occurred_at, recorded_at,
     hash)
    VALUES (customer, wallet_unit, last_sequence + 1, 'USAGE', -cost, balance, record, at, at,
      '${unchainedHash}');
  INSERT INTO usage_records
    (customer_id, usage_record_id, unit, operation, quantity, attributes, amount, postpaid, balance_after, plan_key,
     plan_version, period_quantity, subscription_id, period_index, idempotency_key, occurred_at, recorded_at,
     reported_attributes, sequence)
    VALUES (customer, record, wallet_unit, op, qty, attrs, cost, 0, balance, plan, version, 0, subscription, 0,
      idempotency, at, at, reported, last_sequence + 1);
  INSERT INTO usage_rollups
    (customer_id, hour, operation, unit, plan_key, api_key_id, attributes, calls, quantity, amount, allowance, postpaid,
     reversed)
    VALUES (customer, at_hour, op, wallet_unit, plan, '', reported, 1, qty, cost, from_supply, 0, 0)
    ON CONFLICT (customer_id, hour, operation, unit, plan_key, api_key_id, attributes) DO UPDATE SET
      calls = usage_rollups.calls + 1, quantity = usage_rollups.quantity + excluded.quantity,
      amount = usage_rollups.amount + excluded.amount, allowance = usage_rollups.allowance + excluded.allowance;
  INSERT INTO period_usage
    (customer_id, subscription_id, period_index, operation, tier, late_day, calls, quantity, list_amount, amount,
     allowance, prepaid, postpaid)
    VALUES (customer, subscription, 0, op, 0, 0, 1, qty, cost, cost, from_supply, cost - from_supply, 0)
    ON CONFLICT (customer_id, subscription_id, period_index, operation, tier, late_day) DO UPDATE SET
      calls = period_usage.calls + 1, quantity = period_usage.quantity + excluded.quantity,
      list_amount = period_usage.list_amount + excluded.list_amount, amount = period_usage.amount + excluded.amount,
      allowance = period_usage.allowance + excluded.allowance, prepaid = period_usage.prepaid + excluded.prepaid;
  UPDATE wallets SET posted = balance, sequence = last_sequence + 1
    WHERE customer_id = customer AND unit = wallet_unit;
  record_id := record;
END $$`;
