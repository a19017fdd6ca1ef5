import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { loadPeriodUsage } from "../server/billing/periodUsage.js";
import { formatAmount } from "../server/domain/amount.js";
import { toIso } from "../server/domain/instant.js";
import { makeVerify } from "../server/ledger/verify.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

const sdxl = { model: "sdxl", steps: 30, width: 1024, height: 1024 };
const image = { operation: "image.generate", attributes: sdxl };

interface Call {
  readonly operation: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly quantity?: string;
  readonly occurredAt?: string;
}

/** One customer of a plan from a day on, and what its billing periods have come to. */
async function customerOf({ sdk, database }: RunningScrip, plan: string, day: string) {
  const clock = await sdk.createTestClock({ now: `${day}T08:00:00.000Z` });
  const created = expectResult(await sdk.createCustomer({ plan, testClockId: clock.id }), "CustomerCreated");
  const customerId = created.customer.id;
  const ask = (sql: string) => database.transact((tx) => tx.query<{ id: string }>(sql, [customerId]));
  const [subscription] = await ask("SELECT subscription_id AS id FROM subscriptions WHERE customer_id = $1");
  const subscriptionId = subscription?.id ?? "";
  return {
    customerId,
    use: async (call: Call) =>
      expectResult(await sdk.consume({ customerId, ...call }), "Consumed").usageRecord,
    quote: async (call: Call) => expectResult(await sdk.quote({ customerId, ...call }), "Quote"),
    /** How the last call's amount came about. */
    explained: async () => {
      const { nodes } = await sdk.usageRecords({ customerId, first: 1, explain: true });
      return nodes[0]?.explanation ?? [];
    },
    reverse: async (usageRecordId: string, amount?: string) => {
      const part = amount === undefined ? {} : { amount };
      const answer = await sdk.reverseUsage({ customerId, usageRecordId, ...part });
      return expectResult(answer, "UsageReversed").wallet;
    },
    goTo: async (to: string) => {
      await sdk.advanceTestClock({ id: clock.id, to: `${to}T08:00:00.000Z` });
    },
    /** As when the invoices of the first periods have become final. */
    /** Operation, tier, late day: calls, quantity, list amount, amount = allowance + prepaid + postpaid. */
    period: async (periodIndex: number) => {
      const rows = await database.read((tx) =>
        loadPeriodUsage(tx, { customerId, subscriptionId, periodIndex }),
      );
      return rows.map(({ operation, tier, lateDay, calls, ...figures }) => {
        const { quantity, listAmount, amount, allowance, prepaid, postpaid } = figures;
        const [of, list, left, ...paid] = [quantity, listAmount, amount, allowance, prepaid, postpaid].map(
          formatAmount,
        );
        const day = lateDay === null ? "" : ` of ${toIso(lateDay).slice(0, 10)}`;
        return `${operation}/${tier}${day}: ${calls} × ${of}, ${list} → ${left} = ${paid.join(" + ")}`;
      });
    },
    billedTo: async (recordId: string) => {
      const rows = await database.read((tx) =>
        tx.query<{ subscription: string | null; period: number | null }>(
          `SELECT subscription_id AS subscription, period_index AS period FROM usage_records
           WHERE customer_id = $1 AND usage_record_id = $2`,
          [customerId, recordId],
        ),
      );
      return rows.map(({ subscription, period }) => [subscription === subscriptionId, period]);
    },
  };
}

type Customer = Awaited<ReturnType<typeof customerOf>>;

/** A customer's story on a server of its own, whose books are verified at its end. */
async function story(
  { catalog = "scenario-payg", plan, day = "2026-05-10" }: { catalog?: string; plan: string; day?: string },
  tell: (customer: Customer, scrip: RunningScrip) => Promise<void>,
): Promise<void> {
  const scrip = await startScrip(catalog);
  try {
    await tell(await customerOf(scrip, plan, day), scrip);
    expect(await makeVerify(scrip.database)(() => undefined)).toEqual([]);
  } finally {
    await scrip.close();
  }
}

const shown = (explanation: readonly { kind: string; value: string }[]) =>
  explanation.map(({ kind, value }) => `${kind} ${value}`);

