import type { Clock, Instant } from "../domain/instant.js";
import type { Present } from "../ledger/present.js";
import { postDue } from "../ledger/statement.js";
import type { Database } from "../storage/database.js";
import { collectable } from "./collect.js";
import type { InvoiceKey } from "./invoices.js";
import { type RefundKey, refundsToAsk } from "./refunds.js";
import type { TopUpKey } from "./topUps.js";
import { type PurchaseKey, purchasesToAsk } from "./unpaidPurchases.js";

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly present: Present;
  readonly collect: (key: InvoiceKey) => Promise<void>;
  /** Hears of work that failed; what comes after it is done nevertheless. */
  readonly onFailure: (customerId: string, error: unknown) => void;
}

interface TopUpNeeds extends Pick<Needs, "database" | "clock" | "onFailure"> {
  readonly topUp: (key: TopUpKey) => Promise<void>;
}

interface RefundNeeds extends Pick<Needs, "database" | "clock" | "onFailure"> {
  readonly takeUpRefund: (key: RefundKey) => Promise<void>;
}

interface PurchaseNeeds extends Pick<Needs, "database" | "clock" | "onFailure"> {
  readonly askAfterPurchase: (key: PurchaseKey) => Promise<void>;
}

/** Customers, or invoices, at once: enough to go fast, and few enough to stop soon. */
const batchMax = 100;

/** Who lives on a test clock has what is due done when the clock is advanced. */
const dueCustomers = `SELECT customer_id AS "customerId", billing_due_at AS "dueAt" FROM customers
  WHERE billing_due_at <= $1 AND (billing_due_at, customer_id) > ($2, $3) AND test_clock_id IS NULL
  ORDER BY billing_due_at, customer_id LIMIT $4`;

const dueWallets = `SELECT w.customer_id AS "customerId", w.next_due_at AS "dueAt" FROM wallets w
  JOIN customers c ON c.customer_id = w.customer_id
  WHERE w.next_due_at <= $1 AND (w.next_due_at, w.customer_id) > ($2, $3) AND c.test_clock_id IS NULL
  ORDER BY w.next_due_at, w.customer_id LIMIT $4`;

interface Due {
  readonly customerId: string;
  readonly dueAt: Instant;
}

/** Renewals, expiries, fees, ends of periods: brings a batch of customers to the present. */
export function makeBringUp(needs: Needs, kind: "billing" | "wallets") {
  const sql = kind === "billing" ? dueCustomers : dueWallets;
  // Goes on behind the last one, so that a customer whose work fails does not keep the others waiting.
  let last: Due | null = null;
  return async (): Promise<number> => {
    const after: Due | null = last;
    const batch = await needs.database.read((tx) =>
      tx.query<Due>(sql, [needs.clock(), after?.dueAt ?? -1, after?.customerId ?? "", batchMax]),
    );
    last = batch.length < batchMax ? null : (batch.at(-1) ?? null);
    let done = 0;
    for (const { customerId } of batch) done += await bringUp(needs, customerId);
    return done;
  };
}

async function bringUp({ database, present, onFailure }: Needs, customerId: string): Promise<number> {
  try {
    await database.transact((tx) => postDue(tx, customerId, present));
    return 1;
  } catch (error) {
    onFailure(customerId, error);
    return 0;
  }
}

const dueTopUps = `SELECT t.customer_id AS "customerId", t.unit, t.next_attempt_at AS "dueAt" FROM auto_top_ups t
  JOIN customers c ON c.customer_id = t.customer_id
  WHERE t.next_attempt_at <= $1 AND (t.next_attempt_at, t.customer_id, t.unit) > ($2, $3, $4)
    AND c.test_clock_id IS NULL
  ORDER BY t.next_attempt_at, t.customer_id, t.unit LIMIT $5`;

/** Credits that nobody has come to buy yet, attempts that are to be made again, and purchases to be asked after. */
export function makeTopUpDue({ database, clock, onFailure, topUp }: TopUpNeeds) {
  let last: (Due & TopUpKey) | null = null;
  return async (): Promise<number> => {
    const { dueAt, customerId, unit } = last ?? { dueAt: -1, customerId: "", unit: "" };
    const batch = await database.read((tx) =>
      tx.query<Due & TopUpKey>(dueTopUps, [clock(), dueAt, customerId, unit, batchMax]),
    );
    last = batch.length < batchMax ? null : (batch.at(-1) ?? null);
    let done = 0;
    for (const key of batch)
      await topUp(key).then(
        () => {
          done += 1;
        },
        (error) => onFailure(key.customerId, error),
      );
    return done;
  };
}

/** Asks after a batch of refunds that nobody has heard of for a while. */
export const makeAskRefunds = (needs: RefundNeeds) => async (): Promise<number> => {
  const keys = await needs.database.read((tx) => refundsToAsk(tx, needs.clock(), { limit: batchMax }));
  for (const key of keys)
    await needs.takeUpRefund(key).catch((error) => needs.onFailure(key.customerId, error));
  return keys.length;
};

/** Asks after a batch of purchases whose credits were delivered before they are paid for. */
export const makeAskPurchases = (needs: PurchaseNeeds) => async (): Promise<number> => {
  const keys = await needs.database.read((tx) => purchasesToAsk(tx, needs.clock(), { limit: batchMax }));
  for (const key of keys)
    await needs.askAfterPurchase(key).catch((error) => needs.onFailure(key.customerId, error));
  return keys.length;
};

/** Tries to collect a batch of invoices that are due. */
export const makeCollectDue = (needs: Needs) => async (): Promise<number> => {
  const keys = await needs.database.read((tx) => collectable(tx, needs.clock(), { limit: batchMax }));
  for (const key of keys) await needs.collect(key).catch((error) => needs.onFailure(key.customerId, error));
  return keys.length;
};
