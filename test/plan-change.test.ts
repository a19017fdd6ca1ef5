import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";
import { changePlan, expectOutcome, grantsOf, linesOf } from "./plan-change/story.js";

describe("ximilar: the old supply first, then the new one, then packs", () => {
  test("Business on April 15th, upgrade on May 3rd, downgrade and back, and Free", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("business", "2026-04-15T09:30:00.000Z");
      const recognize = async (quantity: string) => {
        const call = { customerId: id, operation: "image.recognize", quantity };
        const { draws } = expectResult(await sdk.consume(call), "Consumed").usageRecord;
        return [
          ...draws.map(({ grant, amount }) => `${grant.source} ${amount}`),
          "leaves",
          ...(await grantsOf(sdk, id)),
        ];
      };
      expectResult(await sdk.purchase({ customerId: id, creditPack: "pack-50000" }), "Purchased");
      expect(await recognize("4000")).toEqual([
        "SUPPLY 40000",
        "leaves",
        "SUPPLY 60000 2026-05-15T09:30",
        "PACK 50000 for ever",
      ]);

      await goTo("2026-05-03T12:00:00.000Z");
      const { preview, changed } = await changePlan(sdk, id, { plan: "professional" });
      expect(preview.change).toMatchObject({
        from: { key: "business" },
        to: { key: "professional" },
        direction: "UPGRADE",
        timing: "NOW",
        supplyPolicy: "KEEP_AND_USE_FIRST",
        effectiveAt: "2026-05-03T12:00:00.000Z",
      });
      expect(preview.credits).toMatchObject([{ unit: "credit", before: "110000", after: "610000" }]);
      expect(await grantsOf(sdk, id)).toEqual([
        "SUPPLY 60000 2026-05-15T09:30",
        "SUPPLY 500000 2026-06-03T12:00",
        "PACK 50000 for ever",
      ]);
      // What is kept is not paid back, so the new plan's fee is all that is charged.
      expect(linesOf(changed.invoice)).toEqual(["PLAN_FEE 199 2026-05-03T12:00 to 2026-06-03T12:00"]);
      expect(changed.invoice).toMatchObject({ kind: "SUBSCRIPTION", currency: "USD", amountDue: "199" });
      expect(changed.wallet.supply).toEqual({
        ...{ amount: "500000", used: "0", remaining: "500000" },
        renewsAt: "2026-06-03T12:00:00.000Z",
      });

      expect(await recognize("5999")).toEqual([
        "SUPPLY 59990",
        "leaves",
        "SUPPLY 10 2026-05-15T09:30",
        "SUPPLY 500000 2026-06-03T12:00",
        "PACK 50000 for ever",
      ]);
      expect(await recognize("3")).toEqual([
        "SUPPLY 10",
        "SUPPLY 20",
        "leaves",
        "SUPPLY 499980 2026-06-03T12:00",
        "PACK 50000 for ever",
      ]);

      // Downgrade: nothing happens before the period's end, and until then it can be undone.
      const down = await changePlan(sdk, id, { plan: "business" });
      expect(down.preview.change).toMatchObject({ direction: "DOWNGRADE", timing: "PERIOD_END" });
      expect(down.preview.change).toMatchObject({ effectiveAt: "2026-06-03T12:00:00.000Z" });
      expect(down.preview.credits).toMatchObject([{ before: "549980", after: "150000" }]);
      expect(linesOf(down.preview.invoice)).toEqual(["PLAN_FEE 59 2026-06-03T12:00 to 2026-07-03T12:00"]);
      expect(down.changed.subscription).toMatchObject({
        plan: { key: "professional" },
        status: "ACTIVE",
        endsAt: "2026-06-03T12:00:00.000Z",
        cancelledAt: null,
        next: { plan: { key: "business" }, status: "SCHEDULED", startedAt: "2026-06-03T12:00:00.000Z" },
      });
      await goTo("2026-06-03T11:59:59.999Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 499980 2026-06-03T12:00", "PACK 50000 for ever"]);
      await goTo("2026-06-03T12:00:00.000Z");
      await expectOutcome(sdk, id, down.preview);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 100000 2026-07-03T12:00", "PACK 50000 for ever"]);

      // And back.
      await goTo("2026-06-10T00:00:00.000Z");
      const back = await changePlan(sdk, id, { plan: "professional" });
      expect(back.preview.credits).toMatchObject([{ before: "150000", after: "650000" }]);
      expect(await grantsOf(sdk, id)).toEqual([
        "SUPPLY 100000 2026-07-03T12:00",
        "SUPPLY 500000 2026-07-10",
        "PACK 50000 for ever",
      ]);

      const toFree = await changePlan(sdk, id, { plan: "free" });
      expect(toFree.preview.invoice).toBeNull();
      await goTo("2026-07-10T00:00:00.000Z");
      await expectOutcome(sdk, id, toFree.preview);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 3000 2026-08-10", "PACK 50000 for ever"]);
      const customerNow = await sdk.customer({ id });
      expect(customerNow?.subscription).toMatchObject({ plan: { key: "free" }, next: null, endsAt: null });
      expect(customerNow?.subscriptions.map(({ plan, status }) => `${plan.key} ${status}`)).toEqual([
        "free ACTIVE",
        "professional ENDED",
        "business ENDED",
        "professional ENDED",
        "business ENDED",
      ]);
    }));

  test("what is left of the old supply is gone on the day it would have been renewed on", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("business", "2026-04-15T09:30:00.000Z");
      await goTo("2026-05-03T12:00:00.000Z");
      await changePlan(sdk, id, { plan: "professional" });
      await goTo("2026-05-15T09:29:59.999Z");
      const both = ["SUPPLY 100000 2026-05-15T09:30", "SUPPLY 500000 2026-06-03T12:00"];
      expect(await grantsOf(sdk, id)).toEqual(both);
      await goTo("2026-05-15T09:30:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(both.slice(1));
    }));

  test("what was supplied before, and what it renewed to, can still be seen in the past", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("business", "2026-04-15T09:30:00.000Z");
      await goTo("2026-05-03T12:00:00.000Z");
      await changePlan(sdk, id, { plan: "professional", supplyPolicy: "FORFEIT" });
      const before = await sdk.wallet({ customerId: id, asOf: "2026-05-03T11:59:59.999Z" });
      expect(before).toMatchObject({ available: "100000", supply: { renewsAt: "2026-05-15T09:30:00.000Z" } });
      const after = await sdk.wallet({ customerId: id, asOf: "2026-05-03T12:00:00.000Z" });
      expect(after).toMatchObject({ available: "500000", supply: { renewsAt: "2026-06-03T12:00:00.000Z" } });
    }));

  test("a change to another plan takes the place of the one that was to come", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("professional", "2026-04-15T00:00:00.000Z");
      await changePlan(sdk, id, { plan: "business" });
      const { changed } = await changePlan(sdk, id, { plan: "free" });
      expect(changed.subscription.next).toMatchObject({ plan: { key: "free" } });
      await goTo("2026-05-15T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 3000 2026-06-15"]);
      const all = (await sdk.customer({ id }))?.subscriptions ?? [];
      expect(all.map(({ plan, startedAt, endsAt }) => [plan.key, startedAt === endsAt])).toEqual([
        ["free", false],
        ["business", true],
        ["professional", false],
      ]);
    }));
});

