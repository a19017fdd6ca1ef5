import { expectResult, type ScripClient } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";
import { changePlan, expectOutcome, grantsOf, linesOf } from "./plan-change/story.js";

const plans = "test/plan-change/plans.yaml";
const call = (customerId: string) => ({ customerId, operation: "call" });

const subscriptionOf = async (sdk: ScripClient, id: string) => (await sdk.customer({ id }))?.subscription;
const shown = async (sdk: ScripClient, id: string): Promise<string[]> =>
  ((await sdk.customer({ id }))?.subscriptions ?? []).map(
    ({ plan, status, trial, startedAt, endsAt }) =>
      `${plan.key}${trial ? " on trial" : ""} ${status} ${startedAt.slice(0, 10)} ${endsAt?.slice(0, 10) ?? "on"}`,
  );

describe("cancelling", () => {
  test("ends the subscription with the period that was paid for, and then nothing can be called", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("monthly", "2026-04-15T09:30:00.000Z");
      await goTo("2026-04-20T00:00:00.000Z");
      const { subscription } = expectResult(
        await sdk.cancelSubscription({ customerId: id }),
        "SubscriptionCancelled",
      );
      expect(subscription).toMatchObject({
        ...{ status: "ACTIVE", endsAt: "2026-05-15T09:30:00.000Z", next: null },
        ...{ cancelledAt: "2026-04-20T00:00:00.000Z", trial: false },
        currentPeriod: { start: "2026-04-15T09:30:00.000Z", end: "2026-05-15T09:30:00.000Z" },
      });
      expect((await sdk.wallet({ customerId: id }))?.supply?.renewsAt).toBeNull();
      await goTo("2026-05-15T09:29:59.999Z");
      // Cancelled again, it stays as it is.
      const again = expectResult(await sdk.cancelSubscription({ customerId: id }), "SubscriptionCancelled");
      expect(again.subscription).toEqual(subscription);
      expectResult(await sdk.consume(call(id)), "Consumed");
      await goTo("2026-05-15T09:30:00.000Z");
      expect(await sdk.consume(call(id))).toMatchObject({ code: "SUBSCRIPTION_INACTIVE", status: "ENDED" });
      expect(await grantsOf(sdk, id)).toEqual([]);
      for (const late of [sdk.cancelSubscription, sdk.resumeSubscription])
        expect(await late({ customerId: id })).toMatchObject({
          code: "SUBSCRIPTION_INACTIVE",
          status: "ENDED",
        });
      expect(await sdk.changePlan({ customerId: id, plan: "large" })).toMatchObject({ status: "ENDED" });
      expect(await subscriptionOf(sdk, id)).toMatchObject({ status: "ENDED", currentPeriod: null });

      await goTo("2026-05-20T00:00:00.000Z");
      const early = sdk.subscribe({ customerId: id, plan: "large", startsAt: "2026-05-15T09:29:59Z" });
      await expect(early).rejects.toMatchObject({ code: "BAD_INPUT", field: "input.startsAt" });
      expectResult(await sdk.subscribe({ customerId: id, plan: "large" }), "Subscribed");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 5000 2026-06-20"]);
      expect(await shown(sdk, id)).toEqual([
        "large ACTIVE 2026-05-20 on",
        "monthly ENDED 2026-04-15 2026-05-15",
      ]);
    }));

  test("at once: what is left of the supply waits for another subscription, until its own period ends", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("monthly", "2026-04-15T00:00:00.000Z");
      await goTo("2026-04-20T00:00:00.000Z");
      const now = { customerId: id, timing: "NOW" } as const;
      const { subscription } = expectResult(await sdk.cancelSubscription(now), "SubscriptionCancelled");
      expect(subscription).toMatchObject({ status: "ENDED", endsAt: "2026-04-20T00:00:00.000Z" });
      expect(await sdk.consume(call(id))).toMatchObject({ code: "SUBSCRIPTION_INACTIVE" });
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 1000 2026-05-15"]);
      await goTo("2026-05-01T00:00:00.000Z");
      expectResult(await sdk.subscribe({ customerId: id, plan: "free" }), "Subscribed");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 1000 2026-05-15", "SUPPLY 100 2026-06-01"]);
      await goTo("2026-05-15T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 100 2026-06-01"]);
    }));

  test("undoes a change that was to come; a change takes the place of a cancellation", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("monthly", "2026-04-15T00:00:00.000Z");
      await changePlan(sdk, id, { plan: "free" });
      const { subscription } = expectResult(
        await sdk.cancelSubscription({ customerId: id }),
        "SubscriptionCancelled",
      );
      expect(subscription).toMatchObject({ endsAt: "2026-05-15T00:00:00.000Z", next: null });
      const { changed } = await changePlan(sdk, id, { plan: "free" });
      expect(changed.subscription).toMatchObject({ cancelledAt: null, next: { plan: { key: "free" } } });
      expectResult(await sdk.cancelSubscription({ customerId: id }), "SubscriptionCancelled");
      const up = await changePlan(sdk, id, { plan: "large" });
      expect(up.changed.subscription).toMatchObject({ plan: { key: "large" }, endsAt: null, next: null });
      await goTo("2026-06-15T00:00:00.000Z");
      expect(await subscriptionOf(sdk, id)).toMatchObject({ plan: { key: "large" }, status: "ACTIVE" });
    }));

  test("what has not started never will", () =>
    scenario(plans, async ({ sdk }) => {
      const clock = await sdk.createTestClock({ now: "2026-04-15T00:00:00Z" });
      await sdk.createCustomer({ id: "ada", testClockId: clock.id });
      for (const refused of [
        sdk.cancelSubscription({ customerId: "ada" }),
        sdk.resumeSubscription({ customerId: "ada" }),
        sdk.changePlan({ customerId: "ada", plan: "free" }),
      ])
        expect(await refused).toMatchObject({ code: "SUBSCRIPTION_INACTIVE", status: null });
      const later = { customerId: "ada", plan: "tried", startsAt: "2026-05-01T00:00:00Z" };
      expectResult(await sdk.subscribe(later), "Subscribed");
      expect(await sdk.changePlan({ customerId: "ada", plan: "free" })).toMatchObject({
        status: "SCHEDULED",
      });
      expect(await sdk.resumeSubscription({ customerId: "ada" })).toMatchObject({
        code: "NOTHING_TO_RESUME",
      });
      const { subscription } = expectResult(
        await sdk.cancelSubscription({ customerId: "ada" }),
        "SubscriptionCancelled",
      );
      expect(subscription).toMatchObject({ status: "ENDED", endsAt: "2026-05-01T00:00:00.000Z", next: null });
      expect(await subscriptionOf(sdk, "ada")).toBeNull();
      expectResult(await sdk.subscribe({ customerId: "ada", plan: "free" }), "Subscribed");
      await sdk.advanceTestClock({ id: clock.id, to: "2026-05-10T00:00:00Z" });
      expect(await grantsOf(sdk, "ada")).toEqual(["SUPPLY 100 2026-05-15"]);
    }));
});

