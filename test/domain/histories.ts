import fc from "fast-check";
import { type Micros, micros } from "../../server/domain/amount.js";
import type { OverageTerms, PeriodRule, Plan } from "../../server/domain/catalog.js";
import type { ConsumptionDecision } from "../../server/domain/consumption.js";
import { type CreditGrant, grantSources } from "../../server/domain/grant.js";
import { addMs, dayMs, hourMs, type Instant } from "../../server/domain/instant.js";
import type { WalletState } from "../../server/domain/wallet.js";
import { at, grantOf, type MemoryLedger, memoryLedger, planOf, subscribed, type Use } from "./wallets.js";

/** What can happen to a wallet, with all times relative so that a history can be shortened. */
export type Step =
  | { readonly kind: "wait"; readonly ms: number }
  | {
      readonly kind: "grant";
      readonly amount: Micros;
      readonly parts: Partial<CreditGrant>;
      readonly startsIn: number;
      readonly lasts: number | null;
    }
  | {
      readonly kind: "consume";
      readonly operation: string;
      readonly quantity: Micros;
      readonly lateBy: number;
    };

export interface History {
  readonly plan: Plan;
  readonly startsAt: Instant;
  readonly steps: readonly Step[];
}

export const startTimes = [
  "2024-01-31T10:00:00.000Z",
  "2024-02-01T00:00:00.000Z",
  "2025-06-15T23:59:59.999Z",
].map(at);

/** Round numbers of days meet the edges of periods, grants and windows; a millisecond misses them. */
export const lapse = (days: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: days * dayMs }),
    fc.integer({ min: 0, max: days }).map((count) => count * dayMs),
    fc.constantFrom(0, 1, dayMs - 1, hourMs).filter((ms) => ms <= days * dayMs),
  );

const wait = fc.record({ kind: fc.constant("wait" as const), ms: lapse(40) });

const credits = fc.oneof(
  fc.integer({ min: 1, max: 60 }).map((whole) => micros(whole * 1_000_000)),
  fc.integer({ min: 1, max: 60_000_000 }).map(micros),
);

export const grantSteps = fc.record({
  kind: fc.constant("grant" as const),
  amount: credits,
  startsIn: fc.oneof(fc.constant(0), lapse(20)),
  lasts: fc.option(lapse(60).map((ms) => ms + 1)),
  parts: fc.record({
    source: fc.constantFrom(...grantSources),
    priority: fc.integer({ min: -1, max: 1 }),
    operations: fc.constantFrom(null, null, ["image"], ["video", "label"]),
  }),
});

const consume = fc.record({
  kind: fc.constant("consume" as const),
  operation: fc.constantFrom("image", "image", "video", "label", "nothing-we-sell"),
  // Two decimals keep the price of a video exact.
  quantity: fc.integer({ min: 1, max: 6_000 }).map((hundredths) => micros(hundredths * 10_000)),
  lateBy: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: lapse(45) }),
});

export const periodRules: readonly PeriodRule[] = [
  { type: "CALENDAR_MONTH" },
  { type: "CALENDAR_YEAR" },
  { type: "ANCHOR", every: "MONTH" },
  { type: "ANCHOR", every: "YEAR" },
  { type: "NONE" },
  { type: "ROLLING", days: 30 },
];

const overages: readonly OverageTerms[] = [
  { policy: "BLOCK" },
  { policy: "POSTPAID", limit: micros(75_500_000) },
  { policy: "POSTPAID", limit: null },
];

const plans = fc
  .record({
    period: fc.constantFrom(...periodRules),
    supply: fc.constantFrom(null, "30", "100.5"),
    overage: fc.constantFrom(...overages),
  })
  .map(planOf);

export const histories: fc.Arbitrary<History> = fc.record({
  plan: plans,
  startsAt: fc.constantFrom(...startTimes),
  steps: fc.array(fc.oneof(wait, grantSteps, { weight: 2, arbitrary: consume }), {
    maxLength: 30,
    size: "max",
  }),
});

/** The same history, with each wait cut into several where the stops fall into it. */
export const interrupted = (history: History, stops: readonly number[]): History => ({
  ...history,
  steps: history.steps.flatMap((step) => (step.kind === "wait" ? parts(step.ms, stops) : [step])),
});

function parts(ms: number, stops: readonly number[]): Step[] {
  const edges = [...stops.map((stop) => stop % (ms + 1)), ms].toSorted((a, b) => a - b);
  return edges.map((edge, index) => ({ kind: "wait", ms: edge - (edges[index - 1] ?? 0) }));
}

/** One call with what it was decided on. */
export interface Call {
  readonly before: WalletState;
  readonly now: Instant;
  readonly use: Use;
  readonly decision: ConsumptionDecision;
}

export interface Played {
  readonly ledger: MemoryLedger;
  readonly calls: readonly Call[];
  readonly end: Instant;
}

/** Lets a history happen; `watch` sees the ledger after each step. */
export function play(
  { plan, startsAt, steps }: History,
  watch: (ledger: MemoryLedger, now: Instant) => void = () => {},
): Played {
  const ledger = memoryLedger(subscribed(plan, startsAt));
  const calls: Call[] = [];
  let now = startsAt;
  let granted = 0;
  for (const step of steps) {
    if (step.kind === "wait") now = addMs(now, step.ms);
    else if (step.kind === "grant") {
      const effectiveAt = addMs(now, step.startsIn);
      const expiresAt = step.lasts === null ? null : addMs(effectiveAt, step.lasts);
      const lot = { ...step.parts, effectiveAt, expiresAt };
      // Ids count down, so that their order is not the order of their arrival.
      granted += 1;
      const id = `grant_${String(100 - granted).padStart(3, "0")}`;
      ledger.grant({ ...grantOf(id, "0", lot), amount: step.amount, remaining: step.amount }, now);
    } else {
      const before = ledger.look(now);
      const occurredAt = addMs(now, -step.lateBy);
      const use = { operation: step.operation, quantity: step.quantity, occurredAt };
      calls.push({ before, now, use, decision: ledger.consume(use, now) });
    }
    watch(ledger, now);
  }
  return { ledger, calls, end: now };
}
