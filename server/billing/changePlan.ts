import type { NewId } from "../domain/ids.js";
import type { Clock } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import {
  decidePlanChange,
  type PlanChange,
  type PlanChangeDecision,
  type PlanChangeTerms,
} from "../domain/planChange.js";
import type {
  AlreadyOnPlan,
  CustomerNotFound,
  IdempotencyConflict,
  PlanNotFound,
  SubscriptionInactive,
} from "../domain/refusal.js";
import type { WalletSnapshot } from "../domain/snapshot.js";
import type { Standing } from "../domain/subscription.js";
import { inactive, inForce } from "../domain/subscriptionChange.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadAccount } from "../ledger/load.js";
import { loadOfferedPlan, loadOfferedPlanKeys } from "../ledger/plans.js";
import { findSubscription } from "../ledger/subscriptions.js";
import type { Database, Tx } from "../storage/database.js";
import { PlanChangeRow } from "../storage/rows/customers.js";
import { loadInvoice } from "./invoices.js";
import { type InvoiceOrder, issueInvoice } from "./issueInvoice.js";
import { currentOf, loadSubscriptions, saveSubscriptions } from "./subscriptions.js";

/** To which plan, and how; null is the default. */
export interface PlanChangeQuestion extends PlanChangeTerms {
  readonly customerId: string;
  readonly plan: string;
}

export interface ChangePlanCommand extends PlanChangeQuestion {
  readonly idempotencyKey: string;
}

export interface PlanChanged {
  readonly kind: "planChanged";
  readonly planChange: PlanChange;
  readonly standing: Standing;
  readonly wallet: WalletSnapshot;
  readonly invoice: Invoice | null;
  readonly replayed: boolean;
}

export type PlanChangeRefusal = SubscriptionInactive | PlanNotFound | AlreadyOnPlan;

export type ChangePlanOutcome = PlanChanged | CustomerNotFound | PlanChangeRefusal | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
}

export const makeChangePlan =
  ({ database, clock, newId }: Needs) =>
  (command: ChangePlanCommand): Promise<ChangePlanOutcome> =>
    database.transact(async (tx) => {
      const keyed = keyedInput("changePlan", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await loadAccount(tx, command.customerId, clock);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId: command.customerId };
      if (earlier.kind === "replay") return replay(tx, account, earlier.resultId);
      const decision = await judgePlanChange(tx, account, { question: command, newId: newId("sub") });
      if (decision.kind !== "planChange") return decision;
      const { planChange, after, change } = decision;
      await saveSubscriptions(tx, after, change);
      const order = planChange.timing === "NOW" ? invoiceOrder(decision, newId("inv")) : null;
      const invoice = order === null ? null : await issueInvoice(tx, order);
      const planChangeId = newId("change");
      await tx.manager.insert(PlanChangeRow, rowOf(decision, { planChangeId, invoice }));
      await keepKeys(tx, [{ ...keyed, resultId: planChangeId, usedAt: account.now }]);
      return { kind: "planChanged", planChange, ...currentOf(after), invoice, replayed: false };
    });

interface Judging {
  readonly question: PlanChangeQuestion;
  readonly newId: string;
}

/** What a change would be or is refused with; it writes nothing, so that a preview is the same decision. */
export async function judgePlanChange(
  tx: Tx,
  account: Account,
  { question, newId }: Judging,
): Promise<PlanChangeDecision | PlanChangeRefusal> {
  const left = inForce(account);
  if (left === null) return inactive(account);
  const plan = await loadOfferedPlan(tx, question.plan);
  if (plan === null)
    return { kind: "planNotFound", plan: question.plan, available: await loadOfferedPlanKeys(tx) };
  const before = await loadSubscriptions(tx, account, [plan.unit]);
  return decidePlanChange({ before, plan, newId }, question);
}

/** The invoice of a change; null when nothing is charged or given back. */
export function invoiceOrder(
  { charge, planChange, taken }: PlanChangeDecision,
  invoiceId: string,
): InvoiceOrder | null {
  if (charge === null) return null;
  const { customerId } = taken.subscription;
  return { ...charge, customerId, invoiceId, kind: "SUBSCRIPTION", at: planChange.effectiveAt };
}

interface Recorded {
  readonly planChangeId: string;
  readonly invoice: Invoice | null;
}

function rowOf(
  { planChange, left, taken, after }: PlanChangeDecision,
  { planChangeId, invoice }: Recorded,
): PlanChangeRow {
  const { timing, supplyPolicy, effectiveAt } = planChange;
  return {
    customerId: after.customerId,
    planChangeId,
    fromId: left.subscription.id,
    toId: taken.subscription.id,
    timing,
    supplyPolicy,
    effectiveAt,
    invoiceId: invoice?.invoiceId ?? null,
    createdAt: after.now,
  };
}

async function replay(tx: Tx, account: Account, planChangeId: string): Promise<PlanChanged> {
  const { customerId } = account;
  const row = await tx.manager.findOneByOrFail(PlanChangeRow, { customerId, planChangeId });
  const { timing, supplyPolicy, effectiveAt, invoiceId } = row;
  const { plan: from } = await findSubscription(tx, customerId, row.fromId);
  const { plan: to } = await findSubscription(tx, customerId, row.toId);
  const invoice = invoiceId === null ? null : await loadInvoice(tx, { customerId, invoiceId });
  const present = currentOf(await loadSubscriptions(tx, account, []));
  const planChange = { from, to, timing, supplyPolicy, effectiveAt };
  return { kind: "planChanged", planChange, ...present, invoice, replayed: true };
}
