import type { NewId } from "../domain/ids.js";
import { addMs, type Clock, hourMs, type Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import { loadAccount } from "../ledger/load.js";
import type { Charge, ChargeResult, PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { InvoiceRow, PaymentRow } from "../storage/rows/billing.js";
import { carryWhatIsTooSmall } from "./carryOver.js";
import { chargeFor, makeCharge } from "./charging.js";
import { type InvoiceKey, invoiceOf } from "./invoices.js";
import { findOpenPayment, openPayment } from "./payments.js";
import { settlePayment } from "./settlePayment.js";

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
  const charge = await chargeOf(tx, invoiceOf(row), { now, newId, payments });
  return charge === null ? null : { charge, leasedUntil };
}

/**
 * What is asked of the provider for an invoice: a payment that waits once more, or a new one. Null when so little is to
 * be paid that it cannot be charged: the invoice is settled then.
 */
export async function chargeOf(
  tx: Tx,
  invoice: Invoice,
  { now, newId, payments }: Pick<Needs, "newId" | "payments"> & { now: Instant },
): Promise<Charge | null> {
  const { name: provider } = payments;
  const description = `Invoice ${invoice.number ?? invoice.invoiceId}`;
  const open = await findOpenPayment(tx, invoice);
  if (open !== null) return chargeFor(tx, open, { provider, description });
  const left = await carryWhatIsTooSmall(tx, invoice, { limits: payments.chargeable(invoice.currency), now });
  if (left.status === "PAID") return null;
  const payment = await openPayment(tx, left, { paymentId: newId("pay"), createdAt: now });
  return chargeFor(tx, payment, { provider, description });
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
  const { invoiceId } = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  // A message of the provider may have told how it went before; the next attempt is still ours to plan.
  const isPlanned = await tx.manager.existsBy(InvoiceRow, {
    ...{ customerId, invoiceId },
    nextAttemptAt: leasedUntil,
  });
  await settlePayment(tx, charge, { ...needs, account, isPlanned });
}
