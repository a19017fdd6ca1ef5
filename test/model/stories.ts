import fc from "fast-check";
import {
  asLongAsHolds,
  type Choice,
  call,
  capture,
  command,
  type Drawn,
  extendHold,
  grantCredits,
  purchase,
  release,
  reverseUsage,
  seconds,
  wait,
  weighted,
} from "./commands.js";
import { refundOf } from "./drawMoney.js";
import { changeNow } from "./drawPlans.js";

const newest: Choice = { index: 0, of: "newest" };
/** A grant that a hold has, or has a part of, ends before, with or after the hold. */
const underHold: fc.Arbitrary<Drawn[]> = fc
  .tuple(
    grantCredits,
    asLongAsHolds,
    fc.record({ call, seconds }),
    weighted<Drawn[]>(
      [3, release.map((one) => [{ ...one, which: newest }])],
      [2, capture.map((one) => [{ ...one, which: newest }])],
      [1, extendHold.map((one) => [{ ...one, which: newest }])],
      [1, fc.constant([])],
    ),
    wait,
  )
  .map(([grant, lasts, hold, ends, later]) => [
    { ...grant, who: 0, startsIn: null, lasts, priority: -1, scope: null, otherUnit: false },
    { kind: "reserve", who: 0, ...hold },
    ...ends,
    { ...later, time: { due: 0, beside: 0 } },
  ]);

/** How what the newest hold has comes free or is burned. */
const holdEnds = weighted<Drawn>(
  [2, release.map((one) => ({ ...one, which: newest }))],
  [3, capture.map((one) => ({ ...one, which: newest }))],
);

/** A plan is left while a hold has a part of what it supplied, perhaps of a supply whose time is over. */
const leftUnderHold: fc.Arbitrary<Drawn[]> = fc
  .tuple(fc.record({ call, seconds }), wait, changeNow(fc.constant(0)), wait, holdEnds)
  .map(([hold, before, change, after, ends]) => [
    { ...before, time: { due: 0, beside: -1 } },
    { kind: "reserve", who: 0, ...hold },
    { ...before, time: { due: 0, beside: 0 } },
    change,
    { ...after, time: { due: 0, beside: 0 } },
    ends,
  ]);

/** A purchase is given back while a part of it is used, and another one reserved. */
const paidBackInUse: fc.Arbitrary<Drawn[]> = fc
  .tuple(purchase, fc.record({ call, seconds }), call, refundOf, reverseUsage, holdEnds)
  .map(([bought, hold, used, refund, reverse, ends]) => [
    { ...bought, who: 0 },
    { kind: "reserve", who: 0, ...hold },
    { kind: "consume", who: 0, call: used, late: null },
    refund,
    reverse,
    ends,
  ]);

const roles = [
  "monthly",
  "anchored",
  "rolling",
  "once",
  "owing",
  "capped",
  "bare",
  "tester",
  "roller",
  "leaver",
  "coming",
  "planless",
] as const;
export type Role = (typeof roles)[number];

/** Those who cannot make calls at all times are seldom. */
const role = weighted<Role>(
  [9, fc.constantFrom(...roles.slice(0, 9))],
  [1, fc.constant<Role>("leaver")],
  [1, fc.constantFrom<Role>("coming", "planless")],
);

export interface Story {
  readonly cast: readonly Role[];
  readonly commands: readonly Drawn[];
}

/** What seldom comes about by itself. */
const phrases = [
  [3, underHold],
  [2, leftUnderHold],
  [2, paidBackInUse],
] as const;

export const storiesOf = (maxLength: number): fc.Arbitrary<Story> =>
  fc.record({
    cast: fc.uniqueArray(role, { minLength: 1, maxLength: 3 }),
    commands: fc
      .array(weighted([50, command.map((one) => [one])], ...phrases), { maxLength, size: "max" })
      .map((phrases) => phrases.flat()),
  });
