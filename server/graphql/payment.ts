import { Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import type * as dispute from "../domain/dispute.js";
import type { Instant } from "../domain/instant.js";
import type * as purchase from "../domain/purchase.js";
import type * as refund from "../domain/refund.js";
import type { RequestContext } from "./context.js";
import { DisputeStatus, PaymentStatus, RefundStatus } from "./enums.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";

@ObjectType()
export class Refund {
  @Field(() => ID) id!: string;
  @Field(() => RefundStatus) status!: refund.RefundStatus;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => String) currency!: string;
  @Field(() => String, { nullable: true }) failure!: string | null;
  @Field(() => DateTimeScalar) createdAt!: Instant;
}

export const toRefund = (made: refund.Refund): Refund => ({ ...made, id: made.refundId });

@ObjectType()
export class Dispute {
  @Field(() => ID) id!: string;
  @Field(() => DisputeStatus) status!: dispute.DisputeStatus;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => String) currency!: string;
  @Field(() => DateTimeScalar) openedAt!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) closedAt!: Instant | null;
}

export const toDispute = (contested: dispute.Dispute): Dispute => ({
  ...contested,
  id: contested.disputeId,
});

@ObjectType()
export class Payment {
  @Field(() => ID) id!: string;
  @Field(() => PaymentStatus) status!: purchase.PaymentStatus;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => String) currency!: string;
  @Field(() => String, { nullable: true }) failure!: string | null;
  @Field(() => String, { nullable: true }) actionUrl!: string | null;
  @Field(() => DateTimeScalar) createdAt!: Instant;
  @Field(() => DecimalScalar) refunded!: Micros;
  customerId!: string;
}

export const toPayment = (payment: purchase.Payment): Payment => ({ ...payment, id: payment.paymentId });

@Resolver(() => Payment)
export class PaymentResolver {
  @FieldResolver(() => [Refund])
  async refunds(
    @Root() { id: paymentId, customerId }: Payment,
    @Ctx() { services }: RequestContext,
  ): Promise<Refund[]> {
    return (await services.refundsOf({ customerId, paymentId })).map(toRefund);
  }

  @FieldResolver(() => [Dispute])
  async disputes(
    @Root() { id: paymentId, customerId }: Payment,
    @Ctx() { services }: RequestContext,
  ): Promise<Dispute[]> {
    return (await services.disputesOf({ customerId, paymentId })).map(toDispute);
  }
}