describe("resuming", () => {
  test("takes back a cancellation: the next period comes as if nothing had been", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("monthly", "2026-01-31T00:00:00.000Z");
      expect(await sdk.resumeSubscription({ customerId: id })).toMatchObject({ code: "NOTHING_TO_RESUME" });
      await sdk.cancelSubscription({ customerId: id });
      await goTo("2026-02-27T00:00:00.000Z");
      const { subscription } = expectResult(
        await sdk.resumeSubscription({ customerId: id }),
        "SubscriptionResumed",
      );
      expect(subscription).toMatchObject({ endsAt: null, cancelledAt: null, status: "ACTIVE" });
      await goTo("2026-02-28T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 1000 2026-03-31"]);
    }));

  test("takes back a change that was to come", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("monthly", "2026-04-15T00:00:00.000Z");
      await changePlan(sdk, id, { plan: "tokens", timing: "PERIOD_END" });
      expect(await subscriptionOf(sdk, id)).toMatchObject({ next: { plan: { key: "tokens" } } });
      expectResult(await sdk.resumeSubscription({ customerId: id }), "SubscriptionResumed");
      await goTo("2026-05-15T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 1000 2026-06-15"]);
      expect(await grantsOf(sdk, id, "token")).toEqual([]);
      expect(await shown(sdk, id)).toEqual([
        "tokens ENDED 2026-05-15 2026-05-15",
        "monthly ACTIVE 2026-04-15 on",
      ]);
    }));
});

