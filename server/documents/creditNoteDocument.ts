import { type Micros, microsPerUnit, zero } from "../domain/amount.js";
import { type CreditNote, subtotalOf } from "../domain/creditNote.js";
import type { Invoice, InvoiceParties } from "../domain/invoice.js";
import { day, span } from "./dates.js";
import type { BillingDocument, Demand, Table, Total } from "./document.js";
import { factsFrom } from "./facts.js";
import { figure, money, pricedIn } from "./figures.js";
import { type LineGroup, lineGroups, total } from "./lines.js";
import { buyerOf, sellerOf } from "./parties.js";
import { taxTotals } from "./taxTotals.js";
import { oneLine } from "./text.js";

interface Corrected {
  readonly invoice: Invoice;
  readonly parties: InvoiceParties;
}

/**
 * A credit note as it is shown. It says nothing of what comes after it, such as whether a refund has arrived, so it
 * stays as it was made. The invoice's notes tell how to pay, so they are not on it.
 */
export function creditNoteDocument(note: CreditNote, { invoice, parties }: Corrected): BillingDocument {
  const { number } = note;
  return {
    title: "Credit note",
    name: `Credit note ${number}`,
    fileName: `credit-note-${number}`,
    stamp: null,
    madeAt: note.createdAt,
    seller: parties.operator === null ? null : sellerOf(parties.operator),
    buyer: buyerOf(parties.customer),
    buyerLabel: "Credited to",
    facts: factsFrom([
      ["Credit note number", number],
      ["Date of issue", day(note.createdAt)],
      ["Corrects invoice", note.invoiceNumber],
      ["Invoice date", day(note.invoiceFinalizedAt)],
      ["Invoice total", pricedIn(invoice.total, invoice.currency)],
      ["Billing period", invoice.period === null ? null : span(invoice.period)],
      ["Customer number", note.customerId],
    ]),
    demand: demandOf(note),
    items: itemsTable(note, invoice),
    totals: totalsOf(note),
    statement: null,
    notes: reasonOf(note),
  };
}

const settlements = {
  REFUND: { label: "Refund", remark: "Goes back to where the payment came from." },
  BALANCE: { label: "Credit", remark: "Added to the credit balance, for the next invoices." },
  INVOICE: { label: "Off the invoice", remark: "So much less is to be paid of it." },
  DISPUTE: { label: "Disputed payment", remark: "The bank has paid it back already." },
} as const;

const demandOf = ({ settlement, amount, currency }: CreditNote): Demand => ({
  ...settlements[settlement],
  figure: pricedIn(amount, currency),
});

/** What is given back is a sum of money: which part of which item it is, only the reason can tell. */
function itemsTable(note: CreditNote, invoice: Invoice): Table {
  const { amount, currency, invoiceNumber } = note;
  const extent = amount === invoice.total ? "All" : "Part";
  const remarks = [invoiced(invoice), takenBack(note)].filter((text) => text !== "");
  return {
    caption: "What this credit note is for",
    columns: [
      { label: "Description", kind: "text" },
      { label: `Amount (${currency})`, kind: "figure" },
    ],
    groups: [
      {
        title: null,
        rows: [
          {
            cells: [`${extent} of invoice ${invoiceNumber}`, money(subtotalOf(note), currency)],
            remark: remarks.join(" · ") || null,
          },
        ],
        sum: null,
      },
    ],
    sum: null,
  };
}

const namesMax = 3;

/** What the invoice is for, to be recognised by; what it takes off is left out. */
function invoiced(invoice: Invoice): string {
  const names = lineGroups(invoice)
    .filter(({ lines }) => total(lines, ({ amount }) => amount) > zero)
    .map(nameOf);
  const more = names.length - namesMax;
  const shown = [...names.slice(0, namesMax), ...(more > 0 ? [`and ${more} more`] : [])];
  return shown.length === 0 ? "" : `Invoiced: ${shown.join("; ")}`;
}

function nameOf({ title, isUsage, lines }: LineGroup): string {
  const [only, ...others] = lines;
  if (isUsage || only === undefined || others.length > 0 || only.quantity === microsPerUnit) return title;
  return `${figure(only.quantity)} × ${title}`;
}

function reasonOf({ reason }: CreditNote): string[] {
  const text = oneLine(reason ?? "");
  return text === "" ? [] : [`Reason: ${text}`];
}

/** Of a purchase: its credits go with the money. */
function takenBack({ voided, clawback }: CreditNote): string {
  const credits = (amount: Micros) => `${figure(amount)} credits`;
  const later = clawback === zero ? "" : `${credits(clawback)} to be taken as they come free`;
  if (voided === zero) return later;
  return `${credits(voided)} taken back${later === "" ? "" : `, ${later}`}`;
}

const totalsOf = (note: CreditNote): Total[] => {
  const { taxes, currency, amount } = note;
  return [
    { label: "Subtotal", figure: pricedIn(subtotalOf(note), currency), weight: "part" },
    ...taxTotals(taxes, currency, { inclusive: false }),
    { label: "Total credited", figure: pricedIn(amount, currency), weight: "demand" },
    ...taxTotals(taxes, currency, { inclusive: true }),
  ];
};
