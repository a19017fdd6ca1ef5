import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { CouponCommand, RedeemCouponOutcome, RemoveCouponOutcome } from "../billing/coupons.js";
import type { Micros } from "../domain/amount.js";
import * as domain from "../domain/coupon.js";
import type { Instant } from "../domain/instant.js";
import type { CouponNotRedeemable as CouponNotRedeemableRefusal } from "../domain/refusal.js";
import { Money } from "./catalog.js";
import type { RequestContext } from "./context.js";
import { Customer } from "./customer.js";
import { CouponTrouble, ProblemCode, typename } from "./enums.js";
import { idempotencyKey, key } from "./input.js";
import * as problems from "./problems.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";

@ObjectType()
class CouponRedemption {
  @Field(() => ID) id!: string;
  @Field(() => String) code!: string;
  @Field(() => String) name!: string;
  @Field(() => DecimalScalar, { nullable: true }) percentOff!: Micros | null;
  @Field(() => Money, { nullable: true }) amountOff!: Money | null;
  @Field(() => Int, { nullable: true }) periods!: number | null;
  @Field(() => Int, { nullable: true }) periodsLeft!: number | null;
  @Field(() => [String], { nullable: true }) plans!: readonly string[] | null;
  @Field(() => DateTimeScalar) redeemedAt!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) endedAt!: Instant | null;
}

function toRedemption(redemption: domain.CouponRedemption): CouponRedemption {
  const { redemptionId: id, coupon, redeemedAt, endedAt } = redemption;
  const { key: code, name, off, periods, plans } = coupon;
  return {
    ...{ id, code, name, periods, plans, redeemedAt, endedAt },
    percentOff: "percent" in off ? off.percent : null,
    amountOff: "percent" in off ? null : off,
    periodsLeft: domain.periodsLeft(redemption),
  };
}

@InputType()
class RedeemCouponInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String) code!: string;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class RemoveCouponInput extends RedeemCouponInput {}

@ObjectType()
class CouponRedeemed {
  @Field(() => CouponRedemption) redemption!: CouponRedemption;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class CouponRemoved {
  @Field(() => CouponRedemption) redemption!: CouponRedemption;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType({ implements: problems.Problem })
class CouponNotFound extends problems.Problem {
  @Field(() => String) coupon!: string;
}

@ObjectType({ implements: problems.Problem })
class CouponNotRedeemable extends problems.Problem {
  @Field(() => String) coupon!: string;
  @Field(() => CouponTrouble) reason!: Reason;
}

const RedeemCouponResult = createUnionType({
  name: "RedeemCouponResult",
  types: () =>
    [
      CouponRedeemed,
      CouponNotFound,
      CouponNotRedeemable,
      problems.CustomerNotFound,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const RemoveCouponResult = createUnionType({
  name: "RemoveCouponResult",
  types: () =>
    [CouponRemoved, CouponNotFound, problems.CustomerNotFound, problems.IdempotencyConflict] as const,
  resolveType: typename,
});

/** Codes are typed by people: they are kept in capitals, and taken in any way. */
const commandOf = (input: RedeemCouponInput): CouponCommand => ({
  customerId: key("input.customerId", input.customerId),
  code: key("input.code", input.code.trim()).toUpperCase(),
  idempotencyKey: idempotencyKey(input.idempotencyKey),
});

type Reason = CouponNotRedeemableRefusal["reason"];

const because: Record<Reason, string> = {
  EXPIRED: "cannot be redeemed any more: its last day is over",
  LIMIT_REACHED: "has been redeemed as often as it can be",
  ALREADY_REDEEMED: "has been redeemed by this customer before",
};

function toCouponResult(outcome: RedeemCouponOutcome | RemoveCouponOutcome) {
  switch (outcome.kind) {
    case "couponRedeemed":
    case "couponRemoved": {
      const name = outcome.kind === "couponRedeemed" ? "CouponRedeemed" : "CouponRemoved";
      return { __typename: name, redemption: toRedemption(outcome.redemption), replayed: outcome.replayed };
    }
    case "couponNotFound":
      return {
        __typename: "CouponNotFound" as const,
        code: ProblemCode.COUPON_NOT_FOUND,
        message: `There is no coupon ${problems.shown(outcome.coupon)}.`,
        coupon: outcome.coupon,
      };
    case "couponNotRedeemable":
      return {
        __typename: "CouponNotRedeemable" as const,
        code: ProblemCode.COUPON_NOT_REDEEMABLE,
        message: `The coupon ${problems.shown(outcome.coupon)} ${because[outcome.reason]}.`,
        coupon: outcome.coupon,
        reason: outcome.reason,
      };
    default:
      return problems.toProblem(outcome);
  }
}

@Resolver(() => Customer)
export class CouponResolver {
  @Mutation(() => RedeemCouponResult)
  async redeemCoupon(
    @Arg("input", () => RedeemCouponInput) input: RedeemCouponInput,
    @Ctx() context: RequestContext,
  ) {
    return toCouponResult(await context.services.redeemCoupon(commandOf(input)));
  }

  @Mutation(() => RemoveCouponResult)
  async removeCoupon(
    @Arg("input", () => RemoveCouponInput) input: RemoveCouponInput,
    @Ctx() context: RequestContext,
  ) {
    return toCouponResult(await context.services.removeCoupon(commandOf(input)));
  }

  @FieldResolver(() => [CouponRedemption])
  async coupons(@Root() { id }: Customer, @Ctx() { services }: RequestContext): Promise<CouponRedemption[]> {
    return (await services.couponsOf(id)).map(toRedemption);
  }

  @FieldResolver(() => [Money])
  creditBalances(@Root() { id }: Customer, @Ctx() { services }: RequestContext): Promise<Money[]> {
    return services.creditBalances(id);
  }
}
