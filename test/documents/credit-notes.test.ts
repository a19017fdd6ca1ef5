import { describe, expect, test } from "vitest";
import { rowsOf } from "../../server/documents/columns.js";
import { creditNoteDocument } from "../../server/documents/creditNoteDocument.js";
import { invoiceDocument } from "../../server/documents/invoiceDocument.js";
import { micros } from "../../server/domain/amount.js";
import { type CreditNote, taxesGivenBack } from "../../server/domain/creditNote.js";
import type { Invoice } from "../../server/domain/invoice.js";
import { amount, at, monthly, onePack, parties } from "./invoices.js";

function shown(invoice: Invoice, given: string, over: Partial<CreditNote> = {}) {
  const { customerId, invoiceId, number, finalizedAt, currency } = invoice;
  const note: CreditNote = {
    ...{ customerId, invoiceId, currency, creditNoteId: "cn_1", number: "CN-2026-000003" },
    ...{ invoiceNumber: number ?? "", invoiceFinalizedAt: finalizedAt ?? at("2026-08-01") },
    ...{ amount: amount(given), taxes: taxesGivenBack(invoice, [], amount(given)) },
    ...{ settlement: "REFUND", reason: null, voided: micros(0), clawback: micros(0) },
    createdAt: at("2026-08-20"),
    ...over,
  };
  return creditNoteDocument(note, { invoice, parties: invoice.parties ?? parties });
}

const totals = (document: ReturnType<typeof shown>) =>
  document.totals.map(({ label, figure }) => `${label}: ${figure}`);

describe("a part of a month", () => {
  const document = shown(monthly, "59.5", { reason: "An outage\non 12 July" });

  test("says what it is, what it corrects, and for whom", () => {
    const { title, name, fileName, stamp, facts, seller, buyer, buyerLabel, notes } = document;
    expect({ title, name, fileName, stamp }).toEqual({
      title: "Credit note",
      name: "Credit note CN-2026-000003",
      fileName: "credit-note-CN-2026-000003",
      stamp: null,
    });
    expect(facts.map(({ label, text }) => `${label}: ${text}`)).toEqual([
      "Credit note number: CN-2026-000003",
      "Date of issue: 20 August 2026",
      "Corrects invoice: 2026-000042",
      "Invoice date: 4 August 2026",
      "Invoice total: USD 299.63",
      "Billing period: 1 July 2026 – 31 July 2026",
      "Customer number: lumen-games",
    ]);
    const invoice = invoiceDocument(monthly, parties);
    expect({ seller, buyer }).toEqual({ seller: invoice.seller, buyer: invoice.buyer });
    expect(buyerLabel).toBe("Credited to");
    // The invoice's own notes ask for a bank transfer.
    expect(notes).toEqual(["Reason: An outage on 12 July"]);
  });

  test("gives its tax back with it", () => {
    expect(rowsOf(document.items)).toEqual([
      {
        cells: ["Part of invoice 2026-000042", "50.00"],
        remark: "Invoiced: Image generation, SD 1.5; Image generation, SDXL; Upscaling; and 2 more",
      },
    ]);
    expect(totals(document)).toEqual([
      "Subtotal: USD 50.00",
      "VAT 19% (DE) on USD 50.00: USD 9.50",
      "Total credited: USD 59.50",
    ]);
  });
});

test("all of a purchase: the tax that it contains is told, and so are the credits that go", () => {
  const taken = { voided: amount("18000"), clawback: amount("2000") };
  const document = shown(onePack, "98", { ...taken, reason: " " });
  expect(rowsOf(document.items)).toEqual([
    {
      cells: ["All of invoice 2026-000007", "98.00"],
      remark:
        "Invoiced: 2 × 10,000 credits · 18,000 credits taken back, 2,000 credits to be taken as they come free",
    },
  ]);
  expect(totals(document)).toEqual([
    "Subtotal: EUR 98.00",
    "Total credited: EUR 98.00",
    "Contains VAT 19% (DE), net EUR 82.35: EUR 15.65",
  ]);
  expect(document.notes).toEqual([]);
});

test.each([
  ["REFUND", "Refund", "Goes back to where the payment came from."],
  ["BALANCE", "Credit", "Added to the credit balance, for the next invoices."],
  ["DISPUTE", "Disputed payment", "The bank has paid it back already."],
] as const)("one that is settled by %s says so", (settlement, label, remark) => {
  const { demand } = shown(monthly, "1234.5", { settlement });
  expect(demand).toEqual({ label, figure: "USD 1,234.50", remark });
});