describe("a trial", () => {
  test("is invoiced when it ends, and not before", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("tried", "2026-04-01T00:00:00.000Z");
      await goTo("2026-04-14T23:59:59.999Z");
      expect((await sdk.invoices({ customerId: id })).nodes).toEqual([]);
      await goTo("2026-04-15T00:00:00.000Z");
      const [fee, ...others] = (await sdk.invoices({ customerId: id })).nodes;
      expect(others).toEqual([]);
      expect(fee).toMatchObject({
        ...{ kind: "SUBSCRIPTION", total: "20", status: "PAID", createdAt: "2026-04-15T00:00:00.000Z" },
        period: { start: "2026-04-15T00:00:00.000Z", end: "2026-05-15T00:00:00.000Z" },
      });
      expect(linesOf(fee ?? null)).toEqual(["PLAN_FEE 20 2026-04-15 to 2026-05-15"]);
    }));

  test("is free, its credits end with it, and what follows counts its periods from there", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("tried", "2026-04-01T00:00:00.000Z");
      expect(await subscriptionOf(sdk, id)).toMatchObject({
        ...{ trial: true, status: "ACTIVE", endsAt: "2026-04-15T00:00:00.000Z", cancelledAt: null },
        currentPeriod: { start: "2026-04-01T00:00:00.000Z", end: "2026-04-15T00:00:00.000Z" },
        next: { trial: false, plan: { key: "tried" }, startedAt: "2026-04-15T00:00:00.000Z", endsAt: null },
      });
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 500 2026-04-15"]);
      expect((await sdk.wallet({ customerId: id }))?.supply?.renewsAt).toBe("2026-04-15T00:00:00.000Z");
      expect((await sdk.invoices({ customerId: id })).nodes).toEqual([]);
      expect(await sdk.resumeSubscription({ customerId: id })).toMatchObject({ code: "NOTHING_TO_RESUME" });
      await goTo("2026-04-15T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 500 2026-05-15"]);
      expect(await subscriptionOf(sdk, id)).toMatchObject({ trial: false, next: null });
    }));

  test("may be longer than a period, and is as long as is asked for", () =>
    scenario(plans, async ({ sdk }) => {
      const clock = await sdk.createTestClock({ now: "2026-04-15T00:00:00Z" });
      for (const [id, trialDays] of [["long", 45] as const, ["none", 0] as const]) {
        await sdk.createCustomer({ id, testClockId: clock.id });
        expectResult(await sdk.subscribe({ customerId: id, plan: "tried", trialDays }), "Subscribed");
      }
      expect(await subscriptionOf(sdk, "none")).toMatchObject({ trial: false, endsAt: null, next: null });
      await sdk.advanceTestClock({ id: clock.id, to: "2026-05-20T00:00:00Z" });
      expect(await grantsOf(sdk, "long")).toEqual(["SUPPLY 500 2026-05-30"]);
      await sdk.advanceTestClock({ id: clock.id, to: "2026-05-30T00:00:00Z" });
      expect(await grantsOf(sdk, "long")).toEqual(["SUPPLY 500 2026-06-30"]);
      const tooLong = sdk.subscribe({ customerId: "long", plan: "tried", trialDays: 3651 });
      await expect(tooLong).rejects.toMatchObject({ code: "BAD_INPUT", field: "input.trialDays" });
    }));

  test("that is cancelled ends with its last day, or at once with its credits, and can be resumed till then", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("tried", "2026-04-01T00:00:00.000Z");
      const cancel = async (timing?: "NOW") =>
        expectResult(
          await sdk.cancelSubscription({ customerId: id, ...(timing && { timing }) }),
          "SubscriptionCancelled",
        );
      expect((await cancel()).subscription).toMatchObject({
        ...{ endsAt: "2026-04-15T00:00:00.000Z", cancelledAt: "2026-04-01T00:00:00.000Z", next: null },
      });
      await goTo("2026-04-10T00:00:00.000Z");
      const { subscription } = expectResult(
        await sdk.resumeSubscription({ customerId: id }),
        "SubscriptionResumed",
      );
      expect(subscription).toMatchObject({
        ...{ trial: true, endsAt: "2026-04-15T00:00:00.000Z", cancelledAt: null },
        next: { trial: false, startedAt: "2026-04-15T00:00:00.000Z", endsAt: null },
      });
      expect((await cancel("NOW")).subscription).toMatchObject({ status: "ENDED" });
      expect(await grantsOf(sdk, id)).toEqual([]);
      await goTo("2026-06-01T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual([]);
    }));

  test("left for another plan at once takes its credits along; at its end, the other plan follows", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const now = await customer("tried", "2026-04-01T00:00:00.000Z");
      await now.goTo("2026-04-05T00:00:00.000Z");
      const { changed } = await changePlan(sdk, now.id, { plan: "large" });
      expect(await grantsOf(sdk, now.id)).toEqual(["SUPPLY 5000 2026-05-05"]);
      expect(linesOf(changed.invoice)).toEqual(["PLAN_FEE 90 2026-04-05 to 2026-05-05"]);

      const later = await customer("tried", "2026-04-01T00:00:00.000Z");
      const { preview } = await changePlan(sdk, later.id, { plan: "free" });
      expect(preview.change).toMatchObject({
        timing: "PERIOD_END",
        effectiveAt: "2026-04-15T00:00:00.000Z",
      });
      await later.goTo("2026-04-15T00:00:00.000Z");
      await expectOutcome(sdk, later.id, preview);
      expect(await shown(sdk, later.id)).toEqual([
        "free ACTIVE 2026-04-15 on",
        "tried ENDED 2026-04-15 2026-04-15",
        "tried on trial ENDED 2026-04-01 2026-04-15",
      ]);
    }));

  test("may be ended early by changing to its own plan", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("tried", "2026-04-01T00:00:00.000Z");
      await goTo("2026-04-05T00:00:00.000Z");
      const atItsEnd = { customerId: id, plan: "tried", timing: "PERIOD_END" } as const;
      expect(await sdk.changePlan(atItsEnd)).toMatchObject({ code: "ALREADY_ON_PLAN" });
      const { changed, preview } = await changePlan(sdk, id, { plan: "tried" });
      expect(preview.change.direction).toBe("LATERAL");
      expect(linesOf(changed.invoice)).toEqual(["PLAN_FEE 20 2026-04-05 to 2026-05-05"]);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 500 2026-05-05"]);
      const again = { customerId: id, plan: "tried" };
      expect(await sdk.changePlan(again)).toMatchObject({
        ...{ code: "ALREADY_ON_PLAN", plan: "tried", version: 1 },
      });
    }));
});

