import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { micros, parseAmount } from "../../server/domain/amount.js";
import { chargeableByStripe, fromStripeAmount, toStripeAmount } from "../../server/payments/stripeAmount.js";

const money = (text: string, currency: string) => ({ amount: parseAmount(text) ?? micros(0), currency });

describe("amounts as Stripe counts them", () => {
  test.each([
    ["10", "USD", 1_000],
    ["0.01", "EUR", 1],
    ["500", "JPY", 500],
    ["1", "KRW", 1],
    ["5.12", "KWD", 5_120],
    ["5", "ISK", 500],
    ["5", "UGX", 500],
    ["10.45", "HUF", 1_045],
    ["800.45", "TWD", 80_045],
    ["999999.99", "usd", 99_999_999],
  ])("%s %s is %d", (text, currency, count) => {
    expect(toStripeAmount(money(text, currency))).toBe(count);
    expect(fromStripeAmount(count, currency)).toBe(parseAmount(text));
  });

  test.each([
    ["0.005", "USD", "0.01"],
    ["1.000001", "EUR", "0.01"],
    ["500.5", "JPY", "1"],
    ["5.124", "KWD", "0.01"],
    ["5.5", "ISK", "1"],
    ["0", "USD", "0.01"],
    ["-1", "USD", "0.01"],
  ])("%s %s cannot be paid, and is not rounded", (text, currency, smallest) => {
    expect(() => toStripeAmount(money(text, currency))).toThrow(
      `${text} ${currency} cannot be paid: it must be above 0 and a multiple of ${smallest}.`,
    );
  });

  test.each([
    ["USD", "0.5", "0.01"],
    ["GBP", "0.3", "0.01"],
    ["JPY", "50", "1"],
    ["HUF", "175", "0.01"],
    ["KWD", "0.01", "0.01"],
    ["ISK", "1", "1"],
    ["TWD", "0.01", "0.01"],
  ])("of %s no less than %s is charged, in steps of %s", (currency, least, step) => {
    expect(chargeableByStripe(currency)).toEqual({ least: parseAmount(least), step: parseAmount(step) });
  });

  test("what Stripe counts comes back as the same amount", () => {
    const currencies = fc.constantFrom("USD", "JPY", "KWD", "ISK", "UGX", "CHF");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), currencies, (units, currency) => {
        const amount = micros(units * 1_000_000);
        expect(fromStripeAmount(toStripeAmount({ amount, currency }), currency)).toBe(amount);
      }),
    );
  });
});
