import { expect, test } from "vitest";
import { formatAmount } from "../../server/domain/amount.js";
import type { CreditPack } from "../../server/domain/catalog.js";
import { roundedBy } from "../../server/domain/invoice.js";
import { packLine, packTotal } from "../../server/domain/purchase.js";
import { amount } from "./pricing.js";

const pack = (price: string, currency: string): CreditPack => ({
  ...{ key: "pack", name: "Pack", unit: "credit", credits: amount("10"), bonuses: [] },
  ...{ price: { amount: amount(price), currency }, expiresAfterDays: null, priority: 100 },
  availability: "ON_PAYMENT",
});

test.each([
  ["9.005 USD", 1, ["9.01", "0.005"]],
  ["9.005 USD", 3, ["27.02", "0.005"]],
  ["9.004 USD", 1, ["9", "-0.004"]],
  ["9.99 USD", 7, ["69.93", "0"]],
  ["100.5 JPY", 3, ["302", "0.5"]],
] as const)(
  "packs at %s are rounded once: %i of them cost %s, with what rounding adds",
  (cost, quantity, shown) => {
    const [price = "", currency = ""] = cost.split(" ");
    const line = packLine(pack(price, currency), quantity);
    expect([line.amount, roundedBy(line)].map(formatAmount)).toEqual(shown);
    expect(line.amount).toBe(packTotal(pack(price, currency), quantity));
  },
);
