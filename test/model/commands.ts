import fc from "fast-check";
import { type DrawnMoney, money } from "./drawMoney.js";
import { type DrawnPlan, plansOf } from "./drawPlans.js";
import { dayLong } from "./terms.js";

/**
 * Commands as they are drawn: amounts are shares of what there is, and holds, records and earlier commands are chosen by
 * number. What a command means is settled when its turn comes, so that any part of a history is a history.
 */
export type Drawn =
  | DrawnPlan
  | DrawnMoney
  | { readonly kind: "consume"; readonly who: number; readonly call: DrawnCall; readonly late: Late }
  | { readonly kind: "batch"; readonly calls: readonly DrawnBatchCall[]; readonly again: readonly number[] }
  | {
      readonly kind: "reserve";
      readonly who: number;
      readonly call: DrawnCall;
      readonly seconds: Seconds;
    }
  | {
      readonly kind: "capture";
      readonly which: Choice;
      /** Of what was reserved for; null leaves it as it was. */
      readonly percent: number | null;
      readonly final: boolean;
      readonly beyond: boolean;
      readonly spoilt: boolean;
    }
  | { readonly kind: "extendHold"; readonly which: Choice; readonly seconds: Seconds }
  | { readonly kind: "release"; readonly which: Choice }
  | { readonly kind: "reverseUsage"; readonly which: Choice; readonly percent: number | null }
  | {
      readonly kind: "grantCredits";
      readonly who: number;
      readonly amount: number;
      readonly startsIn: number | null;
      readonly lasts: number | null;
      readonly priority: number;
      readonly source: "CARRY_OVER" | "PROMOTION" | "ADJUSTMENT";
      readonly scope: number | null;
      readonly otherUnit: boolean;
    }
  | { readonly kind: "purchase"; readonly who: number; readonly pack: number; readonly quantity: number }
  | { readonly kind: "wait"; readonly clock: "wall" | "test"; readonly time: Time }
  | {
      readonly kind: "retry";
      readonly which: number;
      readonly refused: boolean;
      readonly how: "same" | "changed" | "other";
    }
  | { readonly kind: "atOnce"; readonly commands: readonly Drawn[]; readonly together: boolean }
  | { readonly kind: "jobs" }
  | { readonly kind: "look"; readonly who: number }
  | { readonly kind: "lookBack"; readonly who: number; readonly perMille: number };

export interface DrawnCall {
  readonly operation: number;
  /** Percent of what can be spent, or a quantity. */
  readonly size: { readonly percent: number } | { readonly quantity: number };
  readonly spoilt: "attribute" | "operation" | null;
}

interface DrawnBatchCall {
  readonly who: number;
  readonly call: DrawnCall;
  readonly late: Late;
}

/** How long ago a call happened; null says nothing, which means now. Below zero it is ahead. */
export type Late = number | null;

/** A hold's time; null is until a grant ends, where there is such a grant. */
export type Seconds = number | null;

export interface Choice {
  readonly index: number;
  /** Usually one that something can be done with. */
  readonly of: "live" | "newest" | "any" | "foreign" | "none";
}

/** So much later, or exactly (or a millisecond beside) when something falls due. */
export type Time = { readonly ms: number } | { readonly due: number; readonly beside: number };

export const weighted = <Value>(...choices: readonly (readonly [number, fc.Arbitrary<Value>])[]) =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const whole = (min: number, max: number) => fc.integer({ min, max });

/** Those of the history's cast, more often the first; now and then somebody who does not exist. */
const who = weighted([30, whole(0, 2)], [20, fc.constant(0)], [1, fc.constant(99)]);
const lapse = weighted(
  [2, whole(1, 20).map((days) => days * dayLong)],
  [2, whole(1, 12 * dayLong)],
  [2, whole(1, 1_200_000)],
);
/** As long as holds last, so that a grant and a hold can end at one instant, or one of them shortly after the other. */
export const asLongAsHolds = fc.constantFrom(600_000, 3_600_000, 86_400_000);
const size = weighted<DrawnCall["size"]>(
  [6, fc.record({ percent: whole(1, 45) })],
  [2, fc.record({ percent: fc.constantFrom(100, 100, 60, 101) })],
  [3, fc.record({ quantity: whole(1, 30).map((count) => count * 1_000_000) })],
  [1, fc.record({ quantity: whole(1, 9_000_000) })],
);
const spoilt = weighted<DrawnCall["spoilt"]>(
  [60, fc.constant(null)],
  [1, fc.constantFrom("attribute", "operation")],
);
export const call = fc.record({ operation: whole(0, 4), size, spoilt });
const late = weighted<Late>(
  [8, fc.constant(null)],
  [2, lapse],
  [1, whole(1, 15).map((days) => days * dayLong)],
  [1, whole(-300_000, 0)],
);
const choice = fc.record({
  index: whole(0, 40),
  of: weighted<Choice["of"]>(
    [20, fc.constant("live")],
    [3, fc.constant("any")],
    [1, fc.constantFrom("foreign", "none")],
  ),
});
export const seconds = weighted<Seconds>(
  [2, fc.constant(null)],
  [3, fc.constantFrom(600, 3_600, 86_400)],
  [2, whole(1, 86_400)],
);
const kind = <Name extends string>(name: Name) => fc.constant(name);