describe("plans that count otherwise", () => {
  test("in another unit, the other wallet is supplied; what is left in the old one waits there", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("monthly", "2026-04-15T00:00:00.000Z");
      await goTo("2026-04-30T00:00:00.000Z");
      const { preview, changed } = await changePlan(sdk, id, { plan: "tokens" });
      expect(preview.credits).toMatchObject([
        { unit: "credit", before: "1000", after: "1000" },
        { unit: "token", before: "0", after: "70" },
      ]);
      expect(changed.wallet).toMatchObject({ unit: "token", available: "70" });
      expect(await grantsOf(sdk, id, "credit")).toEqual(["SUPPLY 1000 2026-05-15"]);
      expect((await sdk.wallet({ customerId: id, unit: "credit" }))?.supply).toBeNull();
      const back = await changePlan(sdk, id, { plan: "free" });
      await goTo("2026-05-30T00:00:00.000Z");
      await expectOutcome(sdk, id, back.preview);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 100 2026-06-30"]);
    }));

  test("by the calendar: a prorated change is paid for by the calendar's own month or year", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("free", "2026-04-15T00:00:00.000Z");
      await goTo("2026-05-11T00:00:00.000Z");
      const prorated = { timing: "NOW", supplyPolicy: "PRORATE" } as const;
      // 21 of May's 31 days, and 3,100 credits; of Free's 100 credits 4 of 30 days' are voided.
      const month = await changePlan(sdk, id, { plan: "calendar", ...prorated });
      expect(linesOf(month.changed.invoice)).toEqual(["PLAN_FEE 21 2026-05-11 to 2026-06-01"]);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 86.666667 2026-05-15", "SUPPLY 2100 2026-06-01"]);
      await goTo("2026-05-22T00:00:00.000Z");
      // 10 of 31 days are given back; 224 of the year's 365 days are left.
      const year = await changePlan(sdk, id, { plan: "year", ...prorated });
      expect(linesOf(year.changed.invoice)).toEqual([
        "UNUSED_TIME -10 2026-05-22 to 2026-06-01",
        "PLAN_FEE 224 2026-05-22 to 2027-01-01",
      ]);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 1100 2026-06-01", "SUPPLY 22400 2027-01-01"]);
      await goTo("2027-01-01T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 36500 2028-01-01"]);
      // Back to an anchored plan: the year's own day stays the billing day.
      await goTo("2027-12-02T00:00:00.000Z");
      const anchored = await changePlan(sdk, id, { plan: "monthly", ...prorated });
      expect(anchored.changed.subscription.currentPeriod?.end).toBe("2028-01-01T00:00:00.000Z");
    }));

  test("monthly and yearly: the year begins when the month ends", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("monthly", "2026-01-31T00:00:00.000Z");
      const { preview } = await changePlan(sdk, id, { plan: "yearly", timing: "PERIOD_END" });
      expect(linesOf(preview.invoice)).toEqual(["PLAN_FEE 365 2026-02-28 to 2027-02-28"]);
      await goTo("2026-02-28T00:00:00.000Z");
      await expectOutcome(sdk, id, preview);
      const { changed } = await changePlan(sdk, id, { plan: "monthly" });
      expect(changed.subscription.endsAt).toBe("2027-02-28T00:00:00.000Z");
      await goTo("2027-02-28T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 1000 2027-03-28"]);
    }));

  test("without end: there is no period's end to wait for, what was given once is kept, no fee is given back", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("monthly", "2026-04-15T00:00:00.000Z");
      await changePlan(sdk, id, { plan: "once", timing: "NOW", supplyPolicy: "FORFEIT" });
      await goTo("2026-05-10T00:00:00.000Z");
      for (const asked of [sdk.changePlan, sdk.previewPlanChange])
        await expect(asked({ customerId: id, plan: "free", timing: "PERIOD_END" })).rejects.toMatchObject({
          ...{ code: "BAD_INPUT", field: "input.timing" },
          message: "input.timing must be NOW: the period of plan once never ends.",
        });
      const never = sdk.cancelSubscription({ customerId: id, timing: "PERIOD_END" });
      await expect(never).rejects.toMatchObject({ code: "BAD_INPUT", field: "input.timing" });
      const { changed } = await changePlan(sdk, id, { plan: "monthly", supplyPolicy: "PRORATE" });
      expect(linesOf(changed.invoice)).toEqual(["PLAN_FEE 30 2026-05-10 to 2026-06-10"]);
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 1000 2026-06-10", "SUPPLY 50 for ever"]);
    }));

  test("paid afterwards: what was used by then is invoiced at once, also what was used in the same instant", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const invoicesOf = async (id: string) =>
        (await sdk.invoices({ customerId: id })).nodes.map(({ kind, total }) => `${kind} ${total}`).sort();
      const { id, goTo } = await customer("payg", "2026-04-01T00:00:00.000Z");
      expectResult(await sdk.consume({ ...call(id), quantity: "3" }), "Consumed");
      await goTo("2026-04-11T00:00:00.000Z");
      const { changed } = await changePlan(sdk, id, { plan: "monthly" });
      expect(changed.invoice?.total).toBe("30");
      expect(await invoicesOf(id)).toEqual(["SUBSCRIPTION 30", "USAGE 2.5"]);
      expect((await sdk.wallet({ customerId: id, unit: "USD" }))?.postpaid).toBe("0");

      const atOnce = await customer("payg", "2026-04-01T00:00:00.000Z");
      expectResult(await sdk.consume({ ...call(atOnce.id), quantity: "3" }), "Consumed");
      await changePlan(sdk, atOnce.id, { plan: "monthly" });
      expect(await invoicesOf(atOnce.id)).toEqual(["SUBSCRIPTION 30", "USAGE 2.5"]);
      const ended = await customer("payg", "2026-04-01T00:00:00.000Z");
      await ended.goTo("2026-05-01T00:00:00.000Z");
      expectResult(await sdk.consume({ ...call(ended.id), quantity: "3" }), "Consumed");
      await sdk.cancelSubscription({ customerId: ended.id, timing: "NOW" });
      expect(await invoicesOf(ended.id)).toEqual(["USAGE 2.5"]);
    }));

  test("what is invoiced next is the fee of what follows", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const upcoming = async (id: string) => {
        const invoice = await sdk.upcomingInvoice({ customerId: id });
        return invoice === null ? null : linesOf(invoice);
      };
      const tried = await customer("tried", "2026-04-01T00:00:00.000Z");
      expect(await upcoming(tried.id)).toEqual(["PLAN_FEE 20 2026-04-15 to 2026-05-15"]);
      const { id, goTo } = await customer("large", "2026-04-15T00:00:00.000Z");
      const { preview } = await changePlan(sdk, id, { plan: "monthly" });
      expect(await upcoming(id)).toEqual(["PLAN_FEE 30 2026-05-15 to 2026-06-15"]);
      await goTo("2026-05-15T00:00:00.000Z");
      const [latest] = (await sdk.invoices({ customerId: id })).nodes;
      expect(latest).toMatchObject({ ...preview.invoice, createdAt: "2026-05-15T00:00:00.000Z" });
      await sdk.cancelSubscription({ customerId: id });
      expect(await upcoming(id)).toBeNull();
    }));

  test("by a rolling window: its supply ends with it, whatever the policy, and nothing comes back later", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("rolling", "2026-04-15T00:00:00.000Z");
      expectResult(await sdk.consume({ ...call(id), quantity: "60" }), "Consumed");
      await goTo("2026-04-20T00:00:00.000Z");
      // Of equal rank, and yet at once.
      const { preview } = await changePlan(sdk, id, { plan: "free" });
      expect(preview.change).toMatchObject({ direction: "LATERAL", timing: "NOW" });
      expect(preview.credits).toMatchObject([{ before: "140", after: "100" }]);
      const wallet = await sdk.wallet({ customerId: id });
      expect(wallet).toMatchObject({ returns: [], available: "100" });
      await goTo("2026-05-19T00:00:00.000Z");
      expect(await grantsOf(sdk, id)).toEqual(["SUPPLY 100 2026-05-20"]);
      const then = await sdk.wallet({ customerId: id, asOf: "2026-05-18T00:00:00Z" });
      expect(then).toMatchObject({ posted: "100", returns: [] });
      const before = await sdk.wallet({ customerId: id, asOf: "2026-04-19T00:00:00Z" });
      expect(before?.available).toBe("140");

      // What is held of it stays till its hold ends, and it gets nothing back under the hold either.
      const held = await customer("rolling", "2026-04-15T00:00:00.000Z");
      expectResult(await sdk.consume({ ...call(held.id), quantity: "60" }), "Consumed");
      await held.goTo("2026-05-14T23:00:00.000Z");
      const reserved = await sdk.reserve({ ...call(held.id), quantity: "50", expiresInSeconds: 86_400 });
      expectResult(reserved, "Reserved");
      await changePlan(sdk, held.id, { plan: "free" });
      expect(await sdk.wallet({ customerId: held.id })).toMatchObject({ posted: "150", available: "100" });
      await held.goTo("2026-05-16T00:00:00.000Z");
      const { nodes } = await sdk.ledgerEntries({ customerId: held.id, first: 3 });
      expect(nodes.map(({ type, amount }) => `${type} ${amount}`)).toEqual([
        "EXPIRY -50",
        "GRANT 100",
        "EXPIRY -90",
      ]);

      const ended = await customer("rolling", "2026-04-15T00:00:00.000Z");
      expectResult(await sdk.cancelSubscription({ customerId: ended.id }), "SubscriptionCancelled");
      expect(await subscriptionOf(sdk, ended.id)).toMatchObject({ status: "ENDED" });
      expect(await grantsOf(sdk, ended.id)).toEqual([]);
    }));
});