describe("PRORATE: the billing day stays, and both plans are paid by the time", () => {
  /** Business, paid for from April 15th on, without what Free has supplied. */
  const onBusiness = { plan: "business", supplyPolicy: "FORFEIT" } as const;

  test("with 12 of 30 days to go, 40 % of the old is given back and 40 % of the new is taken", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("free", "2026-04-15T00:00:00.000Z");
      await changePlan(sdk, id, onBusiness);
      const call = { customerId: id, operation: "image.recognize", quantity: "1000" };
      expectResult(await sdk.consume(call), "Consumed");
      await goTo("2026-05-03T00:00:00.000Z");
      const { changed } = await changePlan(sdk, id, { plan: "professional", supplyPolicy: "PRORATE" });
      // 100,000 less 10,000 used less 40,000 for the 12 days; and 40 % of 500,000.
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 50000 2026-05-15", "SUPPLY 200000 2026-05-15"]);
      expect(linesOf(changed.invoice)).toEqual([
        "UNUSED_TIME -23.6 2026-05-03 to 2026-05-15",
        "PLAN_FEE 79.6 2026-05-03 to 2026-05-15",
      ]);
      expect(changed.invoice).toMatchObject({ total: "56", amountDue: "56" });
      const { nodes } = await sdk.ledgerEntries({ customerId: id, first: 2 });
      expect(nodes.map(({ type, amount }) => [type, amount])).toEqual([
        ["GRANT", "200000"],
        ["VOID", "-40000"],
      ]);
      expect(changed.subscription.currentPeriod).toEqual({
        start: "2026-05-03T00:00:00.000Z",
        end: "2026-05-15T00:00:00.000Z",
      });
      await goTo("2026-05-15T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 500000 2026-06-15"]);
    }));

  test("to the second in money, to the millisecond in credits, each rounded once", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("free", "2026-04-15T00:00:00.000Z");
      await changePlan(sdk, id, onBusiness);
      await goTo("2026-05-03T07:13:20.500Z");
      const { changed } = await changePlan(sdk, id, { plan: "professional", supplyPolicy: "PRORATE" });
      // 1,010,799.5 of 2,592,000 seconds are left.
      expect(changed.invoice?.lines.map(({ net, amount }) => [net, amount])).toEqual([
        ["-23.008156", "-23.01"],
        ["77.603781", "77.6"],
      ]);
      const grants = (await sdk.wallet({ customerId: id }))?.grants.map(({ remaining }) => remaining);
      expect(grants).toEqual(["61003.10571", "194984.47145"]);
    }));

  test("no more is voided than is left, and what is reserved stays", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("free", "2026-04-15T00:00:00.000Z");
      await changePlan(sdk, id, onBusiness);
      await goTo("2026-05-03T00:00:00.000Z");
      const call = { customerId: id, operation: "image.recognize" };
      const used = expectResult(await sdk.consume({ ...call, quantity: "8000" }), "Consumed");
      const { hold } = expectResult(await sdk.reserve({ ...call, quantity: "500" }), "Reserved");
      await changePlan(sdk, id, { plan: "professional", supplyPolicy: "PRORATE" });
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 5000 2026-05-15", "SUPPLY 200000 2026-05-15"]);
      expectResult(await sdk.capture({ customerId: id, holdId: hold.id }), "Captured");
      const undo = { customerId: id, usageRecordId: used.usageRecord.id, amount: "70" };
      expectResult(await sdk.reverseUsage(undo), "UsageReversed");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 70 2026-05-15", "SUPPLY 200000 2026-05-15"]);
    }));
});

