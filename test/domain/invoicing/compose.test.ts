import { describe, expect, test } from "vitest";
import { formatAmount, micros, microsPerUnit } from "../../../server/domain/amount.js";
import type { TaxRate } from "../../../server/domain/catalog.js";
import { toMinorUnit } from "../../../server/domain/currency.js";
import { instantFrom } from "../../../server/domain/instant.js";
import { type InvoiceLine, plainLine } from "../../../server/domain/invoice.js";
import {
  type BillingFacts,
  composeInvoice,
  type InvoiceDraft,
} from "../../../server/domain/invoicing/compose.js";
import { coupon, customerIn, july, money, noFacts, readOff, redeemed } from "./facts.js";

const line = (net: string, kind: InvoiceLine["kind"] = "PLAN_FEE", currency = "USD") =>
  plainLine({
    kind,
    description: "A thing",
    quantity: micros(microsPerUnit),
    unitPrice: null,
    net: money(net),
    amount: toMinorUnit(money(net), currency),
  });

const ofJuly = { planKey: "pro", periodStart: july.start };

const compose = (
  lines: readonly InvoiceLine[],
  facts: Partial<BillingFacts>,
  more: Partial<InvoiceDraft> = {},
) =>
  composeInvoice({
    ...{ kind: "SUBSCRIPTION", currency: "USD", lines, of: ofJuly },
    facts: { ...noFacts, ...facts },
    ...more,
  });

const usd = (text: string) => ({ amount: money(text), currency: "USD" });
const figures = ({ content }: ReturnType<typeof compose>) =>
  [content.subtotal, content.total, content.creditApplied, content.amountDue].map(formatAmount);
const couponLines = ({ content }: ReturnType<typeof compose>) =>
  readOff(content.lines.filter(({ kind }) => kind === "COUPON"));

const rates: readonly TaxRate[] = [
  { country: "DE", name: "MwSt.", percent: money("19"), inclusive: false },
  { country: "CH", name: "MWST", percent: money("8.1"), inclusive: true },
];

describe("tax", () => {
  const taxed = (country: string | null, taxExempt = false) =>
    compose([line("99.99")], { taxRates: rates, customer: customerIn(country, taxExempt) });

  test("that is exclusive is added, rounded once", () => {
    // 18.9981
    expect(taxed("DE").content.taxes).toMatchObject([{ taxable: money("99.99"), amount: money("19") }]);
    expect(figures(taxed("DE"))).toEqual(["99.99", "118.99", "0", "118.99"]);
  });

  test("that is inclusive is told, and adds nothing", () => {
    // 99.99 × 8.1 / 108.1 = 7.49231…
    expect(taxed("CH").content.taxes).toMatchObject([{ percent: money("8.1"), amount: money("7.49") }]);
    expect(figures(taxed("CH"))).toEqual(["99.99", "99.99", "0", "99.99"]);
  });

  test.each([
    ["of another country is not due", "US", false],
    ["is not due where the country is not known", null, false],
    ["is not due of who is exempt", "DE", true],
  ])("%s", (_, country, taxExempt) => {
    expect(taxed(country, taxExempt).content).toMatchObject({ taxes: [], total: money("99.99") });
  });

  test("is given back with what is given back", () => {
    const facts = { taxRates: rates, customer: customerIn("DE") };
    const composed = compose([line("-50", "UNUSED_TIME"), line("20")], facts);
    expect(composed.content.taxes).toMatchObject([{ taxable: money("-30"), amount: money("-5.7") }]);
    expect(figures(composed)).toEqual(["-30", "-35.7", "-35.7", "0"]);
  });

  test("is rounded to the smallest coin of its currency", () => {
    const facts = { taxRates: rates, customer: customerIn("DE") };
    const taxOf = (currency: string, net: string) =>
      compose([line(net, "PLAN_FEE", currency)], facts, { currency }).content.taxes[0]?.amount;
    expect(taxOf("JPY", "1250")).toBe(money("238"));
    expect(taxOf("KWD", "1.25")).toBe(money("0.238"));
    expect(taxOf("USD", "1.25")).toBe(money("0.24"));
  });
});

