import { expectResult, type ScripClient } from "@scrip/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWith } from "./harness/catalog.js";
import type { RunningScrip } from "./harness/scenario.js";

/** A language model's tokens: in a month there are more than one amount may be, 9,007,199,254.740991. */
const catalog = `
name: tokens
units:
  USD: { name: US dollar, kind: CURRENCY }
  token: { name: Token }
operations:
  token: { name: Token, per: token }
  word: { name: Word, per: word }
  batch: { name: Batch, per: token }
plans:
  payg:
    name: Payg
    unit: USD
    period: CALENDAR_MONTH
    overage: POSTPAID
    invoiceGraceDays: 3
    prices:
      token: 0.000001
      word: { model: GRADUATED, tiers: [{ upTo: 1000000000, unitPrice: 0.000002 }, { unitPrice: 0.000001 }] }
      batch: { model: PACKAGE, packageSize: 1000000, packagePrice: 0.5 }
  counted:
    name: Counted
    unit: token
    period: NONE
    prices: { token: 1 }
`;

const day = (days: number): string => new Date(Date.UTC(2026, 3, 1 + days)).toISOString();

describe("ten thousand million tokens in a month", () => {
  let scrip: RunningScrip;
  let sdk: ScripClient;
  beforeAll(async () => {
    scrip = await startWith(catalog);
    sdk = scrip.sdk;
  });
  afterAll(() => scrip.close());

  async function customer(plan: string) {
    const clock = await sdk.createTestClock({ now: day(0) });
    const created = await sdk.createCustomer({ plan, testClockId: clock.id });
    const { id } = expectResult(created, "CustomerCreated").customer;
    return { id, goTo: async (to: string) => void (await sdk.advanceTestClock({ id: clock.id, to })) };
  }

  test("are metered, reported, forecast and invoiced to the last one, and the next month goes on", async () => {
    const { id: customerId, goTo } = await customer("payg");
    for (let index = 0; index < 10; index += 1) {
      const call = { customerId, operation: "token", quantity: "1000000000.000001" };
      expectResult(await sdk.consume(call), "Consumed");
      await goTo(day(index + 1));
    }
    const range = { customerId, from: day(0), to: day(30), groupBy: ["OPERATION" as const] };
    const { rows } = await sdk.usageReport({ ...range, comparePrevious: true });
    expect(rows).toMatchObject([{ quantity: "10000000000.00001", amount: "10000", share: "100" }]);
    const upcoming = await sdk.upcomingInvoice({ customerId });
    expect(upcoming?.lines[0]?.quantity).toBe("10000000000.00001");
    const forecast = await sdk.forecast({ customerId, days: 31 });
    // The last week's mean, of which twenty days are to come.
    expect(forecast?.burnRate?.operations[0]?.quantityPerDay).toBe("1000000000.000001");
    expect(forecast?.invoice?.expected).toMatchObject({
      lines: [{ quantity: "30000000000.00003" }],
      total: "30000",
    });
    await goTo(day(34));
    const [invoice] = (await sdk.invoices({ customerId })).nodes;
    expect(invoice).toMatchObject({
      status: "PAID",
      total: "10000",
      lines: [{ quantity: "10000000000.00001" }],
    });
    const next = await sdk.consume({ customerId, operation: "token", quantity: "9000000000" });
    expectResult(next, "Consumed");
    expect((await sdk.wallet({ customerId }))?.posted).toBe("-9000");
  });

  test("are priced by tiers, of which the last one goes on, as far as packages can be counted", async () => {
    const { id: customerId, goTo } = await customer("payg");
    for (let index = 0; index < 3; index += 1)
      expectResult(await sdk.consume({ customerId, operation: "word", quantity: "5000000000" }), "Consumed");
    const upcoming = await sdk.upcomingInvoice({ customerId });
    expect(upcoming?.lines.map(({ quantity, net }) => [quantity, net])).toEqual([
      ["1000000000", "2000"],
      ["14000000000", "14000"],
    ]);
    const batch = { customerId, operation: "batch", quantity: "5000000000" };
    expectResult(await sdk.consume(batch), "Consumed");
    const refused = expectResult(await sdk.consume(batch), "UnpricedUsage");
    expect(refused).toMatchObject({ reason: "AMOUNT_OUT_OF_RANGE", attribute: "quantity" });
    await goTo(day(34));
    expectResult(await sdk.consume(batch), "Consumed");
  });

  test("are counted in credits as well, granted one after the other", async () => {
    const { id: customerId, goTo } = await customer("counted");
    for (let index = 0; index < 4; index += 1) {
      expectResult(await sdk.grantCredits({ customerId, amount: "5000000000" }), "CreditsGranted");
      expectResult(await sdk.consume({ customerId, operation: "token", quantity: "5000000000" }), "Consumed");
      await goTo(day(index + 1));
    }
    const { rows, totals } = await sdk.usageReport({ customerId, from: day(0), to: day(30) });
    expect(rows).toMatchObject([{ quantity: "20000000000", amount: "20000000000", prepaid: "20000000000" }]);
    expect(totals).toMatchObject([{ amount: "20000000000" }]);
    expect((await sdk.forecast({ customerId }))?.burnRate?.perDay).toBe("5000000000");
  });

  test("refuse the one call that passes what a sum can keep, and nothing else", async () => {
    const { id: customerId, goTo } = await customer("payg");
    const free = { customerId, operation: "token", quantity: "9007199254" };
    // Of a period's money no more than one amount is kept: a thousand calls of 9,007 USD each are far from it.
    const items = Array.from({ length: 500 }, (_, index) => ({ ...free, idempotencyKey: `call ${index}` }));
    for (let time = 0; time < 2; time += 1)
      await sdk.consumeBatch({
        items: items.map((one) => ({ ...one, idempotencyKey: `${one.idempotencyKey} ${time}` })),
      });
    let refused = 0;
    for (let index = 0; index < 30; index += 1)
      await sdk.consume(free).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "BAD_INPUT", message: expect.stringContaining("kept exactly") });
        refused += 1;
      });
    expect(refused).toBe(6);
    expectResult(await sdk.consume({ customerId, operation: "word", quantity: "1" }), "Consumed");
    const { rows } = await sdk.usageReport({ customerId, from: day(0), to: day(30) });
    expect(rows).toMatchObject([{ calls: 1024, quantity: "9223372036096" }, { calls: 1 }]);
    await goTo(day(34));
    expectResult(await sdk.consume(free), "Consumed");
  });
});