describe("what is refused", () => {
  test("is refused alike by the change and its preview, and changes nothing", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id } = await customer("monthly", "2026-04-15T00:00:00.000Z");
      const atTheEnd = { customerId: id, plan: "free", supplyPolicy: "FORFEIT" } as const;
      for (const asked of [sdk.changePlan, sdk.previewPlanChange]) {
        const about = (customerId: string, plan: string) => asked({ customerId, plan });
        expect(await about("nobody", "free")).toMatchObject({ code: "CUSTOMER_NOT_FOUND" });
        expect(await about(id, "gold")).toMatchObject({ code: "PLAN_NOT_FOUND", plan: "gold" });
        expect(await about(id, "monthly")).toMatchObject({ code: "ALREADY_ON_PLAN" });
        await expect(asked(atTheEnd)).rejects.toMatchObject({
          ...{ code: "BAD_INPUT", field: "input.supplyPolicy" },
          message: expect.stringContaining("timing NOW"),
        });
        await expect(about(id, "")).rejects.toMatchObject({ code: "BAD_INPUT", field: "input.plan" });
      }
      expect(await shown(sdk, id)).toEqual(["monthly ACTIVE 2026-04-15 on"]);
      expect((await sdk.ledgerEntries({ customerId: id })).nodes).toHaveLength(1);
    }));

  test("a fee in another currency cannot be set off, but the old supply can be kept", () =>
    scenario(plans, async ({ sdk, customer }) => {
      const { id, goTo } = await customer("monthly", "2026-04-15T00:00:00.000Z");
      await goTo("2026-04-16T00:00:00.000Z");
      const input = { customerId: id, plan: "euros", supplyPolicy: "PRORATE" } as const;
      await expect(sdk.changePlan(input)).rejects.toMatchObject({
        ...{ code: "BAD_INPUT", field: "input.supplyPolicy" },
        message: expect.stringContaining("the old fee is in USD and the new one in EUR"),
      });
      const { changed } = await changePlan(sdk, id, { plan: "euros" });
      expect(changed.invoice).toMatchObject({ currency: "EUR", total: "25" });
    }));
});
