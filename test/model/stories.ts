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
import { noteOf, onNewest, payNewest, refundOf } from "./drawMoney.js";
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

const spend = (percent: number): Drawn => ({
  ...{ kind: "consume", who: 0, late: null },
  call: { operation: 0, size: { percent }, spoilt: null },
});

/** A purchase is given back while a part of it is used, and another one reserved; then they come free. */
const paidBackInUse: fc.Arbitrary<Drawn[]> = fc
  .tuple(
    purchase,
    fc.record({ call, seconds }),
    fc.integer({ min: 20, max: 90 }),
    refundOf,
    fc.array(weighted<Drawn>([3, reverseUsage.map((one) => ({ ...one, which: newest }))], [2, holdEnds]), {
      minLength: 2,
      maxLength: 4,
    }),
  )
  .map(([bought, { call: held, ...hold }, used, refund, free]) => [
    // With everything else used up, what is bought is what is used.
    spend(100),
    { ...bought, who: 0 },
    { kind: "reserve", who: 0, ...hold, call: { ...held, size: { percent: 100 - used } } },
    spend(100),
    refund,
    ...free,
  ]);

/** What is paid is given to the balance, which pays a part of what comes next. */
const onTheBalance: fc.Arbitrary<Drawn[]> = fc
  .tuple(changeNow(fc.constant(0)), noteOf, changeNow(fc.constant(0)), onNewest)
  .map(([first, note, second, then]) => [first, payNewest, note, second, then]);

/** A plan is left whose fee is not owed any more, or has not been paid. */
const leftUnpaid: fc.Arbitrary<Drawn[]> = fc
  .tuple(changeNow(fc.constant(0)), onNewest, wait, changeNow(fc.constant(0)))
  .map(([first, then, later, second]) => [first, then, later, second]);

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
  "trier",
  "leaver",
  "coming",
  "planless",
] as const;
export type Role = (typeof roles)[number];

/** Those who cannot make calls at all times are seldom. */
const role = weighted<Role>(
  [9, fc.constantFrom(...roles.slice(0, 10))],
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
  [3, paidBackInUse],
  [2, onTheBalance],
  [2, leftUnpaid],
] as const;

export const storiesOf = (maxLength: number): fc.Arbitrary<Story> =>
  fc.record({
    cast: fc.uniqueArray(role, { minLength: 1, maxLength: 3 }),
    commands: fc
      .array(weighted([50, command.map((one) => [one])], ...phrases), { maxLength, size: "max" })
      .map((phrases) => phrases.flat()),
  });
