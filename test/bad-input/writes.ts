import { goodCall } from "../harness/untouched.js";
import {
  badText,
  type Case,
  fault,
  half,
  type Input,
  inherited,
  long,
  nul,
  problem,
  spoiling,
  withProblems,
} from "./case.js";

const batchOf = (items: readonly unknown[]): Input => ({ items });
const batch = spoiling(
  "mutation($input: ConsumeBatchInput!) { consumeBatch(input: $input) { __typename } }",
  {},
);
const good = (count: number) => ({ ...goodCall, idempotencyKey: `batch ${count}` });
const itemsAllowed = "must have 1 to 500 items, got";
const thirdIs = (spoilt: Input) => batchOf([good(1), good(2), { ...good(3), ...spoilt }]);

const batches: readonly Case[] = [
  batch("a batch of 0", batchOf([]), fault("input.items", `${itemsAllowed} 0`)),
  batch(
    "a batch of 501",
    batchOf(Array.from({ length: 501 }, (_, count) => good(count))),
    fault("input.items", `${itemsAllowed} 501`),
  ),
  batch(
    "a batch of 3 with a bad quantity",
    thirdIs({ quantity: "0" }),
    fault("input.items.2.quantity", "above 0"),
  ),
  batch(
    "a batch of 3 with a bad key",
    thirdIs({ idempotencyKey: "" }),
    fault("input.items.2.idempotencyKey", "1 to 255"),
  ),
  batch(
    "a batch of 3 with a bad number",
    thirdIs({ quantity: "x" }),
    fault("input.items.2.quantity", "A Decimal"),
  ),
  batch(
    "a batch of 3 with a call of last year",
    thirdIs({ occurredAt: "2025-04-01T00:00:00Z" }),
    fault("input.items.2.occurredAt", "at most 366 days ago"),
  ),
  batch("a batch of nothing", batchOf([null]), fault("input.items.0", "non-nullable")),
  batch("a batch that is a text", { items: "all" }, fault("input.items", "to be an object")),
];

const purchase = spoiling(withProblems("mutation", "purchase", "PurchaseInput"), {
  customerId: "ada",
  creditPack: "prepaid-10",
  idempotencyKey: "next",
});
const noPack = problem("PACK_NOT_AVAILABLE", "on sale are prepaid-10, prepaid-100");
const packs = fault("input.quantity", "must be from 1 to 1000, got");

const purchases: readonly Case[] = [
  ...["gold", ...inherited].map((creditPack) =>
    purchase(`the unknown pack ${creditPack}`, { creditPack }, noPack),
  ),
  purchase("an empty pack", { creditPack: "" }, fault("input.creditPack", "must not be empty")),
  purchase("0 packs", { quantity: 0 }, packs),
  purchase("-1 packs", { quantity: -1 }, packs),
  purchase("1001 packs", { quantity: 1001 }, packs),
  purchase(
    "half a pack",
    { quantity: 0.5 },
    fault("input.quantity", "Int cannot represent non-integer value: 0.5"),
  ),
  purchase("2^53 packs", { quantity: 2 ** 53 }, fault("input.quantity", "non 32-bit signed integer")),
  purchase(
    "a pack for an unknown customer",
    { customerId: "nobody" },
    problem("CUSTOMER_NOT_FOUND", "nobody"),
  ),
  purchase(
    "a pack for a customer without a plan",
    { customerId: "bob" },
    problem("PACK_NOT_AVAILABLE", "on sale are none"),
  ),
  purchase("a pack under an empty key", { idempotencyKey: "" }, fault("input.idempotencyKey", "1 to 255")),
];

const subscribe = spoiling(withProblems("mutation", "subscribe", "SubscribeInput"), {
  customerId: "bob",
  plan: "payg",
  idempotencyKey: "next",
});
const startLimits = fault("input.startsAt", "at most a year before and ten years after");
const create = spoiling(withProblems("mutation", "createCustomer", "CreateCustomerInput"), {
  id: "eve",
  idempotencyKey: "next",
});
const idForm = fault("input.id", "must be 1 to 64 characters from letters, digits and . _ : @ -");

const customers: readonly Case[] = [
  ...inherited.map((plan) =>
    subscribe(`a subscription to ${plan}`, { plan }, problem("PLAN_NOT_FOUND", "on offer are")),
  ),
  subscribe(
    "a second subscription",
    { customerId: "ada" },
    problem("ALREADY_SUBSCRIBED", "subscribed to payg"),
  ),
  subscribe("a subscription of 2024", { startsAt: "2024-04-15T00:00:00Z" }, startLimits),
  subscribe("a subscription of 2037", { startsAt: "2037-04-15T00:00:00Z" }, startLimits),
  create("a customer that exists", { id: "ada" }, problem("CUSTOMER_EXISTS", '"ada" exists already')),
  ...["", "a b", "é", "<script>", "x".repeat(65), long, nul].map((id) =>
    create(`the new id "${id}"`, { id }, idForm),
  ),
  create(
    "a new customer on no plan of ours",
    { plan: "constructor" },
    problem("PLAN_NOT_FOUND", "constructor"),
  ),
  create(
    "a new customer on no clock of ours",
    { testClockId: "clock_0" },
    problem("TEST_CLOCK_NOT_FOUND", "clock_0"),
  ),
  create("a name of 300 characters", { name: long }, fault("input.name", "at most 255 characters, got 300")),
  create("NUL in an e-mail address", { email: nul }, fault("input.email", badText)),
  create("metadata in metadata", { metadata: { a: { b: 1 } } }, fault("input.metadata", '"a" is an object')),
];

