import { expect, test } from "vitest";
import { formatAmount, zero } from "../../server/domain/amount.js";
import type { CreditPack, Plan } from "../../server/domain/catalog.js";
import { type ComparedPlan, compare } from "../../server/domain/comparison.js";
import type { RehearsedCall } from "../../server/domain/rehearsal/call.js";
import { amount } from "./pricing.js";
import { at, planOf } from "./wallets.js";

const hundred: CreditPack = {
  ...{ key: "hundred", name: "Hundred", unit: "credit", credits: amount("100"), bonuses: [], priority: 0 },
  price: { amount: amount("10"), currency: "USD" },
  expiresAfterDays: null,
  availability: "ON_PAYMENT",
};

interface Replayed {
  readonly plan: Plan;
  readonly packs?: readonly CreditPack[];
  readonly range?: readonly [string, string];
  readonly calls: readonly (readonly [time: string, images: string, reversed?: string])[];
}

/** Images of one credit each; what is reversed is that part of what they cost. */
function replay({ plan, packs = [], range = ["2026-04-01", "2026-07-01"], calls }: Replayed): ComparedPlan {
  const offer = { plan, packs, draft: false, current: true, currency: null };
  const [from, to] = range.map((day) => at(`${day}T00:00:00Z`));
  if (from === undefined || to === undefined) throw new Error("A range has two ends.");
  const comparison = compare(offer, { customerId: "acme", from, to });
  for (const [time, images, reversed] of calls) {
    const call: RehearsedCall = { operation: "image", quantity: amount(images), attributes: {} };
    const undone = reversed && { reversed: { part: amount(reversed), whole: amount(images) } };
    comparison.use({ ...call, ...(undone || {}) }, at(`${time}T12:00:00Z`));
  }
  return comparison.end();
}

const monthly = { type: "CALENDAR_MONTH" } as const;
const fee = { amount: amount("30"), currency: "USD" };
const costOf = ({ cost }: ComparedPlan): string => formatAmount(cost?.amount ?? zero);

test("what had to be bought for a call that was undone is not bought", () => {
  const plan = planOf({ period: monthly, supply: "50" });
  const calls = [
    ["2026-04-02", "150", "120"],
    ["2026-04-03", "40"],
  ] as const;
  const compared = replay({ plan, packs: [hundred], calls });
  // Thirty are used of the supply, then the twenty that are left of it, and twenty are bought.
  expect(compared.periods).toMatchObject([
    { amount: amount("70"), supply: amount("50"), lent: amount("20"), credits: zero },
  ]);
  expect(costOf(compared)).toBe("10");
});

test("packs of another unit are not bought, and do not say how those that are bought last", () => {
  const plan = planOf({ period: monthly, supply: null });
  const other = { ...hundred, key: "other", unit: "token", expiresAfterDays: 30 };
  const calls = [
    ["2026-04-02", "30"],
    ["2026-05-02", "30"],
    ["2026-06-02", "30"],
  ] as const;
  // One pack of a hundred that never expires lasts for all three months.
  expect(costOf(replay({ plan, packs: [other, hundred], calls }))).toBe("10");
});

test("debt that was invoiced does not count towards the plan's limit any more", () => {
  const overage = { policy: "POSTPAID", limit: amount("100") } as const;
  const plan = {
    ...planOf({ period: monthly, supply: null, overage }),
    unit: "USD",
    sellsCreditPacks: false,
  };
  const calls = [
    ["2026-04-10", "80"],
    ["2026-04-11", "30"],
    ["2026-05-10", "80"],
    ["2026-06-10", "80"],
  ] as const;
  const compared = replay({ plan, calls });
  expect(compared.refused).toEqual({ calls: 1, amount: amount("30") });
  expect(costOf(compared)).toBe("240");
});

test("of a month that is only partly in the range, the fee counts by the time", () => {
  const plan = { ...planOf({ period: monthly, supply: "50" }), fee };
  expect(costOf(replay({ plan, range: ["2026-04-16", "2026-05-01"], calls: [] }))).toBe("15");
  // The half of April, and ten days of the thirty-one of May.
  expect(costOf(replay({ plan, range: ["2026-04-16", "2026-05-11"], calls: [] }))).toBe("24.68");
  expect(costOf(replay({ plan, calls: [] }))).toBe("90");
});

test("packs that expire are bought for each period, others for all of them at once", () => {
  const plan = planOf({ period: monthly, supply: "50" });
  const calls = [
    ["2026-04-10", "80"],
    ["2026-05-10", "80"],
    ["2026-06-10", "80"],
  ] as const;
  expect(costOf(replay({ plan, packs: [hundred], calls }))).toBe("10");
  expect(costOf(replay({ plan, packs: [{ ...hundred, expiresAfterDays: 30 }], calls }))).toBe("30");
});

test("without packs, a call that credits cannot pay is refused, and leaves what there is to the next", () => {
  const plan = planOf({ period: { type: "ROLLING", days: 30 }, supply: "50" });
  const calls = [
    ["2026-04-02", "40"],
    ["2026-04-03", "20"],
    ["2026-04-04", "10"],
    ["2026-05-02", "40"],
    ["2026-05-03", "20"],
  ] as const;
  const compared = replay({ plan, calls });
  expect(compared).toMatchObject({ complete: false, calls: 3, refused: { calls: 2, amount: amount("40") } });
});
