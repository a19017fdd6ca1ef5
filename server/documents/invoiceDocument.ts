import type { Invoice, InvoiceParties, InvoiceStatus } from "../domain/invoice.js";
import { day, span } from "./dates.js";
import type { BillingDocument, Fact, Stamp } from "./document.js";
import { factsFrom } from "./facts.js";
import { itemsTable } from "./items.js";
import { buyerOf, sellerOf } from "./parties.js";
import { statementOf } from "./statement.js";
import { paragraphs } from "./text.js";
import { demandOf, totalsOf } from "./totals.js";

const stamps: Readonly<Record<InvoiceStatus, Stamp | null>> = {
  DRAFT: { text: "DRAFT", tone: "neutral" },
  OPEN: null,
  PAID: { text: "PAID", tone: "good" },
  VOID: { text: "VOID", tone: "bad" },
  UNCOLLECTIBLE: { text: "UNCOLLECTIBLE", tone: "warning" },
};

/** An invoice as it is shown. The parties are those of its own, or as they are now while it has none. */
export function invoiceDocument(invoice: Invoice, parties: InvoiceParties): BillingDocument {
  const { number, status, invoiceId } = invoice;
  const title = status === "DRAFT" ? "Draft invoice" : "Invoice";
  return {
    title,
    name: number === null ? title : `${title} ${number}`,
    fileName: number === null ? `draft-${invoiceId}` : `invoice-${number}`,
    stamp: stamps[status],
    madeAt: invoice.finalizedAt ?? invoice.createdAt,
    seller: parties.operator === null ? null : sellerOf(parties.operator),
    buyer: buyerOf(parties.customer),
    buyerLabel: "Billed to",
    facts: factsOf(invoice),
    demand: demandOf(invoice),
    items: itemsTable(invoice),
    totals: totalsOf(invoice),
    statement: statementOf(invoice),
    notes: paragraphs(invoice.notes ?? parties.operator?.notes ?? null),
  };
}

const factsOf = ({ number, customerId, period, finalizedAt, finalizesAt, paidAt }: Invoice): Fact[] =>
  factsFrom([
    ["Invoice number", number],
    ["Date of issue", finalizedAt === null ? null : day(finalizedAt)],
    ["To be issued", finalizedAt === null && finalizesAt !== null ? day(finalizesAt) : null],
    ["Billing period", period === null ? null : span(period)],
    ["Paid on", paidAt === null ? null : day(paidAt)],
    ["Customer number", customerId],
  ]);