const consume = fc.record({ kind: kind("consume"), who, call, late });
const batch = fc.record({
  kind: kind("batch"),
  calls: fc.array(fc.record({ who, call, late }), { minLength: 1, maxLength: 5 }),
  again: fc.array(whole(0, 4), { maxLength: 2 }),
});
const reserve = fc.record({ kind: kind("reserve"), who, call, seconds });
export const capture = fc.record({
  kind: kind("capture"),
  which: choice,
  percent: weighted<number | null>(
    [2, fc.constant(null)],
    [4, whole(1, 100)],
    [3, fc.constantFrom(100, 130, 200)],
  ),
  final: fc.boolean(),
  beyond: fc.boolean(),
  spoilt: weighted([40, fc.constant(false)], [1, fc.constant(true)]),
});
export const extendHold = fc.record({ kind: kind("extendHold"), which: choice, seconds });
export const release = fc.record({ kind: kind("release"), which: choice });
export const reverseUsage = fc.record({
  kind: kind("reverseUsage"),
  which: choice,
  percent: weighted<number | null>([4, fc.constant(null)], [6, whole(1, 99)], [1, fc.constantFrom(100, 120)]),
});
export const grantCredits = fc.record({
  kind: kind("grantCredits"),
  who,
  amount: weighted([3, whole(1, 120).map((count) => count * 1_000_000)], [1, whole(1, 90_000_000)]),
  startsIn: weighted<number | null>([3, fc.constant(null)], [1, lapse]),
  lasts: weighted<number | null>([1, fc.constant(null)], [2, lapse], [2, asLongAsHolds]),
  priority: whole(-1, 3),
  source: fc.constantFrom("CARRY_OVER" as const, "PROMOTION" as const, "ADJUSTMENT" as const),
  scope: fc.option(whole(0, 4)),
  otherUnit: weighted([8, fc.constant(false)], [1, fc.constant(true)]),
});
export const purchase = fc.record({ kind: kind("purchase"), who, pack: whole(0, 5), quantity: whole(1, 3) });
export const wait = fc.record({
  kind: kind("wait"),
  clock: fc.constantFrom("wall" as const, "wall" as const, "wall" as const, "test" as const),
  time: weighted<Time>(
    [2, fc.record({ ms: lapse })],
    [1, fc.record({ ms: whole(15, 40).map((days) => days * dayLong) })],
    [
      3,
      fc.record({
        due: weighted([3, fc.constant(0)], [1, whole(0, 6)]),
        beside: fc.constantFrom(-1, 0, 0, 0, 1),
      }),
    ],
  ),
});
const retry = fc.record({
  kind: kind("retry"),
  which: whole(0, 200),
  refused: fc.boolean(),
  how: fc.constantFrom("same" as const, "same" as const, "changed" as const, "other" as const),
});
const look = fc.record({ kind: kind("look"), who });
const lookBack = fc.record({ kind: kind("lookBack"), who, perMille: whole(0, 1_000) });

const metered = weighted<Drawn>(
  [4, consume],
  [3, reserve],
  [4, capture],
  [1, extendHold],
  [1, release],
  [3, reverseUsage],
  [2, retry],
);
const atOnce = fc.record({
  kind: kind("atOnce"),
  commands: fc.array(metered, { minLength: 2, maxLength: 6 }),
  together: fc.boolean(),
});

export const command = weighted<Drawn>(
  [10, consume],
  [3, batch],
  [8, reserve],
  [10, capture],
  [3, extendHold],
  [4, release],
  [8, reverseUsage],
  [6, grantCredits],
  [3, purchase],
  [8, plansOf(who)],
  [7, money],
  [2, fc.constant<Drawn>({ kind: "jobs" })],
  [9, wait],
  [5, retry],
  [4, atOnce],
  [1, look],
  [1, lookBack],
);
