import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../../server/documents/columns.js";
import type { Table } from "../../server/documents/document.js";
import { money } from "../../server/documents/figures.js";
import { invoiceDocument } from "../../server/documents/invoiceDocument.js";
import { type Micros, micros, sum } from "../../server/domain/amount.js";
import type { Invoice, InvoiceStatus } from "../../server/domain/invoice.js";
import {
  amount,
  at,
  awkward,
  draft,
  invoiceOf,
  long,
  monthly,
  onePack,
  parties,
  usageLine,
  yen,
} from "./invoices.js";

const shown = (invoice: Invoice) => invoiceDocument(invoice, invoice.parties ?? parties);
const cells = (table: Table | undefined) =>
  table === undefined ? [] : rowsOf(table).map((row) => row.cells);
const totals = (invoice: Invoice) => shown(invoice).totals.map(({ label, figure }) => `${label}: ${figure}`);

describe("a month of usage", () => {
  const document = shown(monthly);

  test("says what it is, when, and for whom", () => {
    const { title, name, fileName, stamp, facts, seller, buyer, notes } = document;
    expect({ title, name, fileName, stamp }).toEqual({
      title: "Invoice",
      name: "Invoice 2026-000042",
      fileName: "invoice-2026-000042",
      stamp: null,
    });
    expect(facts.map(({ label, text }) => `${label}: ${text}`)).toEqual([
      "Invoice number: 2026-000042",
      "Date of issue: 4 August 2026",
      "Billing period: 1 July 2026 – 31 July 2026",
      "Customer number: lumen-games",
    ]);
    expect([seller?.name, ...(seller?.lines ?? [])].join(" / ")).toBe(
      "Northlight Imaging GmbH / Speicherstraße 12 / 20457 Hamburg / Germany / Tax ID DE314159265 / billing@northlight.example",
    );
    expect([buyer.name, ...buyer.lines].join(" / ")).toBe(
      "Lumen Games SAS / Comptabilité / 48 rue des Filles du Calvaire / Bâtiment B / 75003 Paris / France / Tax ID FR40303265045 / accounts@lumen.example",
    );
    expect(notes).toHaveLength(2);
  });

  test("charges by operation, and tells what was taken off", () => {
    expect(document.items.columns.map(({ label }) => label)).toEqual([
      "Description",
      "Quantity",
      "Unit price",
      "Amount (USD)",
    ]);
    expect(cells(document.items)).toEqual([
      ["Image generation, SD 1.5", "18,412", "0.004", "62.10"],
      ["Image generation, SDXL", "8,253", "", "199.82"],
      ["Upscaling", "1,286.5", "", "5.32"],
      ["Generator training", "3", "5.00", "15.00"],
      ["Upscaling", "52", "", "1.03"],
      ["Volume discount: 5% above USD 200", "", "", "−4.06"],
      ["Coupon SUMMER26: 10% for three months", "", "", "−27.42"],
    ]);
    expect(document.items.groups[0]?.rows.map(({ remark }) => remark)).toEqual([
      "List amount 73.648, less discounts 11.0472, less free allowance 0.50",
      "2 price tiers · List amount 235.084, less discounts 35.2626",
      "List amount 25.317333, less prepaid credits 20.00",
      null,
      "Late usage: 28 June 2026, 30 June 2026",
      null,
      null,
    ]);
  });

  test("adds tax and takes off credit", () => {
    expect(totals(monthly)).toEqual([
      "Subtotal: USD 251.79",
      "VAT 19% (DE) on USD 251.79: USD 47.84",
      "Total: USD 299.63",
      "Paid from credit balance: USD −50.00",
      "Amount due: USD 249.63",
    ]);
    expect(document.demand).toEqual({
      label: "Amount due",
      figure: "USD 249.63",
      remark: "For 1 July 2026 – 31 July 2026",
    });
  });

  test("is itemised by operation, tier and day, each row adding up as it stands", () => {
    const table = document.statement?.table;
    expect(table?.columns.map(({ label }) => label).join()).toBe(
      "Item,Quantity,Unit price,List amount,Discounts,Free allowance,Prepaid credits,Net,Rounding,Amount",
    );
    expect(table?.groups.map(({ title }) => title)).toEqual([
      null,
      "Image generation, SDXL",
      null,
      "Upscaling, late usage",
      null,
    ]);
    expect(cells(table).map((row) => row.join(" | "))).toEqual([
      "Image generation, SD 1.5 | 18,412 | 0.004 | 73.648 | −11.0472 | −0.50 |  | 62.1008 | −0.0008 | 62.10",
      "Up to 1,000 | 1,000 | 0.032 | 32.00 | −4.80 |  |  | 27.20 |  | 27.20",
      "Over 1,000, up to 10,000 | 7,253 | 0.028 | 203.084 | −30.4626 |  |  | 172.6214 | −0.0014 | 172.62",
      "Total | 8,253 |  | 235.084 | −35.2626 |  |  | 199.8214 | −0.0014 | 199.82",
      "Upscaling | 1,286.5 |  | 25.317333 |  |  | −20.00 | 5.317333 | +0.002667 | 5.32",
      "Generator training | 3 | 5.00 | 15.00 |  |  |  | 15.00 |  | 15.00",
      "28 June 2026 | 12 | 0.019679 | 0.236148 |  |  |  | 0.236148 | +0.003852 | 0.24",
      "30 June 2026 | 40 | 0.019679 | 0.78716 |  |  |  | 0.78716 | +0.00284 | 0.79",
      "Total | 52 |  | 1.023308 |  |  |  | 1.023308 | +0.006692 | 1.03",
      "Volume discount: 5% above USD 200 |  |  | −4.063042 |  |  |  | −4.063042 | +0.003042 | −4.06",
      "Coupon SUMMER26: 10% for three months |  |  | −27.42 |  |  |  | −27.42 |  | −27.42",
      "Subtotal |  |  | 318.589599 | −46.3098 | −0.50 | −20.00 | 251.779799 | +0.010201 | 251.79",
    ]);
  });
});

