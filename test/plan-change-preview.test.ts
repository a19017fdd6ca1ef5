import { expectResult, isProblem, ScripError } from "@scrip/sdk";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { lapse } from "./domain/histories.js";
import { type RawServer, startRawServer } from "./harness/http.js";
import { changePlan, expectOutcome, invoiceFigures } from "./plan-change/story.js";

let server: RawServer;
beforeAll(async () => {
  server = await startRawServer("test/plan-change/plans.yaml");
});
afterAll(() => server.close());

const plan = fc.constantFrom(
  ...[
    "free",
    "monthly",
    "large",
    "yearly",
    "calendar",
    "year",
    "tokens",
    "euros",
    "once",
    "rolling",
    "tried",
    "payg",
    "lagging",
  ],
);

const policy = fc.constantFrom("KEEP_AND_USE_FIRST" as const, "PRORATE" as const, "FORFEIT" as const);

const changes = fc.record({
  kind: fc.constant("change" as const),
  change: fc.oneof(
    fc.record({ plan }),
    fc.record({ plan, timing: fc.constant("PERIOD_END" as const) }),
    fc.record({ plan, timing: fc.constant("NOW" as const), supplyPolicy: policy }),
  ),
});

const steps = fc.oneof(
  fc.record({ kind: fc.constant("wait" as const), ms: lapse(70) }),
  fc.record({ kind: fc.constant("use" as const), quantity: fc.integer({ min: 1, max: 3_000 }) }),
  fc.record({ kind: fc.constant("hold" as const), quantity: fc.integer({ min: 1, max: 500 }) }),
  fc.constant({ kind: "cancel" as const }),
  fc.record({ kind: fc.constant("coupon" as const), code: fc.constantFrom("ONCE", "TWICE", "ALWAYS") }),
  fc.constant({ kind: "pay" as const }),
  fc.record({ kind: fc.constant("credit" as const), percent: fc.integer({ min: 1, max: 100 }) }),
  { weight: 2, arbitrary: changes },
);
type Step = typeof steps extends fc.Arbitrary<infer One> ? One : never;

/** The server's wall clock, from where it starts. */
let now = Date.parse("2026-04-15T10:00:00.000Z");
function wait(ms: number): void {
  now += ms;
  server.wait(ms);
}

let customers = 0;
/** How often a change was made, so that the property cannot hold because nothing ever happened. */
const made = { NOW: 0, PERIOD_END: 0 };
const figures = { balances: 0, coupons: 0, setOffs: 0 };

async function happen(customerId: string, step: Step): Promise<void> {
  const sdk = server.sdk();
  const call = { customerId, operation: "call" };
  if (step.kind === "wait") wait(step.ms);
  else if (step.kind === "use") await sdk.consume({ ...call, quantity: String(step.quantity) });
  else if (step.kind === "hold") await sdk.reserve({ ...call, quantity: String(step.quantity) });
  else if (step.kind === "cancel") await sdk.cancelSubscription({ customerId });
  else if (step.kind === "coupon") await sdk.redeemCoupon({ customerId, code: step.code });
  else if (step.kind === "pay") await pay(customerId);
  else if (step.kind === "credit") await credit(customerId, step.percent);
  else await change(customerId, step.change);
}

async function pay(customerId: string): Promise<void> {
  const { nodes } = await server.sdk().invoices({ customerId });
  for (const { id } of nodes.filter(({ status }) => status === "OPEN"))
    await server.sdk().payInvoice({ customerId, invoiceId: id });
}

/** Puts a part of what was paid on the balance. */
async function credit(customerId: string, percent: number): Promise<void> {
  const { nodes } = await server.sdk().invoices({ customerId });
  const paid = nodes.find(({ status, total }) => status === "PAID" && Number(total) > 0);
  if (paid === undefined) return;
  const amount = String(Math.max(1, Math.floor(Number(paid.total) * percent)) / 100);
  const note = { customerId, invoiceId: paid.id, amount, settlement: "BALANCE" } as const;
  const made = await server.sdk().createCreditNote(note);
  if (!isProblem(made)) figures.balances += 1;
}

/** A change that is refused is refused like its preview; any other comes to what was seen. */
async function change(
  customerId: string,
  wanted: Extract<Step, { kind: "change" }>["change"],
): Promise<void> {
  const sdk = server.sdk();
  const input = { customerId, ...wanted };
  const asked = await sdk.previewPlanChange(input).catch((error: unknown) => error);
  if (asked instanceof ScripError) {
    const { code, field } = asked;
    await expect(sdk.changePlan(input)).rejects.toMatchObject({ code, field });
    return;
  }
  const result = asked as Awaited<ReturnType<typeof sdk.previewPlanChange>>;
  if (isProblem(result)) {
    expect(await sdk.changePlan(input)).toEqual(result);
    return;
  }
  const { preview, changed } = await changePlan(sdk, customerId, wanted);
  made[preview.change.timing] += 1;
  figures.setOffs += preview.setOff === null ? 0 : 1;
  for (const { lines } of changed.invoice === null ? [] : [changed.invoice])
    figures.coupons += lines.some((line) => line.kind === "COUPON") ? 1 : 0;
  if (preview.change.timing === "NOW") return;
  const effectiveAt = Date.parse(preview.change.effectiveAt);
  const { plan: planNow } = changed.subscription;
  expect(planNow.key).toBe(preview.change.from.key);
  wait(effectiveAt - now);
  await expectOutcome(sdk, customerId, preview);
  const subscription = (await sdk.customer({ id: customerId }))?.subscription;
  expect(subscription?.plan.key).toBe(preview.change.to.key);
  const { nodes } = await sdk.invoices({ customerId });
  const ofChange = nodes.find(
    ({ kind, createdAt }) => kind === "SUBSCRIPTION" && createdAt === preview.change.effectiveAt,
  );
  expect(ofChange === undefined ? null : invoiceFigures(ofChange)).toEqual(preview.invoice);
  figures.coupons += ofChange?.lines.some((line) => line.kind === "COUPON") ? 1 : 0;
}

/** With calls, holds and months in which nobody looks. */
const country = fc.constantFrom(null, "DE", "JP");
const histories = fc.record({
  plan,
  country,
  steps: fc.array(steps, { minLength: 4, maxLength: 9, size: "max" }),
});

const address = (country: string | null) => (country === null ? {} : { billingAddress: { country } });

test("whatever has happened, a change comes to what its preview has shown", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ plan: first, country, steps: all }) => {
      customers += 1;
      const id = `customer-${customers}`;
      expectResult(
        await server.sdk().createCustomer({ id, plan: first, ...address(country) }),
        "CustomerCreated",
      );
      for (const step of all) await happen(id, step);
    }),
    { numRuns: 30 },
  );
  expect(made.NOW).toBeGreaterThan(3);
  expect(made.PERIOD_END).toBeGreaterThan(3);
  expect(Math.min(...Object.values(figures)), JSON.stringify(figures)).toBeGreaterThan(0);
  expect(await makeVerify(server.admin.database)(() => undefined)).toEqual([]);
}, 120_000);
