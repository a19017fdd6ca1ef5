import type { CreditNote } from "../../server/domain/creditNote.js";
import {
  CreditBalanceRow,
  CreditNoteRow,
  InvoiceRow,
  PaymentRow,
} from "../../server/storage/rows/billing.js";
import type { Engine } from "./engine.js";
import type { Play } from "./history.js";
import { balanceIn, dueOf } from "./money.js";
import { same } from "./same.js";
import { seenNote } from "./seen.js";
import { total } from "./sums.js";

interface Invoiced {
  readonly customerId: string;
  readonly invoiceId: string;
}

/** The customer does what the bank asks for, if it asks for something. */
export async function approveAt(engine: Engine, { customerId, invoiceId }: Invoiced): Promise<void> {
  const waiting = await engine.database.read((tx) =>
    tx.manager.findBy(PaymentRow, { customerId, invoiceId, status: "ACTION_REQUIRED" }),
  );
  for (const { paymentId } of waiting) engine.approve(paymentId);
}

/** What jobs do for customers on the wall clock: what is due, and then asking for money. */
export async function doJobs(engine: Engine, customer: string, now: number): Promise<void> {
  await engine.ledgerEntries({ customerId: customer, unit: "credit", first: 1, after: null });
  for (const { invoiceId, nextAttemptAt } of await invoicesOf(engine, customer))
    if (nextAttemptAt !== null && nextAttemptAt <= now)
      await engine.collect({ customerId: customer, invoiceId });
}

/** In an order that engines share, since what is asked for first gets the first id. */
async function invoicesOf(engine: Engine, customerId: string): Promise<InvoiceRow[]> {
  const rows = await engine.database.read((tx) => tx.manager.findBy(InvoiceRow, { customerId }));
  return rows.toSorted((a, b) => (a.invoiceId < b.invoiceId ? -1 : 1));
}

/** Lets the model know what invoices for calls come to by the server's rounding. */
export async function hear({ engines, cast, names, world }: Play): Promise<void> {
  const [engine] = engines;
  if (engine === undefined) return;
  for (const { id } of cast)
    for (const { invoiceId, kind, lines } of await invoicesOf(engine, id))
      if (kind === "USAGE") {
        const calls = lines.filter((line) => line.kind !== "COUPON");
        const told = { total: total(calls.map(({ amount }) => amount)), lines: calls.length };
        world.told.set(names.nameOf(invoiceId), told);
      }
}

/** Every invoice with what was paid of it and given back, and what is left on balances. */
export async function compareBills({ world, cast, names }: Play, engine: Engine): Promise<void> {
  for (const { id: customerId } of cast) {
    const { payments, notes, balances } = await engine.database.read(async (tx) => ({
      payments: await tx.manager.find(PaymentRow, { where: { customerId }, order: { paymentId: "ASC" } }),
      notes: await tx.manager.find(CreditNoteRow, { where: { customerId }, order: { creditNoteId: "ASC" } }),
      balances: await tx.manager.findBy(CreditBalanceRow, { customerId }),
    }));
    const isOf =
      (invoiceId: string) =>
      (one: { readonly invoiceId: string }): boolean =>
        one.invoiceId === invoiceId;
    const seen = (await invoicesOf(engine, customerId)).map((row) => ({
      ...{ name: names.nameOf(row.invoiceId), kind: row.kind, currency: row.currency, total: row.total },
      ...{ credit: row.creditApplied, due: row.amountDue, status: row.status, at: row.finalizedAt },
      ...{ nextAttemptAt: row.nextAttemptAt, attempts: row.attempts },
      payments: payments.filter(isOf(row.invoiceId)).map(({ createdAt, amount, status, refunded }) => ({
        ...{ at: createdAt, amount, status, refunded },
      })),
      notes: notes.filter(isOf(row.invoiceId)).map((note: CreditNote) => seenNote(names, note)),
    }));
    const expected = world.bills
      .filter(({ customer }) => customer === customerId)
      .map((bill) => ({
        ...{ name: bill.name, kind: bill.kind, currency: bill.currency, total: bill.total },
        ...{ credit: bill.credit, due: dueOf(bill), status: bill.status, at: bill.at },
        ...{ nextAttemptAt: bill.nextAttemptAt, attempts: bill.attempts },
        payments: bill.payments.map(({ at, amount, status }) => ({
          ...{ at, amount, status },
          refunded: status === "SUCCEEDED" ? refundedOf(bill.notes) : 0,
        })),
        notes: bill.notes,
      }));
    const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
      a.name < b.name ? -1 : 1;
    same(seen.toSorted(byName), expected.toSorted(byName), `The invoices on ${engine.name} are others.`);
    for (const currency of ["EUR", "USD"])
      same(
        balances.find((one) => one.currency === currency)?.amount ?? 0,
        balanceIn(world, customerId, currency),
        `The balance of ${customerId} in ${currency} on ${engine.name} is another.`,
      );
  }
}

const refundedOf = (notes: readonly { readonly amount: number; readonly settlement: string }[]): number =>
  total(notes.filter(({ settlement }) => settlement === "REFUND").map(({ amount }) => amount));