describe("on scenario-payg", () => {
  test("payg: the free allowance, then prepaid credits, then the invoice", () =>
    story({ plan: "payg" }, async ({ customerId, use, period }, { sdk }) => {
      await use({ operation: "generator.train" });
      expectResult(await sdk.purchase({ customerId, creditPack: "prepaid-10" }), "Purchased");
      await use({ operation: "generator.train", quantity: "3" });
      await use({ operation: "image.detect", quantity: "2" });
      expect(await period(0)).toEqual([
        "generator.train/0: 2 × 4, 20 → 20 = 0.5 + 10 + 9.5",
        "image.detect/0: 1 × 2, 0.06 → 0.06 = 0 + 0 + 0.06",
      ]);
    }));

  test("payg-savings: 15 % off each call, told step by step, before the allowance pays", () =>
    story({ plan: "payg-savings" }, async ({ use, quote, explained, period }) => {
      const call = { ...image, quantity: "20" };
      const steps = ["RATE 0.032", "QUANTITY 0.64", "SAVINGS_PLAN 0.544"];
      const quoted = await quote(call);
      expect(quoted).toMatchObject({ amount: "0.544", balanceAfter: "-0.044", wouldOverdraw: true });
      expect(shown(quoted.explanation)).toEqual(steps);
      const record = await use(call);
      expect(record).toMatchObject({ amount: "0.544", postpaid: "0.044" });
      expect(shown(await explained())).toEqual(steps);
      expect(quoted.explanation.at(-1)?.description).toBe("− 15 % by the savings plan");
      expect(await period(0)).toEqual(["image.generate/0: 1 × 20, 0.64 → 0.544 = 0.5 + 0 + 0.044"]);
    }));

  test("payg-reserved: the first 10,000 of a month are paid in advance, and again in the next", () =>
    story({ plan: "payg-reserved" }, async ({ customerId, use, quote, explained, period, goTo }, { sdk }) => {
      const upscale = (quantity: string) => ({ operation: "image.upscale", quantity });
      expect(await use(upscale("9995"))).toMatchObject({ amount: "0", draws: [], postpaid: "0" });
      const quoted = await quote(upscale("8"));
      expect(shown(quoted.explanation)).toEqual(["RATE 0.03", "QUANTITY 0.24", "RESERVED 0.09"]);
      const held = expectResult(await sdk.reserve({ customerId, ...upscale("8") }), "Reserved").hold;
      expect(held).toMatchObject({ held: "0.09" });
      const captured = await sdk.capture({ customerId, holdId: held.id });
      const { usageRecord } = expectResult(captured, "Captured");
      expect(usageRecord.amount).toBe("0.09");
      expect(await explained()).toEqual(quoted.explanation);
      // None is left now, and other operations have a count of their own.
      const items = [upscale("1"), upscale("20"), { operation: "generator.train", quantity: "21" }];
      const batch = await sdk.consumeBatch({ items: items.map((item) => ({ customerId, ...item })) });
      expect(batch.map((result) => expectResult(result, "Consumed").usageRecord.amount)).toEqual([
        "0.03",
        "0.6",
        "5",
      ]);
      expect(await period(0)).toEqual([
        "generator.train/0: 1 × 21, 105 → 5 = 0 + 0 + 5",
        "image.upscale/0: 4 × 10024, 300.72 → 0.72 = 0.5 + 0 + 0.22",
      ]);
      await goTo("2026-06-01");
      expect((await use(upscale("10000"))).amount).toBe("0");
      expect(await period(1)).toEqual(["image.upscale/0: 1 × 10000, 300 → 0 = 0 + 0 + 0"]);
    }));

  test("payg-spot: half price for what may be interrupted, in the price list itself", () =>
    story({ plan: "payg-spot" }, async ({ use, explained, period }) => {
      await use({ operation: image.operation, attributes: { ...sdxl, interruptible: true } });
      expect(shown(await explained())).toEqual(["RATE 0.032", "MULTIPLIER 0.016", "QUANTITY 0.016"]);
      expect(await period(0)).toEqual(["image.generate/0: 1 × 1, 0.016 → 0.016 = 0.016 + 0 + 0"]);
    }));
});

test("a call that straddles tiers is on a line for each", () =>
  story({ catalog: "test/model/plans.yaml", plan: "owing" }, async ({ use, period }) => {
    await use({ operation: "api.graduated", quantity: "15" });
    await use({ operation: "api.graduated", quantity: "50" });
    await use({ operation: "api.volume", quantity: "21" });
    await use({ operation: "api.package", quantity: "26" });
    expect(await period(0)).toEqual([
      "api.graduated/0: 2 × 20, 60 → 60 = 20 + 0 + 40",
      "api.graduated/1: 0 × 40, 80 → 80 = 0 + 0 + 80",
      "api.graduated/2: 0 × 5, 2.5 → 2.5 = 0 + 0 + 2.5",
      "api.package/0: 1 × 26, 40 → 40 = 0 + 0 + 40",
      "api.volume/1: 1 × 21, 42 → 42 = 0 + 0 + 42",
    ]);
  }));

test("a plan that blocks is never invoiced for calls: nothing is added up, and no record names a period", () =>
  story({ catalog: "ximilar", plan: "free" }, async ({ use, reverse, period, billedTo }) => {
    const { id } = await use({ operation: "image.tag" });
    await reverse(id);
    expect(await billedTo(id)).toEqual([[false, null]]);
    expect(await period(0)).toEqual([]);
  }));