const change = spoiling(withProblems("mutation", "changePlan", "ChangePlanInput"), {
  customerId: "ada",
  plan: "payg-spot",
  idempotencyKey: "next",
});
const preview = spoiling(withProblems("query", "previewPlanChange", "PreviewPlanChangeInput"), {
  customerId: "ada",
  plan: "payg-spot",
});
const cancel = spoiling(withProblems("mutation", "cancelSubscription", "CancelSubscriptionInput"), {
  customerId: "ada",
  idempotencyKey: "next",
});
const resume = spoiling(withProblems("mutation", "resumeSubscription", "ResumeSubscriptionInput"), {
  customerId: "ada",
  idempotencyKey: "next",
});

const subscriptions: readonly Case[] = [
  ...[change, preview].flatMap((asked) => [
    ...inherited.map((plan) =>
      asked(`a change to ${plan}`, { plan }, problem("PLAN_NOT_FOUND", "on offer are")),
    ),
    asked("a change to an empty plan", { plan: "" }, fault("input.plan", "must not be empty")),
    asked("a change for nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
    asked(
      "a change for a customer without a plan",
      { customerId: "bob" },
      problem("SUBSCRIPTION_INACTIVE", "has no subscription"),
    ),
    asked("a change to the same plan", { plan: "payg" }, problem("ALREADY_ON_PLAN", "payg in version 1")),
    asked("a change some day", { timing: "LATER" }, fault("input.timing", '"LATER" does not exist')),
    asked(
      "a change that gives everything away",
      { supplyPolicy: "GIVE" },
      fault("input.supplyPolicy", '"GIVE" does not exist'),
    ),
    asked(
      "a policy where nothing is left to decide",
      { timing: "PERIOD_END", supplyPolicy: "FORFEIT" },
      fault("input.supplyPolicy", "timing NOW"),
    ),
  ]),
  change("a change under an empty key", { idempotencyKey: "" }, fault("input.idempotencyKey", "1 to 255")),
  cancel("an end for nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
  cancel("an end of nothing", { customerId: "bob" }, problem("SUBSCRIPTION_INACTIVE", "has no subscription")),
  cancel("an end some day", { timing: "LATER" }, fault("input.timing", '"LATER" does not exist')),
  resume("what goes on anyway", {}, problem("NOTHING_TO_RESUME", "goes on")),
  resume("nothing", { customerId: "bob" }, problem("SUBSCRIPTION_INACTIVE", "has no subscription")),
  resume("half a key", { idempotencyKey: half }, fault("input.idempotencyKey", badText)),
  subscribe("a trial of -1 days", { trialDays: -1 }, fault("input.trialDays", "must be from 0 to 3650")),
  subscribe("a trial of 11 years", { trialDays: 4_000 }, fault("input.trialDays", "must be from 0 to 3650")),
];

const grant = spoiling(withProblems("mutation", "grantCredits", "GrantCreditsInput"), {
  customerId: "ada",
  amount: "1",
  idempotencyKey: "next",
});
const many = Array.from({ length: 101 }, () => "image.upscale");

const grants: readonly Case[] = [
  ...["EUR", ...inherited].map((unit) =>
    grant(`credits in ${unit}`, { unit }, problem("UNIT_NOT_FOUND", "there are USD")),
  ),
  grant("no credits", { amount: "0" }, fault("input.amount", "must be above 0")),
  grant("credits below zero", { amount: "-5" }, fault("input.amount", "must be above 0")),
  grant(
    "credits of 40 digits",
    { amount: "9".repeat(40) },
    fault("input.amount", "at most 9007199254.740991"),
  ),
  grant(
    "more than a wallet can hold",
    { amount: "9007199254.740991" },
    problem("BAD_INPUT", "9007199254.740991 units"),
  ),
  grant(
    "credits as if bought",
    { source: "PACK" },
    fault("input.source", "must be PROMOTION, ADJUSTMENT or CARRY_OVER"),
  ),
  grant(
    "credits from nowhere",
    { source: "LUCK" },
    fault("input.source", '"LUCK" does not exist in "GrantSource"'),
  ),
  grant(
    "half a million letters",
    { source: "L".repeat(500_000) },
    fault("input.source", /^input.source: Value "L+…$/),
  ),
  grant("a priority of 1001", { priority: 1001 }, fault("input.priority", "must be from -1000 to 1000")),
  grant(
    "credits since yesterday",
    { effectiveAt: "2026-04-14T00:00:00Z" },
    fault("input.effectiveAt", "past"),
  ),
  grant(
    "credits until yesterday",
    { expiresAt: "2026-04-14T00:00:00Z" },
    fault("input.expiresAt", "must be after"),
  ),
  grant("credits for 101 operations", { operations: many }, fault("input.operations", "100")),
  grant("a reason of 300 characters", { reason: long }, fault("input.reason", "at most 255 characters")),
];

const clock = spoiling(
  "mutation($input: CreateTestClockInput!) { createTestClock(input: $input) { id } }",
  {},
);
const advance = spoiling(
  "mutation($input: AdvanceTestClockInput!) { advanceTestClock(input: $input) { id } }",
  {
    id: "clock_0",
    to: "2026-05-01T00:00:00Z",
  },
);
const noClock = { code: "NOT_FOUND", field: "input.id", says: 'No test clock has the id "clock_0"' };

const clocks: readonly Case[] = [
  clock("a clock at noon", { now: "noon" }, fault("input.now", "A DateTime is written like")),
  clock("a clock in the year 9001", { now: "9001-01-01T00:00:00Z" }, fault("input.now", "1970 to 9000")),
  advance("a clock that does not exist", {}, noClock),
];

export const writes: readonly Case[] = [
  ...batches,
  ...purchases,
  ...customers,
  ...subscriptions,
  ...grants,
  ...clocks,
];
