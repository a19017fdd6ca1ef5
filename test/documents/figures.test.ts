import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalsByColumn, paddingAfter, rowsOf } from "../../server/documents/columns.js";
import { day, span } from "../../server/documents/dates.js";
import { figure, money, pricedIn, signed } from "../../server/documents/figures.js";
import { invoiceDocument } from "../../server/documents/invoiceDocument.js";
import { formatAmount, micros, parseAmount } from "../../server/domain/amount.js";
import { amount, at, monthly, parties } from "./invoices.js";

describe("figures", () => {
  test.each([
    ["1234.5", "USD", "1,234.50"],
    ["0.004", "USD", "0.004"],
    ["-27.42", "USD", "−27.42"],
    ["1234567.123456", "USD", "1,234,567.123456"],
    ["9007199254.740991", "USD", "9,007,199,254.740991"],
    ["0", "USD", "0.00"],
    ["40643", "JPY", "40,643"],
    ["1.333333", "JPY", "1.333333"],
    ["12.5", "KWD", "12.500"],
    ["999", "EUR", "999.00"],
  ])("%s in %s is read as %s", (text, currency, expected) => {
    expect(money(amount(text), currency)).toBe(expected);
  });

  test("quantities have no decimals that they do not need", () => {
    expect([figure(amount("18412")), figure(amount("1286.5"))]).toEqual(["18,412", "1,286.5"]);
  });

  test("a currency is told by its code, and what rounding added by its sign", () => {
    expect(pricedIn(amount("-50"), "USD")).toBe("USD −50.00");
    expect([signed(amount("0.0004"), "USD"), signed(amount("-0.0004"), "USD")]).toEqual([
      "+0.0004",
      "−0.0004",
    ]);
  });

  test("every amount can be read back from its figure, to the millionth", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom("USD", "JPY", "KWD"), (value, currency) => {
        const text = money(micros(value), currency).replaceAll(",", "").replace("−", "-");
        expect(formatAmount(parseAmount(text) ?? micros(-1))).toBe(formatAmount(micros(value)));
      }),
    );
  });

  test("the points of a column stand below each other", () => {
    const { statement } = invoiceDocument(monthly, parties);
    if (statement === null) throw new Error("A month has a statement.");
    const decimals = decimalsByColumn(statement.table);
    for (const [index, places] of decimals.entries())
      for (const { cells } of rowsOf(statement.table).filter(
        ({ cells }) => index > 0 && cells[index] !== "",
      )) {
        const padded = `${cells[index]}${paddingAfter(cells[index] ?? "", places)}`;
        expect(padded.length - padded.indexOf(".") - 1, padded).toBe(places === 0 ? padded.length : places);
      }
  });
});

describe("dates", () => {
  test("name their month, whatever the reader's custom", () => {
    expect([day(at("2026-07-01")), day(at("2026-12-31T23:59:59.999Z"))]).toEqual([
      "1 July 2026",
      "31 December 2026",
    ]);
  });

  test.each([
    ["2026-07-01", "2026-08-01", "1 July 2026 – 31 July 2026"],
    ["2026-06-28", "2026-06-29", "28 June 2026"],
    ["2026-02-01", "2026-03-01", "1 February 2026 – 28 February 2026"],
    ["2026-07-10T09:30:00Z", "2026-08-01", "10 July 2026, 09:30 UTC – 31 July 2026"],
    ["2026-07-10T09:30:00Z", "2026-08-10T09:30:00Z", "10 July 2026, 09:30 UTC – 10 August 2026, 09:30 UTC"],
    ["2026-07-01", null, "from 1 July 2026"],
  ])("from %s until %s is %s", (start, end, expected) => {
    expect(span({ start: at(start), end: end === null ? null : at(end) })).toBe(expected);
  });
});
