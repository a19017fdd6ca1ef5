import fc from "fast-check";
import type { SupplyPolicy, Timing } from "./world.js";

/** Commands on a customer's plan, as they are drawn. */
export type DrawnPlan =
  | { readonly kind: "subscribe"; readonly who: number; readonly plan: number }
  | {
      readonly kind: "changePlan";
      readonly who: number;
      readonly plan: number;
      readonly timing: Timing | null;
      readonly policy: SupplyPolicy | null;
    }
  | { readonly kind: "cancelSubscription"; readonly who: number; readonly timing: Timing | null }
  | { readonly kind: "resumeSubscription"; readonly who: number }
  | { readonly kind: "redeemCoupon"; readonly who: number; readonly coupon: number };

/** Beyond the plans there are is none. */
const plan = fc.integer({ min: 0, max: 7 });
const now = fc.constant<Timing>("NOW");
const timing = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: now },
  { weight: 2, arbitrary: fc.constant<Timing>("PERIOD_END") },
);
const policy = fc.constantFrom<SupplyPolicy>("KEEP_AND_USE_FIRST", "PRORATE", "FORFEIT");

/** How the supply is left is asked for a change that is made at once; with any other it is no command. */
const how = fc.oneof(
  { weight: 6, arbitrary: fc.record({ timing: now, policy }) },
  { weight: 6, arbitrary: fc.record({ timing, policy: fc.constant(null) }) },
  { weight: 1, arbitrary: fc.record({ timing, policy }) },
);

/** A change that is made at once. */
export const changeNow = (who: fc.Arbitrary<number>): fc.Arbitrary<DrawnPlan> =>
  fc.record({ kind: fc.constant("changePlan" as const), who, plan, timing: now, policy });

export const plansOf = (who: fc.Arbitrary<number>): fc.Arbitrary<DrawnPlan> => {
  const changePlan = fc
    .record({ kind: fc.constant("changePlan" as const), who, plan, how })
    .map(({ how, ...change }) => ({ ...change, ...how }));
  return fc.oneof<[fc.WeightedArbitrary<DrawnPlan>, ...fc.WeightedArbitrary<DrawnPlan>[]]>(
    { weight: 6, arbitrary: changePlan },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancelSubscription" as const), who, timing }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("resumeSubscription" as const), who }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("subscribe" as const), who, plan }) },
    {
      weight: 2,
      arbitrary: fc.record({
        ...{ kind: fc.constant("redeemCoupon" as const), who },
        coupon: fc.integer({ min: 0, max: 3 }),
      }),
    },
  );
};
