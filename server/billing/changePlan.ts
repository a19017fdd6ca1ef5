import type { CreditNote } from "../domain/creditNote.js";
import type { NewEvent } from "../domain/event.js";
import { type NewId, periodInvoiceId } from "../domain/ids.js";
import type { Invoice } from "../domain/invoice.js";
import {
  decidePlanChange,
  directionOf,
  givesBack,
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
import { recordEvents } from "../events/outbox.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import { loadOfferedPlan, loadOfferedPlanKeys } from "../ledger/plans.js";
import { type Present, presentAccount } from "../ledger/present.js";
import { findSubscription } from "../ledger/subscriptions.js";
import type { Database, Tx } from "../storage/database.js";
import { PlanChangeRow } from "../storage/rows/customers.js";
import { catchUp } from "./catchUp.js";
import { loadCreditNote } from "./creditNotes.js";
import { giveBackUnused } from "./giveBackUnused.js";
import { loadInvoice } from "./invoices.js";
import { type InvoiceOrder, issueInvoice } from "./issueInvoice.js";
import { loadCurrent, loadSubscriptions, saveSubscriptions } from "./subscriptions.js";
import { unusedTime } from "./unusedTime.js";

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
  /** What came off the invoice of the period that was left. */
  readonly creditNote: CreditNote | null;
  readonly replayed: boolean;
}

export type PlanChangeRefusal = SubscriptionInactive | PlanNotFound | AlreadyOnPlan;

export type ChangePlanOutcome = PlanChanged | CustomerNotFound | PlanChangeRefusal | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly newId: NewId;
}

export const makeChangePlan =
  ({ database, present, newId }: Needs) =>
  (command: ChangePlanCommand): Promise<ChangePlanOutcome> =>
    database.transact(async (tx) => {
      const keyed = keyedInput("changePlan", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await presentAccount(tx, command.customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId: command.customerId };
      if (earlier.kind === "replay") return replay(tx, account, earlier.resultId);
      const decision = await judgePlanChange(tx, account, { question: command, newId: newId("sub") });
      if (decision.kind !== "planChange") return decision;
      const done = await carryOut(tx, account, { decision, newId });
      const { planChangeId, invoice, creditNote } = done;
      await keepKeys(tx, [{ ...keyed, resultId: planChangeId, usedAt: account.now }]);
      const { planChange } = decision;
      const current = await loadCurrent(tx, done.account);
      return { kind: "planChanged", planChange, ...current, invoice, creditNote, replayed: false };
    });

interface Decided {
  readonly decision: PlanChangeDecision;
  readonly newId: NewId;
}

interface CarriedOut {
  readonly account: Account;
  readonly planChangeId: string;
  readonly invoice: Invoice | null;
  readonly creditNote: CreditNote | null;
}

/** Writes a change, invoices what it comes to, and then does what falls due by it, such as the end of a period. */
export async function carryOut(tx: Tx, account: Account, { decision, newId }: Decided): Promise<CarriedOut> {
  const planChangeId = newId("change");
  const saved = await saveSubscriptions(tx, account, decision);
  const order = decision.planChange.timing === "NOW" ? invoiceOrder(decision) : null;
  await recordEvents(tx, [changedEvent(decision, order?.invoiceId ?? null)]);
  const making = { now: account.now, newId, plan: decision.left.plan };
  const creditNote =
    decision.givenBack === null ? null : await giveBackUnused(tx, account, decision.givenBack, making);
  const invoice = order === null ? null : await issueInvoice(tx, order);
  await tx.manager.insert(PlanChangeRow, rowOf(decision, { planChangeId, invoice, creditNote }));
  return { account: await catchUp(tx, saved), planChangeId, invoice, creditNote };
}

function changedEvent(decision: PlanChangeDecision, invoiceId: string | null): NewEvent {
  const { planChange, left, taken, after } = decision;
  const { timing, supplyPolicy, effectiveAt } = planChange;
  return {
    ...{ customerId: after.customerId, type: "SUBSCRIPTION_CHANGED", at: after.now },
    data: {
      fromSubscriptionId: left.subscription.id,
      toSubscriptionId: taken.subscription.id,
      fromPlan: left.plan.key,
      toPlan: taken.plan.key,
      direction: directionOf(planChange),
      ...{ timing, supplyPolicy, effectiveAt, invoiceId },
    },
  };
}

interface Judging {
  readonly question: PlanChangeQuestion;
  readonly newId: string;
  /** The customer who asks; null for whoever sees all plans. */
  readonly viewer?: string | null;
}

/** What a change would be or is refused with; it writes nothing, so that a preview is the same decision. */
export async function judgePlanChange(
  tx: Tx,
  account: Account,
  { question, newId, viewer = null }: Judging,
): Promise<PlanChangeDecision | PlanChangeRefusal> {
  const left = inForce(account);
  if (left === null) return inactive(account);
  const plan = await loadOfferedPlan(tx, question.plan, viewer);
  if (plan === null)
    return { kind: "planNotFound", plan: question.plan, available: await loadOfferedPlanKeys(tx, viewer) };
  const before = await loadSubscriptions(tx, account, [plan.unit]);
  const { supplyPolicy: policy } = question;
  const isLeft = policy !== null && givesBack(policy);
  const unused = isLeft ? await unusedTime(tx, left, { from: account.now, policy }) : null;
  return decidePlanChange({ before, plan, newId, unused }, question);
}

/** The invoice of a change; null when nothing is charged or given back. */
export function invoiceOrder({
  charge,
  planChange,
  taken,
  givenBack,
}: PlanChangeDecision): InvoiceOrder | null {
  if (charge === null) return null;
  const { customerId, id } = taken.subscription;
  // The id that the fee's own invoice would have, so that nothing can charge the period a second time.
  const invoiceId = periodInvoiceId("SUBSCRIPTION", id, charge.of.periodIndex);
  const { effectiveAt: at } = planChange;
  const order = { ...charge, customerId, invoiceId, kind: "SUBSCRIPTION" as const, at, subscribed: taken };
  const givesBackOf = givenBack !== null && givenBack.lines.length > 0 ? givenBack.invoiceId : null;
  return givesBackOf === null ? order : { ...order, givesBackOf };
}

interface Recorded {
  readonly planChangeId: string;
  readonly invoice: Invoice | null;
  readonly creditNote: CreditNote | null;
}

function rowOf(
  { planChange, left, taken, after }: PlanChangeDecision,
  { planChangeId, invoice, creditNote }: Recorded,
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
    creditNoteId: creditNote?.creditNoteId ?? null,
    createdAt: after.now,
  };
}

async function replay(tx: Tx, account: Account, planChangeId: string): Promise<PlanChanged> {
  const { customerId } = account;
  const row = await tx.manager.findOneByOrFail(PlanChangeRow, { customerId, planChangeId });
  const { timing, supplyPolicy, effectiveAt, invoiceId, creditNoteId } = row;
  const { plan: from } = await findSubscription(tx, customerId, row.fromId);
  const { plan: to } = await findSubscription(tx, customerId, row.toId);
  const invoice = invoiceId === null ? null : await loadInvoice(tx, { customerId, invoiceId });
  const creditNote = creditNoteId === null ? null : await loadCreditNote(tx, customerId, creditNoteId);
  const planChange = { from, to, timing, supplyPolicy, effectiveAt };
  const current = await loadCurrent(tx, account);
  return { kind: "planChanged", planChange, ...current, invoice, creditNote, replayed: true };
}
