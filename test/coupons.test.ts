import { expectResult, type ScripClient } from "@scrip/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWith } from "./harness/catalog.js";
import type { RunningScrip } from "./harness/scenario.js";

const catalog = `
name: coupons
units: { USD: { name: US dollar, kind: CURRENCY } }
operations: { call: { name: Call } }
plans:
  payg: { name: Pay as you go, overage: POSTPAID, prices: { call: 1 } }
coupons:
  SEVEN: { name: For the first seven, percentOff: 12.5, duration: { periods: 3 }, maxRedemptions: 7 }
  TWENTY: { name: Twenty off, amountOff: 20 USD, duration: FOREVER, plans: [payg] }
  JANUARY: { name: Only in January, percentOff: 10, redeemBy: 2026-01-31 }
`;

let server: RunningScrip;
let sdk: ScripClient;
beforeAll(async () => {
  server = await startWith(catalog);
  sdk = server.sdk;
});
afterAll(() => server.close());

async function customers(prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  for (const id of ids) expectResult(await sdk.createCustomer({ id, plan: "payg" }), "CustomerCreated");
  return ids;
}
const one = async (id: string): Promise<string> => (await customers(id, 1))[0] ?? "";

describe("redeeming", () => {
  test("gives a customer the coupon on the terms that it has now, however its code is typed", async () => {
    const customerId = await one("ada");
    const redeemed = expectResult(
      await sdk.redeemCoupon({ customerId, code: " twenty " }),
      "CouponRedeemed",
    ).redemption;
    expect(redeemed).toEqual({
      id: expect.stringMatching(/^redemption_/),
      code: "TWENTY",
      name: "Twenty off",
      percentOff: null,
      amountOff: { amount: "20", currency: "USD" },
      periods: null,
      periodsLeft: null,
      plans: ["payg"],
      redeemedAt: "2026-01-15T12:00:00.000Z",
      endedAt: null,
    });
    expect((await sdk.customer({ id: customerId }))?.coupons).toEqual([redeemed]);
  });

  test("happens once for a key, and once for a customer", async () => {
    const customerId = await one("bob");
    const input = { customerId, code: "TWENTY", idempotencyKey: "k" };
    const first = expectResult(await sdk.redeemCoupon(input), "CouponRedeemed");
    const again = expectResult(await sdk.redeemCoupon(input), "CouponRedeemed");
    expect(again).toEqual({ ...first, replayed: true });
    expectResult(await sdk.redeemCoupon({ ...input, code: "SEVEN" }), "IdempotencyConflict");
    const second = await sdk.redeemCoupon({ customerId, code: "TWENTY" });
    expect(expectResult(second, "CouponNotRedeemable").reason).toBe("ALREADY_REDEEMED");
  });

  test("is refused for a code that there is not, and a customer that there is not", async () => {
    const customerId = await one("cyd");
    const unknown = expectResult(await sdk.redeemCoupon({ customerId, code: "nope" }), "CouponNotFound");
    expect(unknown).toMatchObject({ coupon: "NOPE", message: 'There is no coupon "NOPE".' });
    expectResult(await sdk.redeemCoupon({ customerId: "nobody", code: "TWENTY" }), "CustomerNotFound");
    await expect(sdk.redeemCoupon({ customerId, code: " " })).rejects.toMatchObject({ code: "BAD_INPUT" });
  });

  test("is possible to the end of the last day, on the customer's clock", async () => {
    for (const [now, code] of [
      ["2026-01-31T23:59:59.999Z", "CouponRedeemed"],
      ["2026-02-01T00:00:00.000Z", "CouponNotRedeemable"],
    ] as const) {
      const clock = await sdk.createTestClock({ now });
      const made = await sdk.createCustomer({ testClockId: clock.id });
      const { id } = expectResult(made, "CustomerCreated").customer;
      const result = expectResult(await sdk.redeemCoupon({ customerId: id, code: "JANUARY" }), code);
      if (result.__typename === "CouponNotRedeemable") expect(result.reason).toBe("EXPIRED");
    }
  });

  test("keeps to its limit when thirty customers come at once, and a refusal takes nobody's place", async () => {
    const ids = await customers("crowd", 30);
    const results = await Promise.all(
      ids.map((customerId) => sdk.redeemCoupon({ customerId, code: "SEVEN" })),
    );
    const kinds = results.map((result) =>
      result.__typename === "CouponNotRedeemable" ? result.reason : result.__typename,
    );
    expect(kinds.filter((kind) => kind === "CouponRedeemed")).toHaveLength(7);
    expect(kinds.filter((kind) => kind === "LIMIT_REACHED")).toHaveLength(23);
    const held = await Promise.all(ids.map(async (id) => (await sdk.customer({ id }))?.coupons.length));
    expect(held.filter((count) => count === 1)).toHaveLength(7);
  });

  test("happens once when one customer sends it thirty times at once", async () => {
    const customerId = await one("eve");
    const input = { customerId, code: "TWENTY" };
    const results = await Promise.all(Array.from({ length: 30 }, () => sdk.redeemCoupon(input)));
    expect(results.filter(({ __typename }) => __typename === "CouponRedeemed")).toHaveLength(1);
    expect((await sdk.customer({ id: customerId }))?.coupons).toHaveLength(1);
  });
});

describe("taking a coupon back", () => {
  test("ends it, once, and for good", async () => {
    const customerId = await one("fay");
    await sdk.redeemCoupon({ customerId, code: "TWENTY" });
    const input = { customerId, code: "twenty", idempotencyKey: "back" };
    const removed = expectResult(await sdk.removeCoupon(input), "CouponRemoved");
    expect(removed.redemption.endedAt).toBe("2026-01-15T12:00:00.000Z");
    expect(expectResult(await sdk.removeCoupon(input), "CouponRemoved").replayed).toBe(true);
    expectResult(await sdk.removeCoupon({ customerId, code: "TWENTY" }), "CouponNotFound");
    const again = await sdk.redeemCoupon({ customerId, code: "TWENTY" });
    expect(expectResult(again, "CouponNotRedeemable").reason).toBe("ALREADY_REDEEMED");
  });
});