describe("FORFEIT: the old supply is voided, and its time is given back", () => {
  test("upwards: the difference is due", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("free", "2026-04-15T00:00:00.000Z");
      await changePlan(sdk, id, { plan: "business", supplyPolicy: "FORFEIT" });
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 100000 2026-05-15"]);
      await goTo("2026-05-03T00:00:00.000Z");
      const { changed } = await changePlan(sdk, id, { plan: "professional", supplyPolicy: "FORFEIT" });
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 500000 2026-06-03"]);
      expect(linesOf(changed.invoice)).toEqual([
        "UNUSED_TIME -23.6 2026-05-03 to 2026-05-15",
        "PLAN_FEE 199 2026-05-03 to 2026-06-03",
      ]);
      expect(changed.invoice?.total).toBe("175.4");
    }));

  test("downwards at once: what is given back beyond the new fee goes to the balance, and nothing is due", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("free", "2026-04-15T00:00:00.000Z");
      await changePlan(sdk, id, { plan: "professional", supplyPolicy: "FORFEIT" });
      await goTo("2026-05-03T00:00:00.000Z");
      const now = { timing: "NOW", supplyPolicy: "FORFEIT" } as const;
      const { changed } = await changePlan(sdk, id, { plan: "free", ...now });
      expect(linesOf(changed.invoice)).toEqual(["UNUSED_TIME -79.6 2026-05-03 to 2026-05-15"]);
      expect(changed.invoice).toMatchObject({ total: "-79.6", creditApplied: "-79.6", amountDue: "0" });
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 3000 2026-06-03"]);
    }));

  test("what is reserved is honoured, and gone when its hold ends; a reversal does not revive it", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id } = await customer("business", "2026-04-15T00:00:00.000Z");
      const call = { customerId: id, operation: "image.recognize" };
      const used = expectResult(await sdk.consume({ ...call, quantity: "7" }), "Consumed");
      const { hold } = expectResult(await sdk.reserve({ ...call, quantity: "500" }), "Reserved");
      await changePlan(sdk, id, { plan: "professional", supplyPolicy: "FORFEIT" });
      const wallet = await sdk.wallet({ customerId: id });
      expect(wallet).toMatchObject({ posted: "505000", held: "5000", available: "500000" });
      const captured = await sdk.capture({ customerId: id, holdId: hold.id, quantity: "300" });
      expect(expectResult(captured, "Captured").wallet.posted).toBe("500000");
      const undo = { customerId: id, usageRecordId: used.usageRecord.id };
      const { reversal } = expectResult(await sdk.reverseUsage(undo), "UsageReversed");
      expect(reversal.draws.map(({ effect }) => effect)).toEqual(["EXPIRED"]);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 500000 2026-05-15"]);
    }));
});

