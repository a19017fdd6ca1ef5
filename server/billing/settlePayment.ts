import { subtract, zero } from "../domain/amount.js";
import { askAgainAt } from "../domain/asking.js";
import { nextAttemptAt } from "../domain/dunning.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { leftToPay, mayMove } from "../domain/invoice.js";
import type { Account } from "../ledger/load.js";
import type { ChargeResult } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { InvoiceRow, PaymentRow } from "../storage/rows/billing.js";
import { carryAll } from "./carryOver.js";
import { addCredit } from "./creditBalances.js";
import { applyEarlierDisputes } from "./disputes.js";
import { giveUp } from "./giveUp.js";
import { type InvoiceKey, invoiceOf, moveInvoice } from "./invoices.js";
import { type PaymentKey, recordResult } from "./payments.js";
import { returnPayment } from "./refunds.js";
import { loadDunning } from "./settings.js";

export interface SettleNeeds {
  readonly newId: NewId;
}

interface Answer extends SettleNeeds {
  readonly result: ChargeResult;
  /** The account of the payment's customer, who must be locked. */
  readonly account: Account;
  /** Whether it is the answer to the latest attempt by plan, after which the next one is planned. */
  readonly isPlanned: boolean;
}

/**
 * What the answer to a charge means for the invoice: paid, tried again another day, or given up. It may have been told
 * before, and then changes nothing of the payment.
 */
export async function settlePayment(tx: Tx, key: PaymentKey, answer: Answer): Promise<void> {
  const { customerId, paymentId } = key;
  const { result, account } = answer;
  // As it is now that the customer is locked: what its reader saw before may be of yesterday.
  const before = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  const payment = await recordResult(tx, before, { result, at: account.now });
  if (before.status === "SUCCEEDED") return;
  const { invoiceId } = before;
  const invoice = await tx.manager.findOneByOrFail(InvoiceRow, { customerId, invoiceId });
  if (payment.status === "SUCCEEDED") return arrive(tx, payment, { ...answer, invoice });
  if (isTooSmall(result) && mayMove(invoice.status, "PAID")) {
    await carryAll(tx, invoiceOf(invoice), account.now);
    return;
  }
  // Nothing is planned for an invoice that was cancelled, given up or paid in another way.
  const isAwaited = invoice.awaitedPaymentId === paymentId;
  if (invoice.status !== "OPEN" || !(answer.isPlanned || isAwaited)) return;
  if (payment.status === "PENDING") await awaitPayment(tx, payment, account.now);
  else await planNext(tx, invoice, answer);
}

/** Not declined: it will never be charged, however often it is tried. */
const isTooSmall = (result: ChargeResult): boolean => result.status === "FAILED" && result.tooSmall === true;

/** It is under way, as a debit is for days, which is no failure: it is asked after, and nothing is counted. */
async function awaitPayment(
  tx: Tx,
  { customerId, invoiceId, paymentId, createdAt }: PaymentRow,
  now: Instant,
): Promise<void> {
  const awaiting = { awaitedPaymentId: paymentId, nextAttemptAt: askAgainAt(createdAt, now) };
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, awaiting);
}

/** It has failed, or waits for its customer, who is asked for it on the same days. */
async function planNext(tx: Tx, invoice: InvoiceRow, { account: { now }, newId }: Answer): Promise<void> {
  const { customerId, invoiceId } = invoice;
  const attempts = invoice.attempts + 1;
  const terms = await loadDunning(tx);
  const firstAttemptAt = await firstAttempt(tx, { customerId, invoiceId });
  const next = nextAttemptAt(terms, { firstAttemptAt, attempts, now });
  const change = { attempts, nextAttemptAt: next, awaitedPaymentId: null };
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, change);
  if (next === null) await giveUp(tx, { customerId, invoiceId }, { now, newId, policy: terms.afterwards });
}

/** Money is never lost: what nobody owes any more goes back to where it came from. */
async function arrive(
  tx: Tx,
  payment: PaymentRow,
  { invoice, account, newId }: Answer & { invoice: InvoiceRow },
): Promise<void> {
  const { customerId, invoiceId, status } = invoice;
  const { now } = account;
  if (!mayMove(status, "PAID")) return returnPayment(tx, payment, { now, newId });
  await moveInvoice(tx, { customerId, invoiceId }, { to: "PAID", at: now });
  const nothingToDo = { nextAttemptAt: null, awaitedPaymentId: null };
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, nothingToDo);
  // It was asked for before some of it was set off.
  const amount = subtract(payment.amount, leftToPay(invoice));
  if (amount !== zero) await addCredit(tx, customerId, { amount, currency: payment.currency });
  await applyEarlierDisputes(tx, payment, { account, newId });
}

async function firstAttempt(tx: Tx, { customerId, invoiceId }: InvoiceKey): Promise<Instant> {
  const payments = await tx.manager.findBy(PaymentRow, { customerId, invoiceId });
  return Math.min(...payments.map(({ createdAt }) => createdAt)) as Instant;
}
