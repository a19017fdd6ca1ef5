import type { Micros } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import {
  byStart,
  type SubscribedPlan,
  type Subscription,
  type SubscriptionTold,
} from "../domain/subscription.js";
import type { Tx } from "../storage/database.js";
import { SubscriptionRow } from "../storage/rows/customers.js";
import { loadPlanVersion } from "./plans.js";

/** A row of `subscriptions` as the statement gives it that reads whole accounts at once. */
export interface SubscriptionRecord {
  readonly customer_id: string;
  readonly subscription_id: string;
  readonly plan_key: string;
  readonly plan_version: number;
  readonly starts_at: Instant;
  readonly anchor_at: Instant;
  readonly ends_at: Instant | null;
  readonly cancelled_at: Instant | null;
  readonly trial: number;
  readonly first_supply: Micros | null;
  readonly next_period_index: number;
  readonly next_fee_index: number;
  readonly next_close_index: number;
  readonly next_final_index: number;
  readonly told: SubscriptionTold;
}

export const subscriptionColumns = `s.subscription_id, s.plan_key, s.plan_version, s.starts_at, s.anchor_at, s.ends_at,
            s.cancelled_at, s.trial, s.first_supply, s.next_period_index, s.next_fee_index, s.next_close_index,
            s.next_final_index, s.told`;

export const subscriptionOf = (record: SubscriptionRecord): Subscription => ({
  id: record.subscription_id,
  customerId: record.customer_id,
  planKey: record.plan_key,
  planVersion: record.plan_version,
  startsAt: record.starts_at,
  anchorAt: record.anchor_at,
  endsAt: record.ends_at,
  cancelledAt: record.cancelled_at,
  trial: record.trial === 1,
  firstSupply: record.first_supply,
  nextPeriodIndex: record.next_period_index,
  nextFeeIndex: record.next_fee_index,
  nextCloseIndex: record.next_close_index,
  nextFinalIndex: record.next_final_index,
  told: record.told,
});

export const withPlan = async (tx: Tx, subscription: Subscription): Promise<SubscribedPlan> => ({
  subscription,
  plan: await loadPlanVersion(tx, subscription.planKey, subscription.planVersion),
});

/** One subscription of a customer, whatever has become of it. */
export async function findSubscription(
  tx: Tx,
  customerId: string,
  subscriptionId: string,
): Promise<SubscribedPlan> {
  return storedPlan(tx, await tx.manager.findOneByOrFail(SubscriptionRow, { customerId, subscriptionId }));
}

/** All that a customer ever had, whatever has become of them, by their start. */
export async function loadAllSubscriptions(tx: Tx, customerId: string): Promise<SubscribedPlan[]> {
  const rows = await tx.manager.find(SubscriptionRow, { where: { customerId } });
  const subscribed: SubscribedPlan[] = [];
  for (const row of rows) subscribed.push(await storedPlan(tx, row));
  return subscribed.sort(byStart);
}

function storedPlan(tx: Tx, row: SubscriptionRow): Promise<SubscribedPlan> {
  const { trial, settledAt: _, subscriptionId: id, ...rest } = row;
  return withPlan(tx, { ...rest, id, trial: trial === 1 });
}

export async function addSubscription(
  tx: Tx,
  { id, customerId, trial, ...rest }: Subscription,
): Promise<void> {
  const row: SubscriptionRow = {
    ...rest,
    customerId,
    subscriptionId: id,
    trial: trial ? 1 : 0,
    settledAt: null,
  };
  await tx.manager.insert(SubscriptionRow, row);
}

/** Writes how far a subscription has been billed, and until when it runs. Its supplies are the ledger's to note. */
export async function saveBillingState(
  tx: Tx,
  { id, customerId, endsAt, cancelledAt, nextFeeIndex, nextCloseIndex, nextFinalIndex, told }: Subscription,
  settledAt: Instant | null,
): Promise<void> {
  await tx.manager.update(
    SubscriptionRow,
    { customerId, subscriptionId: id },
    { endsAt, cancelledAt, nextFeeIndex, nextCloseIndex, nextFinalIndex, told, settledAt },
  );
}