describe("a call that is told of late", () => {
  const april = { operation: "image.caption", occurredAt: "2026-04-28T23:59:59.999Z" };

  test("joins its own period while that is not final, and its reserved quantity is that period's", () =>
    story({ plan: "payg-reserved", day: "2026-04-10" }, async ({ use, period, billedTo, goTo }) => {
      const upscale = { operation: "image.upscale", quantity: "10000" };
      await use(upscale);
      await goTo("2026-05-02");
      const { id } = await use(april);
      expect(await billedTo(id)).toEqual([[true, 0]]);
      expect((await use({ ...upscale, quantity: "1", occurredAt: april.occurredAt })).amount).toBe("0.03");
      expect((await use({ ...upscale, quantity: "1" })).amount).toBe("0");
      expect(await period(0)).toEqual([
        "image.caption/0: 1 × 1, 0.015 → 0.015 = 0.015 + 0 + 0",
        "image.upscale/0: 2 × 10001, 300.03 → 0.03 = 0.03 + 0 + 0",
      ]);
      expect(await period(1)).toEqual(["image.upscale/0: 1 × 1, 0.03 → 0 = 0 + 0 + 0"]);
    }));

  test("is dated on the first invoice that is not final, by day, apart from what belongs there", () =>
    story({ plan: "payg", day: "2026-03-10" }, async ({ use, period, billedTo, goTo }) => {
      await goTo("2026-05-05");
      const { id } = await use(april);
      expect(await billedTo(id)).toEqual([[true, 2]]);
      await use({ ...april, occurredAt: "2026-04-28T00:00:00.000Z" });
      await use({ ...april, occurredAt: "2026-03-27T23:00:00.000Z", quantity: "3" });
      await use({ operation: april.operation, occurredAt: "2026-05-01T00:00:00.000Z" });
      expect(await period(0)).toEqual([]);
      expect(await period(1)).toEqual([]);
      expect(await period(2)).toEqual([
        "image.caption/0: 1 × 1, 0.015 → 0.015 = 0.015 + 0 + 0",
        "image.caption/0 of 2026-03-27: 1 × 3, 0.045 → 0.045 = 0.045 + 0 + 0",
        "image.caption/0 of 2026-04-28: 2 × 2, 0.03 → 0.03 = 0.03 + 0 + 0",
      ]);
    }));
});

describe("a reversal", () => {
  test("lowers the call's own period while that is not final, and takes the call out with the last of it", () =>
    story({ plan: "payg-savings" }, async ({ use, reverse, period, goTo }) => {
      const { id } = await use({ ...image, quantity: "20" });
      await goTo("2026-06-02");
      await reverse(id, "0.136");
      expect(await period(0)).toEqual(["image.generate/0: 1 × 20, 0.48 → 0.408 = 0.408 + 0 + 0"]);
      await reverse(id);
      expect(await period(0)).toEqual(["image.generate/0: 0 × 0, 0 → 0 = 0 + 0 + 0"]);
      expect(await period(1)).toEqual([]);
    }));

  test("afterwards lowers the present one by a line with the call's day, and is owed to the customer", () =>
    story({ plan: "payg" }, async ({ use, reverse, period, goTo }, { sdk, database }) => {
      const first = await use({ operation: "generator.train" });
      const other = await use({ operation: "image.detect", quantity: "5" });
      await reverse(other.id, "0.05");
      await goTo("2026-06-05");
      await reverse(first.id, "4.7");
      await reverse(other.id);
      const again = await use({ operation: "generator.train" });
      expect(await period(0)).toEqual([
        "generator.train/0: 1 × 1, 5 → 5 = 0.5 + 0 + 4.5",
        "image.detect/0: 1 × 5, 0.1 → 0.1 = 0 + 0 + 0.1",
      ]);
      expect(await period(1)).toEqual([
        "generator.train/0: 1 × 1, 5 → 5 = 0.5 + 0 + 4.5",
        "generator.train/0 of 2026-05-10: 0 × 0, -4.7 → -4.7 = -0.2 + 0 + -4.5",
        "image.detect/0 of 2026-05-10: -1 × -5, -0.1 → -0.1 = 0 + 0 + -0.1",
      ]);
      await reverse(again.id);
      const { customerId } = again;
      const postpaid = (await sdk.wallet({ customerId }))?.postpaid;
      // What was owed of May is on its invoice; what was given back of it since is not.
      expect(postpaid).toBe("-4.6");
      const [kept] = await database.read((tx) =>
        tx.query<{ reversals: number }>(
          "SELECT COUNT(*) AS reversals FROM reversals WHERE customer_id = $1 AND subscription_id IS NOT NULL",
          [customerId],
        ),
      );
      expect(kept?.reversals).toBe(4);
    }));

  test("of a late call is with it, also when several come at once", () =>
    story({ plan: "payg", day: "2026-04-10" }, async ({ use, reverse, period, goTo }) => {
      await goTo("2026-05-05");
      const { id } = await use({ operation: "image.detect", occurredAt: "2026-04-28T12:00:00.000Z" });
      await Promise.all([use({ operation: "image.detect" }), reverse(id, "0.01"), reverse(id, "0.01")]);
      expect(await period(1)).toEqual([
        "image.detect/0: 1 × 1, 0.03 → 0.03 = 0.03 + 0 + 0",
        "image.detect/0 of 2026-04-28: 1 × 1, 0.01 → 0.01 = 0.01 + 0 + 0",
      ]);
    }));
});
