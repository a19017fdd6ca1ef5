import { expect, test } from "vitest";
import { formatAmount } from "../../../server/domain/amount.js";
import { advanceLines } from "../../../server/domain/fees.js";
import { composeInvoice } from "../../../server/domain/invoicing/compose.js";
import { usageLines } from "../../../server/domain/invoicing/usageLines.js";
import { newSubscription } from "../../../server/domain/subscriptionStart.js";
import { shipped } from "../../catalog/shipped.js";
import {
  coupon,
  customerIn,
  july,
  money,
  noFacts,
  readOff,
  redeemed,
  scenarioPlan,
  sumOf,
  used,
} from "./facts.js";

const { taxRates } = shipped("scenario-payg");

test("payg: a mixed month, of which the first 0.50 USD are free", () => {
  const usage = [
    // 333 × 0.015 = 4.995, which is 5.00 on an invoice: half a cent is rounded up.
    used("image.caption", { quantity: "333", list: "4.995" }),
    // 10,000 SD 1.5 images × 0.004 = 40; 500 with composition control × 0.0048 = 2.40; 1,000 SDXL × 0.032 = 32.
    // Together 74.40, of which 0.50 were free.
    used("image.generate", { quantity: "11500", list: "74.4", allowance: "0.5" }),
    used("image.detect", { quantity: "1", list: "0.03" }),
    used("generator.train", { quantity: "2", list: "10" }),
  ];
  const lines = usageLines({ plan: scenarioPlan("payg"), period: july, usage });
  expect(readOff(lines)).toEqual([
    "USAGE | Generate an image | 73.9 | 73.9",
    "USAGE | Detect | 0.03 | 0.03",
    "USAGE | Caption an image | 4.995 | 5",
    "USAGE | Train a generator | 10 | 10",
  ]);
  expect(lines.map(({ unitPrice }) => unitPrice && formatAmount(unitPrice))).toEqual([
    null,
    "0.03",
    "0.015",
    "5",
  ]);

  // 73.90 + 0.03 + 5.00 + 10.00 = 88.93. The coupon takes off 5: 83.93. 20 % of it are 16.786, so 16.79 are added.
  // 0.72 are paid from the balance: 83.93 + 16.79 − 0.72 = 100.00.
  const { content } = composeInvoice({
    kind: "USAGE",
    currency: "USD",
    lines,
    of: { planKey: "payg", periodStart: july.start },
    facts: {
      customer: customerIn("FR"),
      taxRates,
      coupons: [redeemed(coupon("WELCOME", { amount: money("5"), currency: "USD" }))],
      creditBalances: [{ amount: money("0.72"), currency: "USD" }],
    },
  });
  expect(readOff(content.lines.slice(4))).toEqual(["COUPON | Coupon WELCOME: A gift | -5 | -5"]);
  expect(content).toMatchObject({
    subtotal: money("83.93"),
    taxes: [{ name: "TVA", country: "FR", taxable: money("83.93"), amount: money("16.79") }],
    total: money("100.72"),
    creditApplied: money("0.72"),
    amountDue: money("100"),
  });
});

test("payg-volume: the whole month has the discount of the step that it reaches", () => {
  // 100,000 SDXL images × 0.032 = 3,200, less 0.50 free: 3,199.50. With captions of 4.995 it comes to 3,204.495,
  // which is above 2,000 and below 10,000: 10 % are 320.4495.
  const usage = [
    used("image.generate", { quantity: "100000", list: "3200", allowance: "0.5" }),
    used("image.caption", { quantity: "333", list: "4.995" }),
  ];
  const lines = usageLines({ plan: scenarioPlan("payg-volume"), period: july, usage });
  expect(readOff(lines)).toEqual([
    "USAGE | Generate an image | 3199.5 | 3199.5",
    "USAGE | Caption an image | 4.995 | 5",
    "DISCOUNT | Volume discount of 10 % from 2,000 USD | -320.4495 | -320.45",
  ]);
  // 3,199.50 + 5.00 − 320.45
  expect(sumOf(lines, "amount")).toBe("2884.05");
});