describe("coupons", () => {
  const half = coupon("HALF", { percent: money("50") });
  const ten = coupon("TEN", usd("10"));

  test("come off one after the other, in the order in which they were redeemed, before tax", () => {
    const facts = { taxRates: rates, customer: customerIn("DE") };
    const first = compose([line("100")], { ...facts, coupons: [redeemed(half), redeemed(ten)] });
    expect(couponLines(first)).toEqual([
      "COUPON | Coupon HALF: A gift | -50 | -50",
      "COUPON | Coupon TEN: A gift | -10 | -10",
    ]);
    // 40 and 19 % of it
    expect(figures(first)).toEqual(["40", "47.6", "0", "47.6"]);
    const second = compose([line("100")], { ...facts, coupons: [redeemed(ten), redeemed(half)] });
    expect(figures(second)).toEqual(["45", "53.55", "0", "53.55"]);
  });

  test("take off at most what is charged, as it is charged", () => {
    const lines = [line("3.333"), line("3.333"), line("0.004")];
    expect(figures(compose(lines, { coupons: [redeemed(ten)] }))[0]).toBe("0");
    const all = coupon("ALL", { percent: money("100") });
    expect(figures(compose(lines, { coupons: [redeemed(all)] }))[0]).toBe("0");
  });

  test("are not for purchases", () => {
    const composed = compose(
      [line("30", "CREDIT_PACK")],
      { coupons: [redeemed(half)] },
      { kind: "PURCHASE" },
    );
    expect(figures(composed)).toEqual(["30", "30", "0", "30"]);
    expect(composed.couponsUsed).toEqual([]);
  });

  test("are for the plans and the currency that they name", () => {
    const forFree = coupon("FREE", { percent: money("50") }, { plans: ["free", "basic"] });
    const forPro = coupon("PRO", { percent: money("50") }, { plans: ["pro"] });
    const euros = coupon("EURO", { amount: money("5"), currency: "EUR" });
    const composed = compose([line("30")], { coupons: [forFree, forPro, euros].map((one) => redeemed(one)) });
    expect(couponLines(composed)).toEqual(["COUPON | Coupon PRO: A gift | -15 | -15"]);
    expect(composed.couponsUsed.map(({ coupon: { key } }) => key)).toEqual(["PRO"]);
  });

  test("leave alone what is given back for unused time, which had been paid", () => {
    const composed = compose([line("-40", "UNUSED_TIME"), line("100")], { coupons: [redeemed(half)] });
    expect(figures(composed)[0]).toBe("10");
  });

  test("have nothing to do where nothing is charged", () => {
    const composed = compose([line("-40", "UNUSED_TIME")], { coupons: [redeemed(half), redeemed(ten)] });
    expect(composed.couponsUsed).toEqual([]);
  });

  test("take their part of what is given back of calls that they had been taken off", () => {
    const used = redeemed(
      { ...half, periods: null },
      { uses: [{ periodStart: july.start, amount: money("50") }] },
    );
    expect(figures(compose([line("-20", "LATE_USAGE")], { coupons: [used] }, { kind: "USAGE" }))[0]).toBe(
      "-10",
    );
    const fresh = redeemed({ ...half, periods: null });
    expect(figures(compose([line("-20", "LATE_USAGE")], { coupons: [fresh] }, { kind: "USAGE" }))[0]).toBe(
      "-20",
    );
  });
});

describe("a coupon for some billing periods", () => {
  const august = { planKey: "pro", periodStart: instantFrom("2026-08-01T00:00:00Z") };
  const usedBy = (composed: ReturnType<typeof compose>) => composed.couponsUsed;

  test("is for both invoices of a period, in advance and for usage, and counts it once", () => {
    const once = [redeemed(coupon("ONCE", { percent: money("50") }))];
    const fee = compose([line("100")], { coupons: once });
    const nextFee = compose([line("100")], { coupons: usedBy(fee) }, { of: august });
    const usage = compose([line("30", "USAGE")], { coupons: usedBy(fee) }, { kind: "USAGE" });
    expect([fee, nextFee, usage].map((one) => figures(one)[0])).toEqual(["50", "100", "15"]);
    expect(usedBy(usage)[0]?.uses).toEqual([{ periodStart: july.start, amount: money("65") }]);
  });

  test("is for as many periods as it says, in whatever order their invoices come", () => {
    const twice = [redeemed(coupon("TWICE", { percent: money("50") }, { periods: 2 }))];
    const second = compose([line("100")], { coupons: twice }, { of: august });
    const first = compose([line("100")], { coupons: usedBy(second) });
    const third = compose(
      [line("100")],
      { coupons: usedBy(first) },
      {
        of: { planKey: "pro", periodStart: instantFrom("2026-09-01T00:00:00Z") },
      },
    );
    expect([second, first, third].map((one) => figures(one)[0])).toEqual(["50", "50", "100"]);
  });

  test("takes a sum of money off each period once, what the first invoice leaves off the second", () => {
    const ten = [redeemed(coupon("TEN", usd("10"), { periods: null }))];
    const fee = compose([line("4")], { coupons: ten });
    const usage = compose([line("30", "USAGE")], { coupons: usedBy(fee) }, { kind: "USAGE" });
    const next = compose([line("4")], { coupons: usedBy(usage) }, { of: august });
    expect([fee, usage, next].map((one) => figures(one)[0])).toEqual(["0", "24", "0"]);
    const more = compose([line("30", "USAGE")], { coupons: usedBy(usage) }, { kind: "USAGE" });
    expect(figures(more)[0]).toBe("30");
  });

  test("for ever remembers no more periods than can still get an invoice", () => {
    let coupons: BillingFacts["coupons"] = [
      redeemed(coupon("EVER", { percent: money("1") }, { periods: null })),
    ];
    for (let year = 2000; year < 2040; year += 1) {
      const of = { planKey: "pro", periodStart: instantFrom(`${year}-01-01T00:00:00Z`) };
      coupons = usedBy(compose([line("100")], { coupons }, { of }));
    }
    expect(coupons[0]?.uses).toHaveLength(24);
    expect(coupons[0]?.uses.at(-1)?.periodStart).toBe(instantFrom("2039-01-01T00:00:00Z"));
  });
});

describe("the credit balance", () => {
  const creditBalances = [usd("30"), { amount: money("500"), currency: "EUR" }];

  test.each([
    { lines: ["100"], told: ["100", "100", "30", "70"] },
    { lines: ["30"], told: ["30", "30", "30", "0"] },
    { lines: ["12.34"], told: ["12.34", "12.34", "12.34", "0"] },
    { lines: ["0"], told: ["0", "0", "0", "0"] },
    { lines: ["10", "-50"], told: ["-40", "-40", "-40", "0"] },
  ])("pays $lines as far as it goes, in its currency, and is given what is below zero", ({ lines, told }) => {
    expect(
      figures(
        compose(
          lines.map((net) => line(net)),
          { creditBalances },
        ),
      ),
    ).toEqual(told);
  });

  test("pays no purchase: one that is never paid for would keep it", () => {
    const composed = compose([line("20", "CREDIT_PACK")], { creditBalances }, { kind: "PURCHASE" });
    expect(figures(composed)).toEqual(["20", "20", "0", "20"]);
  });
});
