import { timeOrderedId } from "../../server/ids.js";
import { callOf, wallClock } from "../books.js";

/** As long as the hash of a ledger entry is. */
export const unchainedHash = "-".repeat(43);

const hourMs = 3_600_000;

/**
 * What every baseline is given of a call, and what Scrip would find out by itself: the price, the subscription and its
 * billing period are known beforehand, neither the customer nor its plan is looked up, and no hash of the input is
 * computed. The rows
 * written are the same, so that `verify` accepts what a baseline has written; only the ledger's hashes are not
 * computed, but a text of their size is stored in their place.
 */
export interface PricedCall {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly unit: string;
  readonly usageRecordId: string;
  readonly operation: string;
  readonly quantity: number;
  readonly attributes: string;
  readonly amount: number;
  readonly planKey: string;
  readonly planVersion: number;
  readonly key: string;
  readonly inputHash: string;
  readonly now: number;
  readonly hour: number;
  /** By what of the attributes the catalogue has usage reported. */
  readonly reported: string;
}

const attributes = JSON.stringify({
  model: "sdxl",
  steps: 30,
  width: 1024,
  height: 1024,
  compositionControl: false,
});

/** As long as a real one. */
const inputHash = "h".repeat(43);

/** Subscriptions by customer, which a baseline reads once and keeps in mind. */
export type Subscriptions = ReadonlyMap<string, string>;

export interface StoredSubscription {
  readonly customer_id: string;
  readonly subscription_id: string;
}

export const everySubscription = "SELECT customer_id, subscription_id FROM subscriptions";

export const subscriptionsOf = (rows: readonly StoredSubscription[]): Subscriptions =>
  new Map(rows.map((row) => [row.customer_id, row.subscription_id]));

export function pricedCall(n: number, subscriptions: Subscriptions): PricedCall {
  const { customerId, operation, quantity, idempotencyKey: key } = callOf(n, subscriptions.size);
  const now = wallClock();
  return {
    customerId,
    subscriptionId: subscriptions.get(customerId) ?? "",
    unit: "USD",
    usageRecordId: timeOrderedId("usage"),
    operation,
    quantity,
    attributes,
    amount: 32_000,
    planKey: "payg",
    planVersion: 1,
    key,
    inputHash,
    now,
    hour: now - (now % hourMs),
    reported: JSON.stringify({ model: "sdxl" }),
  };
}