test("a purchase is one line without a statement; a tax that its price contains adds nothing", () => {
  expect(shown(onePack).statement).toBeNull();
  expect(cells(shown(onePack).items)).toEqual([["10,000 credits", "2", "49.00", "98.00"]]);
  expect(totals(onePack)).toEqual([
    "Subtotal: EUR 98.00",
    "Total: EUR 98.00",
    "Contains VAT 19% (DE), net EUR 82.35: EUR 15.65",
    "Amount paid: EUR 98.00",
  ]);
});

test("what gives back more than it charges fills the credit balance", () => {
  const over = { total: amount("-12"), creditApplied: amount("-12"), amountDue: amount("0") };
  expect(totals({ ...onePack, taxes: [], subtotal: amount("-12"), ...over })).toEqual([
    "Subtotal: EUR −12.00",
    "Total: EUR −12.00",
    "Added to credit balance: EUR 12.00",
    "Amount paid: EUR 0.00",
  ]);
});

test("what is too small to be charged is carried over, and stands on both invoices", () => {
  const plain = { ...onePack, taxes: [], subtotal: amount("0.3"), total: amount("0.3") };
  const small = { amountDue: amount("0.3"), carriedOver: amount("0.3") };
  expect(totals({ ...plain, ...small })).toEqual([
    "Subtotal: EUR 0.30",
    "Total: EUR 0.30",
    "Carried over to the next invoice: EUR −0.30",
    "Amount paid: EUR 0.00",
  ]);
  const next = { creditApplied: amount("-0.3"), amountDue: amount("0.6") };
  expect(totals({ ...plain, ...next })).toEqual([
    "Subtotal: EUR 0.30",
    "Total: EUR 0.30",
    "Carried over from earlier invoices: EUR 0.30",
    "Amount paid: EUR 0.60",
  ]);
});

test.each<[InvoiceStatus, string, string | undefined, string | null]>([
  ["DRAFT", "Draft invoice", "DRAFT", "A draft until 4 August 2026. Please do not pay it."],
  ["OPEN", "Invoice", undefined, "For 1 July 2026 – 31 July 2026"],
  ["PAID", "Invoice", "PAID", "Paid on 9 August 2026. Thank you."],
  ["VOID", "Invoice", "VOID", "This invoice is cancelled. Nothing is owed."],
  ["UNCOLLECTIBLE", "Invoice", "UNCOLLECTIBLE", "For 1 July 2026 – 31 July 2026"],
])("an invoice that is %s says so", (status, title, stamp, remark) => {
  const invoice = {
    ...(status === "DRAFT" ? draft : monthly),
    status,
    paidAt: status === "PAID" ? at("2026-08-09") : null,
  };
  const document = shown(invoice);
  expect([document.title, document.stamp?.text, document.demand.remark]).toEqual([title, stamp, remark]);
});

