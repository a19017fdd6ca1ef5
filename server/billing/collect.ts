import { subtract, zero } from "../domain/amount.js";
import { nextAttemptAt } from "../domain/dunning.js";
import type { NewId } from "../domain/ids.js";
import { addMs, type Clock, hourMs, type Instant } from "../domain/instant.js";
import { type Invoice, mayMove, owedOf } from "../domain/invoice.js";
import { loadAccount } from "../ledger/load.js";
import type { Charge, ChargeResult, PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { InvoiceRow, PaymentRow } from "../storage/rows/billing.js";
import { chargeFor, makeCharge } from "./charging.js";
import { addCredit } from "./creditBalances.js";
import { giveUp } from "./giveUp.js";
import { type InvoiceKey, invoiceOf, moveInvoice } from "./invoices.js";
import { openPayment, recordResult } from "./payments.js";
import { returnPayment } from "./refunds.js";
import { loadDunning } from "./settings.js";

/** How long an attempt is waited for before somebody else takes it up: its process may have died in between. */
const leaseMs = hourMs;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly payments: PaymentProvider;
}

/**
 * Tries to collect an invoice that is due: two transactions around one charge, so that no money is asked for that is
 * not on record. Whoever dies in between leaves a pending payment, which is asked after under the same id.
 */
export const makeCollect = (needs: Needs) => {
  const { database } = needs;
  const charge = makeCharge(needs);
  return async (key: InvoiceKey): Promise<void> => {
    const begun = await database.transact((tx) => begin(tx, key, needs));
    if (begun === null) return;
    const result = await charge(begun.charge);
    await database.transact((tx) => conclude(tx, begun, { ...needs, result }));
  };
};

interface Begun {
  readonly charge: Charge;
  /** Until when nobody else takes it up. */
  readonly leasedUntil: Instant;
}

async function begin(tx: Tx, key: InvoiceKey, { clock, newId, payments }: Needs): Promise<Begun | null> {
  const { customerId, invoiceId } = key;
  // First, because it locks the customer: who comes second finds the attempt taken.
  const account = await loadAccount(tx, customerId, clock);
  const row = await tx.manager.findOneBy(InvoiceRow, { customerId, invoiceId });
  if (account === null || row === null || !isDue(row, account.now)) return null;
  const { now } = account;
  const leasedUntil = addMs(now, leaseMs);
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, { nextAttemptAt: leasedUntil });
  const charge = await chargeOf(tx, invoiceOf(row), { now, newId, provider: payments.name });
  return { charge, leasedUntil };
}

/** What is asked of the provider for an invoice: a payment that waits once more, or a new one. */
export async function chargeOf(
  tx: Tx,
  invoice: Invoice,
  { now, newId, provider }: { now: Instant; newId: NewId; provider: string },
): Promise<Charge> {
  const payment = await openPayment(tx, invoice, () => ({ paymentId: newId("pay"), createdAt: now }));
  return chargeFor(tx, payment, { provider, description: `Invoice ${invoice.number ?? invoice.invoiceId}` });
}

const isDue = ({ status, nextAttemptAt: at }: InvoiceRow, now: Instant): boolean =>
  status === "OPEN" && at !== null && at <= now;

interface Conclusion extends Needs {
  readonly result: ChargeResult;
}

async function conclude(tx: Tx, { charge, leasedUntil }: Begun, needs: Conclusion): Promise<void> {
  const { customerId, paymentId } = charge;
  const account = await loadAccount(tx, customerId, needs.clock);
  if (account === null) return;
  const payment = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  const { invoiceId } = payment;
  // A message of the provider may have told how it went before; the next attempt is still ours to plan.
  const isPlanned = await tx.manager.existsBy(InvoiceRow, {
    ...{ customerId, invoiceId },
    nextAttemptAt: leasedUntil,
  });
  await settlePayment(tx, payment, { ...needs, now: account.now, isPlanned });
}

export interface SettleNeeds {
  readonly newId: NewId;
}

interface Answer extends SettleNeeds {
  readonly result: ChargeResult;
  readonly now: Instant;
  /** Whether it is the answer to the latest attempt by plan, after which the next one is planned. */
  readonly isPlanned: boolean;
}

/**
 * What the answer to a charge means for the invoice: paid, tried again another day, or given up. It may have been told
 * before, and then changes nothing of the payment.
 */
export async function settlePayment(tx: Tx, before: PaymentRow, answer: Answer): Promise<void> {
  const { result, now } = answer;
  const { customerId, invoiceId } = before;
  const payment = await recordResult(tx, before, { result, at: now });
  const invoice = await tx.manager.findOneByOrFail(InvoiceRow, { customerId, invoiceId });
  if (before.status === "SUCCEEDED") return;
  if (payment.status === "SUCCEEDED") return arrive(tx, payment, { ...answer, invoice });
  // Nothing is planned for an invoice that was cancelled, given up or paid in another way.
  if (invoice.status !== "OPEN" || !answer.isPlanned) return;
  const attempts = invoice.attempts + 1;
  const terms = await loadDunning(tx);
  const firstAttemptAt = await firstAttempt(tx, { customerId, invoiceId });
  const next = nextAttemptAt(terms, { firstAttemptAt, attempts, now });
  // What waits for its customer or its provider is asked after on the same days.
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, { attempts, nextAttemptAt: next });
  if (next === null) await giveUp(tx, { customerId, invoiceId }, { ...answer, policy: terms.afterwards });
}

/** Money is never lost: what nobody owes any more goes back to where it came from. */
async function arrive(
  tx: Tx,
  payment: PaymentRow,
  { invoice, now, newId }: Answer & { invoice: InvoiceRow },
): Promise<void> {
  const { customerId, invoiceId, status } = invoice;
  if (!mayMove(status, "PAID")) return returnPayment(tx, payment, { now, newId });
  await moveInvoice(tx, { customerId, invoiceId }, { to: "PAID", at: now });
  await tx.manager.update(InvoiceRow, { customerId, invoiceId }, { nextAttemptAt: null });
  // It was asked for before some of it was set off.
  const amount = subtract(payment.amount, owedOf(invoice));
  if (amount !== zero) await addCredit(tx, customerId, { amount, currency: payment.currency });
}

async function firstAttempt(tx: Tx, { customerId, invoiceId }: InvoiceKey): Promise<Instant> {
  const payments = await tx.manager.findBy(PaymentRow, { customerId, invoiceId });
  return Math.min(...payments.map(({ createdAt }) => createdAt)) as Instant;
}