describe("the month's end", () => {
  test("a change at the period's end goes on with the day of the first subscription", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("business", "2027-01-31T00:00:00.000Z");
      const { preview } = await changePlan(sdk, id, { plan: "free" });
      expect(preview.change.effectiveAt).toBe("2027-02-28T00:00:00.000Z");
      await goTo("2027-02-28T00:00:00.000Z");
      await expectOutcome(sdk, id, preview);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 3000 2027-03-31"]);
      await goTo("2027-03-31T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 3000 2027-04-30"]);
    }));

  test("so does a prorated one; one that keeps the old supply has days of its own", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("business", "2027-01-31T00:00:00.000Z");
      await goTo("2027-02-14T00:00:00.000Z");
      await changePlan(sdk, id, { plan: "professional", supplyPolicy: "PRORATE" });
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 50000 2027-02-28", "SUPPLY 250000 2027-02-28"]);
      await goTo("2027-03-01T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 500000 2027-03-31"]);
      await changePlan(sdk, id, { plan: "business", timing: "NOW" });
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 500000 2027-03-31", "SUPPLY 100000 2027-04-01"]);
    }));
});

describe("one key, one change", () => {
  test("the same key 20 times at once changes the plan once, and a replay shows the first answer", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("business", "2026-04-15T00:00:00.000Z");
      const input = { customerId: id, plan: "professional", idempotencyKey: "up" } as const;
      const answers = await Promise.all(Array.from({ length: 20 }, () => sdk.changePlan(input)));
      const changed = answers.map((answer) => expectResult(answer, "PlanChanged"));
      expect(changed.filter(({ replayed }) => !replayed)).toHaveLength(1);
      expect(new Set(changed.map(({ invoice }) => invoice?.id)).size).toBe(1);
      expect(new Set(changed.map(({ subscription }) => subscription.id)).size).toBe(1);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 100000 2026-05-15", "SUPPLY 500000 2026-05-15"]);

      await goTo("2026-04-20T00:00:00.000Z");
      const [first] = changed;
      const again = expectResult(await sdk.changePlan(input), "PlanChanged");
      const { change, subscription, invoice } = again;
      expect({ change, subscription }).toEqual({
        change: first?.change,
        subscription: first?.subscription,
      });
      // The first invoice; by now it is paid.
      expect(invoice).toMatchObject({ id: first?.invoice?.id, lines: first?.invoice?.lines });
      const other = await sdk.changePlan({ ...input, plan: "free" });
      expect(other).toMatchObject({ code: "IDEMPOTENCY_CONFLICT", usedAt: "2026-04-15T00:00:00.000Z" });
    }));

  test("the keys of cancelling and resuming too", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id } = await customer("business", "2026-04-15T00:00:00.000Z");
      const cancel = { customerId: id, idempotencyKey: "end" };
      const cancelled = await Promise.all(Array.from({ length: 20 }, () => sdk.cancelSubscription(cancel)));
      const fresh = cancelled.filter((one) => !expectResult(one, "SubscriptionCancelled").replayed);
      expect(fresh).toHaveLength(1);
      const resume = { customerId: id, idempotencyKey: "go on" };
      const resumed = await Promise.all(Array.from({ length: 20 }, () => sdk.resumeSubscription(resume)));
      expect(resumed.filter((one) => !expectResult(one, "SubscriptionResumed").replayed)).toHaveLength(1);
      const conflict = await sdk.resumeSubscription({ customerId: id, idempotencyKey: "end" });
      expect(conflict).toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
    }));

  test("calls made at the same time are paid by one plan or the other, and every credit is accounted for", () =>
    scenario("ximilar", async ({ sdk, customer }) => {
      const { id } = await customer("business", "2026-04-15T00:00:00.000Z");
      const call = { customerId: id, operation: "image.recognize" };
      const policies = ["KEEP_AND_USE_FIRST", "PRORATE", "FORFEIT"] as const;
      for (const [index, supplyPolicy] of policies.entries()) {
        const plan = index % 2 === 0 ? "professional" : "business";
        const change = { customerId: id, plan, timing: "NOW", supplyPolicy } as const;
        const calls = Array.from({ length: 40 }, () => sdk.consume(call));
        const changes = Array.from({ length: 3 }, () => sdk.changePlan(change));
        for (const answer of await Promise.all(calls)) expectResult(answer, "Consumed");
        const kinds = (await Promise.all(changes)).map(({ __typename }) => __typename).sort();
        expect(kinds).toEqual(["AlreadyOnPlan", "AlreadyOnPlan", "PlanChanged"]);
      }
    }));
});
