import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
} from "type-graphql";
import type { GrantCreditsOutcome } from "../billing/grantCredits.js";
import type { PurchaseOutcome } from "../billing/purchase.js";
import type { Micros } from "../domain/amount.js";
import { badInput } from "../domain/errors.js";
import type * as grant from "../domain/grant.js";
import type { Instant } from "../domain/instant.js";
import { purchaseQuantityMax } from "../domain/purchase.js";
import * as billing from "./billingProblems.js";
import type { RequestContext } from "./context.js";
import { GrantSource, typename } from "./enums.js";
import { between, idempotencyKey, key, optionalKey, optionalText, positive } from "./input.js";
import { Invoice, toInvoice } from "./invoice.js";
import * as problems from "./problems.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";
import { CreditGrant, toWallet, Wallet } from "./wallet.js";

const operationsMax = 100;
const priorityRange = { min: -1_000, max: 1_000 };

@InputType()
class PurchaseInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String) creditPack!: string;
  @Field(() => Int, { nullable: true, defaultValue: 1 }) quantity!: number | null;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class GrantCreditsInput {
  @Field(() => ID) customerId!: string;
  @Field(() => String, { nullable: true }) unit?: string | null;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => GrantSource, { nullable: true, defaultValue: "PROMOTION" }) source!: grant.GrantSource | null;
  @Field(() => Int, { nullable: true, defaultValue: 0 }) priority!: number | null;
  @Field(() => DateTimeScalar, { nullable: true }) effectiveAt?: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) expiresAt?: Instant | null;
  @Field(() => [String], { nullable: true }) operations?: string[] | null;
  @Field(() => String, { nullable: true }) reason?: string | null;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class Purchased {
  @Field(() => CreditGrant) grant!: CreditGrant;
  @Field(() => Invoice) invoice!: Invoice;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class CreditsGranted {
  @Field(() => CreditGrant) grant!: CreditGrant;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

const PurchaseResult = createUnionType({
  name: "PurchaseResult",
  types: () =>
    [
      Purchased,
      billing.PaymentRequired,
      billing.PaymentFailed,
      billing.InvoiceNotPayable,
      problems.PackNotAvailable,
      problems.CustomerNotFound,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const GrantCreditsResult = createUnionType({
  name: "GrantCreditsResult",
  types: () =>
    [CreditsGranted, problems.CustomerNotFound, problems.UnitNotFound, problems.IdempotencyConflict] as const,
  resolveType: typename,
});

function toPurchaseResult(outcome: PurchaseOutcome) {
  if (outcome.kind !== "purchased") return billing.toBillingProblem(outcome);
  const { grant: bought, invoice, wallet, replayed } = outcome;
  const paid = { invoice: toInvoice(invoice), wallet: toWallet(wallet) };
  return { __typename: "Purchased" as const, grant: bought, ...paid, replayed };
}

function toGrantCreditsResult(outcome: GrantCreditsOutcome) {
  if (outcome.kind !== "creditsGranted") return problems.toProblem(outcome);
  const { grant: granted, wallet, replayed } = outcome;
  return { __typename: "CreditsGranted" as const, grant: granted, wallet: toWallet(wallet), replayed };
}

/** Supplies come from plans and packs from purchases, with the period or the payment that they belong to. */
function grantableSource(source: grant.GrantSource): grant.GrantSource {
  if (source === "SUPPLY" || source === "PACK")
    throw badInput("input.source", `must be PROMOTION, ADJUSTMENT or CARRY_OVER, got ${source}.`);
  return source;
}

function scope(operations: readonly string[] | null | undefined): readonly string[] | null {
  if (operations === null || operations === undefined) return null;
  if (operations.length < 1 || operations.length > operationsMax)
    throw badInput(
      "input.operations",
      `must have 1 to ${operationsMax} operations, got ${operations.length}.`,
    );
  return operations.map((operation, index) => key(`input.operations.${index}`, operation));
}

@Resolver()
export class CreditsResolver {
  @Mutation(() => PurchaseResult)
  async purchase(@Arg("input", () => PurchaseInput) input: PurchaseInput, @Ctx() context: RequestContext) {
    const outcome = await context.services.purchase({
      customerId: key("input.customerId", input.customerId),
      creditPack: key("input.creditPack", input.creditPack),
      quantity: between("input.quantity", input.quantity ?? 1, { min: 1, max: purchaseQuantityMax }),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toPurchaseResult(outcome);
  }

  @Mutation(() => GrantCreditsResult)
  async grantCredits(
    @Arg("input", () => GrantCreditsInput) input: GrantCreditsInput,
    @Ctx() context: RequestContext,
  ) {
    const outcome = await context.services.grantCredits({
      customerId: key("input.customerId", input.customerId),
      unit: optionalKey("input.unit", input.unit),
      amount: positive("input.amount", input.amount),
      source: grantableSource(input.source ?? "PROMOTION"),
      priority: between("input.priority", input.priority ?? 0, priorityRange),
      effectiveAt: input.effectiveAt ?? null,
      expiresAt: input.expiresAt ?? null,
      operations: scope(input.operations),
      reason: optionalText("input.reason", input.reason),
      idempotencyKey: idempotencyKey(input.idempotencyKey),
    });
    return toGrantCreditsResult(outcome);
  }
}
