import { add, type Micros, subtract } from "../domain/amount.js";
import type { NewId } from "../domain/ids.js";
import { addMs, type Clock, dayMs, hourMs, type Instant } from "../domain/instant.js";
import { type Refund, type RefundStatus, refundMayBecome } from "../domain/refund.js";
import { recordEvents } from "../events/outbox.js";
import { loadAccount } from "../ledger/load.js";
import type { PaymentProvider, RefundOrder } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { PaymentRow, RefundRow } from "../storage/rows/billing.js";

export interface RefundKey {
  readonly customerId: string;
  readonly refundId: string;
}

interface NewRefund {
  readonly refundId: string;
  readonly creditNoteId: string | null;
  readonly amount: Micros;
  readonly reason: string | null;
  readonly now: Instant;
  /** When somebody else takes it up; by then whoever opens it has asked for it, or has died. */
  readonly nextAttemptAt: Instant;
}

/** Puts on record that money is to be paid back, before anybody is asked to. The customer must be locked. */
export async function openRefund(tx: Tx, payment: PaymentRow, made: NewRefund): Promise<RefundRow> {
  const { customerId, paymentId, currency, refunded } = payment;
  const { now: createdAt, ...rest } = made;
  const row: RefundRow = {
    ...{ ...rest, customerId, paymentId, currency, createdAt },
    ...{ status: "PENDING", failure: null },
  };
  await tx.manager.insert(RefundRow, row);
  await tx.manager.update(PaymentRow, { customerId, paymentId }, { refunded: add(refunded, made.amount) });
  return row;
}

/** How long the provider's answer is waited for before the refund is taken up again. */
export const refundLease = (now: Instant): Instant => addMs(now, hourMs);

/** Money that nobody owes, because its invoice was cancelled or paid before: all of it goes back. */
export async function returnPayment(
  tx: Tx,
  { customerId, paymentId }: PaymentRow,
  { now, newId }: { now: Instant; newId: NewId },
): Promise<void> {
  const payment = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  const { amount } = payment;
  const made = { refundId: newId("refund"), creditNoteId: null, amount, reason: notOwed, now };
  await openRefund(tx, payment, { ...made, nextAttemptAt: now });
}

const notOwed = "Nothing was owed for this payment.";

/** The longest pause between two attempts to return money. */
const returnRestMaxMs = 30 * dayMs;

/** What is asked of the provider, and for whom. */
export interface CustomerRefund extends RefundOrder {
  readonly customerId: string;
}

export async function orderOf(tx: Tx, row: RefundRow): Promise<CustomerRefund> {
  const { customerId, refundId, paymentId, amount, currency, reason } = row;
  const payment = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  const { providerReference: reference } = payment;
  return { customerId, refundId, paymentId, reference, amount: { amount, currency }, reason };
}

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly payments: PaymentProvider;
}

/** Pays back what is on record, and records how that went: at most once, however often it is asked for. */
export const makeSendRefund =
  ({ database, clock, payments, newId }: Needs) =>
  async ({ customerId, ...order }: CustomerRefund): Promise<void> => {
    const result = await payments.refund(order);
    if (result.status === "PENDING") return;
    const { status } = result;
    const failure = result.status === "FAILED" ? result.failure : null;
    await database.transact(async (tx) => {
      // First, because it locks the customer: a message of the provider may have been here before.
      const account = await loadAccount(tx, customerId, clock);
      const at = account?.now ?? clock();
      await recordRefund(tx, { customerId, refundId: order.refundId }, { status, failure, at, newId });
    });
  };

interface RefundEnd {
  readonly status: RefundStatus;
  readonly failure: string | null;
  readonly at: Instant;
  readonly newId: NewId;
}

/** Notes how a refund has ended. What has failed has not left the operator, so that it can be paid back again. */
export async function recordRefund(
  tx: Tx,
  { customerId, refundId }: RefundKey,
  { status, failure, at, newId }: RefundEnd,
): Promise<void> {
  const row = await tx.manager.findOneBy(RefundRow, { customerId, refundId });
  if (row === null || !refundMayBecome(row.status, status)) return;
  await tx.manager.update(RefundRow, { customerId, refundId }, { status, failure, nextAttemptAt: null });
  if (status === "PENDING") return;
  await recordEvents(tx, [
    status === "SUCCEEDED"
      ? { customerId, type: "REFUND_SUCCEEDED", data: row, at }
      : { customerId, type: "REFUND_FAILED", data: { ...row, failure }, at },
  ]);
  if (status !== "FAILED") return;
  const { paymentId } = row;
  const payment = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  const refunded = subtract(payment.refunded, row.amount);
  await tx.manager.update(PaymentRow, { customerId, paymentId }, { refunded });
  if (row.creditNoteId === null) await returnAgain(tx, { ...payment, refunded }, { now: at, newId });
}

/** Nobody sees to money that nobody owed, so it is tried again by itself: after an hour, two, four, and so on. */
async function returnAgain(
  tx: Tx,
  payment: PaymentRow,
  { now, newId }: { now: Instant; newId: NewId },
): Promise<void> {
  const { customerId, paymentId, amount } = payment;
  const failed = await tx.manager.countBy(RefundRow, { customerId, paymentId, status: "FAILED" });
  const nextAttemptAt = addMs(now, Math.min(hourMs * 2 ** (failed - 1), returnRestMaxMs));
  const made = { refundId: newId("refund"), creditNoteId: null, amount, reason: notOwed, now };
  await openRefund(tx, payment, { ...made, nextAttemptAt });
}

/** Takes up a refund that nobody has heard of for a while, under the id that it was first asked for. */
export const makeTakeUpRefund = (needs: Needs) => {
  const send = makeSendRefund(needs);
  return async (key: RefundKey): Promise<void> => {
    const order = await needs.database.transact((tx) => takeUp(tx, key, needs.clock));
    if (order !== null) await send(order);
  };
};

async function takeUp(tx: Tx, key: RefundKey, clock: Clock): Promise<CustomerRefund | null> {
  const { customerId, refundId } = key;
  // First, because it locks the customer: who comes second finds the refund taken.
  const account = await loadAccount(tx, customerId, clock);
  const row = await tx.manager.findOneBy(RefundRow, { customerId, refundId });
  if (account === null || row === null || row.nextAttemptAt === null || row.nextAttemptAt > account.now)
    return null;
  const { now } = account;
  // Less and less often: a bank may take days.
  const nextAttemptAt = addMs(now, Math.max(hourMs, now - row.createdAt));
  await tx.manager.update(RefundRow, { customerId, refundId }, { nextAttemptAt });
  return orderOf(tx, row);
}

/** Oldest first. */
const oldestFirst = { createdAt: "ASC", refundId: "ASC" } as const;

export const refundsOfNote = (
  tx: Tx,
  { customerId, creditNoteId }: { customerId: string; creditNoteId: string },
): Promise<RefundRow[]> =>
  tx.manager.find(RefundRow, { where: { customerId, creditNoteId }, order: oldestFirst });

/** What was paid back for a credit note, or of a payment. */
export const makeRefundsOf =
  (database: Database) =>
  (of: { customerId: string } & ({ creditNoteId: string } | { paymentId: string })): Promise<Refund[]> =>
    database.read((tx) => tx.manager.find(RefundRow, { where: of, order: oldestFirst }));
