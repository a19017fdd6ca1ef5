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
import type { SetAutoTopUpOutcome, TopUpSnapshot } from "../billing/setAutoTopUp.js";
import type { Micros } from "../domain/amount.js";
import { type AutoTopUpStatus as DomainStatus, spentThisMonth } from "../domain/autoTopUp.js";
import type { Instant } from "../domain/instant.js";
import { purchaseQuantityMax } from "../domain/purchase.js";
import { Money } from "./catalog.js";
import type { RequestContext } from "./context.js";
import { AutoTopUpStatus, typename } from "./enums.js";
import { between, idempotencyKey, key, positive } from "./input.js";
import { Invoice, toInvoice } from "./invoice.js";
import * as problems from "./problems.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";
import { Wallet } from "./wallet.js";

@InputType()
class SetAutoTopUpInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String) creditPack!: string;
  @Field(() => Int, { nullable: true }) quantity?: number | null;
  @Field(() => DecimalScalar, { nullable: true }) targetAmount?: Micros | null;
  @Field(() => DecimalScalar) threshold!: Micros;
  @Field(() => DecimalScalar) monthlyCap!: Micros;
  @Field(() => Boolean, { nullable: true, defaultValue: true }) enabled!: boolean | null;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class AutoTopUp {
  @Field(() => String) creditPack!: string;
  @Field(() => Int, { nullable: true }) quantity!: number | null;
  @Field(() => DecimalScalar, { nullable: true }) targetAmount!: Micros | null;
  @Field(() => DecimalScalar) threshold!: Micros;
  @Field(() => Money) monthlyCap!: Money;
  @Field(() => Money) spentThisMonth!: Money;
  @Field(() => Boolean) enabled!: boolean;
  @Field(() => AutoTopUpStatus) status!: DomainStatus;
  @Field(() => Int) failures!: number;
  @Field(() => String, { nullable: true }) lastFailure!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) retryAt!: Instant | null;
  invoiceId!: string | null;
}

@ObjectType()
class AutoTopUpSet {
  @Field(() => AutoTopUp) autoTopUp!: AutoTopUp;
  @Field(() => Boolean) replayed!: boolean;
}

const SetAutoTopUpResult = createUnionType({
  name: "SetAutoTopUpResult",
  types: () =>
    [
      AutoTopUpSet,
      problems.PackNotAvailable,
      problems.CustomerNotFound,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

function toAutoTopUp({ topUp, at }: TopUpSnapshot): AutoTopUp {
  const { monthlyCap, currency, status, nextAttemptAt } = topUp;
  return {
    ...topUp,
    monthlyCap: { amount: monthlyCap, currency },
    spentThisMonth: { amount: spentThisMonth(topUp, at), currency },
    retryAt: status === "BACKING_OFF" || status === "CAPPED" ? nextAttemptAt : null,
  };
}

function toSetAutoTopUpResult(outcome: SetAutoTopUpOutcome) {
  if (outcome.kind !== "autoTopUpSet") return problems.toProblem(outcome);
  const { replayed } = outcome;
  return { __typename: "AutoTopUpSet" as const, autoTopUp: toAutoTopUp(outcome), replayed };
}

const packsRange = { min: 1, max: purchaseQuantityMax };

@Resolver(() => AutoTopUp)
export class AutoTopUpResolver {
  @Mutation(() => SetAutoTopUpResult)
  async setAutoTopUp(
    @Arg("input", () => SetAutoTopUpInput) input: SetAutoTopUpInput,
    @Ctx() context: RequestContext,
  ) {
    const { quantity = null, targetAmount = null } = input;
    const outcome = await context.services.setAutoTopUp({
      customerId: key("input.customerId", input.customerId),
      creditPack: key("input.creditPack", input.creditPack),
      quantity: quantity === null ? null : between("input.quantity", quantity, packsRange),
      targetAmount: targetAmount === null ? null : positive("input.targetAmount", targetAmount),
      threshold: positive("input.threshold", input.threshold),
      monthlyCap: positive("input.monthlyCap", input.monthlyCap),
      enabled: input.enabled ?? true,
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toSetAutoTopUpResult(outcome);
  }

  @FieldResolver(() => Invoice, { nullable: true })
  async invoice(
    @Root() { invoiceId }: AutoTopUp,
    @Ctx() { services }: RequestContext,
  ): Promise<Invoice | null> {
    const invoice = invoiceId === null ? null : await services.invoice(invoiceId);
    return invoice === null ? null : toInvoice(invoice);
  }
}

@Resolver(() => Wallet)
export class WalletTopUpResolver {
  @FieldResolver(() => AutoTopUp, { nullable: true })
  async autoTopUp(
    @Root() { customerId, unit, snapshot }: Wallet,
    @Ctx() { services }: RequestContext,
  ): Promise<AutoTopUp | null> {
    if (snapshot.past !== null) return null;
    const found = await services.autoTopUp({ customerId, unit });
    return found === null ? null : toAutoTopUp(found);
  }
}