test("a draft has no number and the parties of today", () => {
  const { name, fileName, facts, buyer } = shown(draft);
  expect([name, fileName, buyer.name]).toEqual(["Draft invoice", "draft-inv_0198draft", "Lumen Games SAS"]);
  expect(facts[0]).toEqual({ label: "To be issued", text: "4 August 2026" });
});

test("money without a minor unit has no decimals but those of exact figures; who is exempt is told", () => {
  expect(cells(shown(yen).statement?.table).map((row) => row.join(" | "))).toEqual([
    "画像生成（アニメ） | 12,840 | 3.25 | 41,730 | −1,500 | 40,230 |  | 40,230",
    "高解像度化 | 310 | 1.333333 | 413.33323 |  | 413.33323 | −0.33323 | 413",
    "Subtotal |  |  | 42,143.33323 | −1,500 | 40,643.33323 | −0.33323 | 40,643",
  ]);
  expect(shown(yen).buyer.lines).toContain("Exempt from tax");
});

test("a customer without a name or an address is shown by its id, and a seller nobody has named not at all", () => {
  const customer = {
    customerId: "c-1",
    name: null,
    email: null,
    address: null,
    taxId: null,
    taxExempt: false,
  };
  const document = invoiceDocument(onePack, { operator: null, customer });
  expect([document.seller, document.buyer]).toEqual([null, { name: "c-1", lines: [] }]);
});

test("a town comes before its postal code where that is the custom", () => {
  const address = {
    name: null,
    lines: ["1 Main St"],
    postalCode: "94107",
    city: "San Francisco",
    country: "US",
  };
  const { buyer } = invoiceDocument(onePack, { ...parties, customer: { ...parties.customer, address } });
  expect(buyer.lines.slice(0, 3)).toEqual(["1 Main St", "San Francisco 94107", "United States"]);
});

test("line breaks and control characters of others do not break lines", () => {
  const { buyer } = invoiceDocument(onePack, {
    ...parties,
    customer: { ...parties.customer, name: "  A\u0007 B\r\n\tC  " },
  });
  expect(buyer.name).toBe("A B C");
});

test("what is charged for on the first page adds up to the subtotal, and so does the statement", () => {
  const line = fc.record({
    operation: fc.constantFrom("a", "b", "c"),
    tier: fc.constantFrom("up to 5", "over 5"),
    list: fc.integer({ min: 0, max: 1e12 }),
    late: fc.boolean(),
  });
  const read = (text = "0"): Micros => amount(text.replaceAll(",", "").replace("−", "-"));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), (lines) => {
      const invoice = invoiceOf(
        lines.map(({ operation, tier, list, late }) =>
          usageLine({
            ...{ description: `Operation ${operation}`, operation, tier, quantity: "1" },
            listAmount: (list / 1e6).toFixed(6),
            ...(late ? { late: at("2026-06-03") } : {}),
          }),
        ),
      );
      const document = shown(invoice);
      expect(sum(cells(document.items).map((row) => read(row.at(-1))))).toBe(invoice.subtotal);
      const statement = document.statement?.table;
      expect(
        sum((statement?.groups ?? []).flatMap(({ rows }) => rows.map((row) => read(row.cells.at(-1))))),
      ).toBe(invoice.subtotal);
      expect(statement?.sum?.cells.at(-1)).toBe(money(invoice.subtotal, "USD"));
    }),
  );
});

test("the figures of three hundred lines are all there", () => {
  const { items, statement } = shown(long);
  expect(cells(items)).toHaveLength(50);
  expect(statement?.table.groups.flatMap(({ rows }) => rows)).toHaveLength(300);
  expect(micros(long.subtotal)).toBeGreaterThan(0);
  expect(cells(shown(awkward).items)[0]?.[0]).toMatch(/^<script>/);
});