test.each([
  { left: "499.999999", discount: null },
  { left: "500", discount: "-25" },
  { left: "1999.99", discount: "-99.9995" },
  { left: "2000", discount: "-200" },
  { left: "10000", discount: "-2000" },
])("payg-volume: $left USD have a discount of $discount", ({ left, discount }) => {
  const usage = [used("image.generate", { quantity: "1", list: left })];
  const [, line] = usageLines({ plan: scenarioPlan("payg-volume"), period: july, usage });
  expect(line === undefined ? null : formatAmount(line.net)).toBe(discount);
});

test("payg-savings: 15 % off each call, and the rest of the 1,000 USD at the end", () => {
  const usage = [
    // 20,000 SDXL images × 0.032 = 640; 85 % of it are 544, less 0.50 free.
    used("image.generate", { quantity: "20000", list: "640", amount: "544", allowance: "0.5" }),
    // 20 trainings × 5 = 100; 85 % of it are 85, of which 10 were paid with credits bought before.
    used("generator.train", { quantity: "20", list: "100", amount: "85", prepaid: "10" }),
  ];
  const lines = usageLines({ plan: scenarioPlan("payg-savings"), period: july, usage });
  // 543.50 + 75 + 10 bought before = 628.50, so 371.50 are missing to 1,000.
  expect(readOff(lines)).toEqual([
    "USAGE | Generate an image | 543.5 | 543.5",
    "USAGE | Train a generator | 75 | 75",
    "TRUE_UP | Up to the commitment of 1,000 USD | 371.5 | 371.5",
  ]);
  expect(lines.map(({ discount }) => formatAmount(discount))).toEqual(["96", "15", "0"]);
  expect(sumOf(lines, "amount")).toBe("990");
});

test("payg-savings: who has used as much as was agreed pays what was used", () => {
  const usage = [used("generator.train", { quantity: "236", list: "1180", amount: "1003" })];
  const lines = usageLines({ plan: scenarioPlan("payg-savings"), period: july, usage });
  expect(readOff(lines)).toEqual(["USAGE | Train a generator | 1003 | 1003"]);
});

test("payg-reserved: what is reserved is paid in advance, and what goes beyond it at the end", () => {
  const plan = scenarioPlan("payg-reserved");
  const subscribed = newSubscription({ id: "sub_1", customerId: "acme", plan, startsAt: july.start });
  // 10,000 × 0.020 and 20 × 4.00
  expect(readOff(advanceLines(subscribed, 0))).toEqual([
    "RESERVED | Upscale an image, reserved | 200 | 200",
    "RESERVED | Train a generator, reserved | 80 | 80",
  ]);
  const trial = newSubscription({ id: "sub_2", customerId: "acme", plan, startsAt: july.start, trial: true });
  expect(advanceLines(trial, 0)).toEqual([]);
  const usage = [
    // 12,000 × 0.030 = 360, of which 10,000 are paid already: 2,000 × 0.030 = 60, less 0.50 free.
    used("image.upscale", { quantity: "12000", list: "360", amount: "60", allowance: "0.5" }),
    used("generator.train", { quantity: "15", list: "75", amount: "0" }),
  ];
  const lines = usageLines({ plan, period: july, usage });
  expect(readOff(lines)).toEqual([
    "USAGE | Upscale an image | 59.5 | 59.5",
    "USAGE | Train a generator | 0 | 0",
  ]);
  expect(lines.map(({ discount }) => formatAmount(discount))).toEqual(["300", "75"]);
});

test("payg-spot: what may be interrupted costs half, by a multiplier of its price", () => {
  // 400 × 0.032 = 12.80 and 600 × 0.016 = 9.60, less 0.50 free.
  const usage = [used("image.generate", { quantity: "1000", list: "22.4", allowance: "0.5" })];
  const lines = usageLines({ plan: scenarioPlan("payg-spot"), period: july, usage });
  expect(readOff(lines)).toEqual(["USAGE | Generate an image | 21.9 | 21.9"]);
  const facts = { ...noFacts, customer: customerIn("JP"), taxRates };
  const { content } = composeInvoice({ kind: "USAGE", currency: "USD", lines, of: null, facts });
  // Japan's prices contain their tax: 21.90 × 10/110 = 1.990909…
  expect(content.taxes).toMatchObject([{ inclusive: true, amount: money("1.99") }]);
  expect(content).toMatchObject({ total: money("21.9"), amountDue: money("21.9") });
});
