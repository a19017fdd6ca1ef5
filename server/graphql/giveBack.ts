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
  Query,
  Resolver,
} from "type-graphql";
import type { CreateCreditNoteOutcome } from "../billing/createCreditNote.js";
import type { MoneyBackCommand } from "../billing/moneyBack.js";
import type { RefundPurchaseOutcome } from "../billing/refundPurchase.js";
import type { Micros } from "../domain/amount.js";
import type * as domain from "../domain/creditNote.js";
import { badInput } from "../domain/errors.js";
import type { Instant } from "../domain/instant.js";
import * as billing from "./billingProblems.js";
import type { RequestContext } from "./context.js";
import { CreditNote, toCreditNote } from "./creditNote.js";
import { CreditSettlement, typename } from "./enums.js";
import { idempotencyKey, key, optionalText, pageSize, positive } from "./input.js";
import { Invoice, toInvoice } from "./invoice.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import * as problems from "./problems.js";
import { DecimalScalar } from "./scalars.js";
import { CreditGrant, toWallet, Wallet } from "./wallet.js";

@InputType()
class CreateCreditNoteInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID) invoiceId!: string;
  @Field(() => DecimalScalar, { nullable: true }) amount?: Micros | null;
  @Field(() => CreditSettlement) settlement!: domain.CreditSettlement;
  @Field(() => String, { nullable: true }) reason?: string | null;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class RefundPurchaseInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID) invoiceId!: string;
  @Field(() => DecimalScalar, { nullable: true }) amount?: Micros | null;
  @Field(() => CreditSettlement, { nullable: true, defaultValue: "REFUND" })
  settlement!: domain.CreditSettlement | null;
  @Field(() => String, { nullable: true }) reason?: string | null;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class CreditNoteCreated {
  @Field(() => CreditNote) creditNote!: CreditNote;
  @Field(() => Invoice) invoice!: Invoice;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class PurchaseRefunded {
  @Field(() => CreditNote) creditNote!: CreditNote;
  @Field(() => Invoice) invoice!: Invoice;
  @Field(() => CreditGrant) grant!: CreditGrant;
  @Field(() => Wallet) wallet!: Wallet;
  @Field(() => Boolean) replayed!: boolean;
}

const CreateCreditNoteResult = createUnionType({
  name: "CreateCreditNoteResult",
  types: () =>
    [
      CreditNoteCreated,
      problems.CustomerNotFound,
      billing.InvoiceNotFound,
      billing.InvoiceNotCreditable,
      billing.CreditExceedsInvoice,
      billing.PaymentDisputed,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const RefundPurchaseResult = createUnionType({
  name: "RefundPurchaseResult",
  types: () =>
    [
      PurchaseRefunded,
      problems.CustomerNotFound,
      billing.InvoiceNotFound,
      billing.InvoiceNotCreditable,
      billing.NothingToRefund,
      billing.CreditExceedsInvoice,
      billing.PaymentDisputed,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

function toCreateCreditNoteResult(outcome: CreateCreditNoteOutcome) {
  if (outcome.kind !== "creditNoteCreated") return billing.toBillingProblem(outcome);
  const { creditNote, invoice, replayed } = outcome;
  const made = { creditNote: toCreditNote(creditNote), invoice: toInvoice(invoice), replayed };
  return { __typename: "CreditNoteCreated" as const, ...made };
}

function toRefundPurchaseResult(outcome: RefundPurchaseOutcome) {
  if (outcome.kind !== "purchaseRefunded") return billing.toBillingProblem(outcome);
  const { creditNote, invoice, grant, wallet, replayed } = outcome;
  const made = { creditNote: toCreditNote(creditNote), invoice: toInvoice(invoice) };
  return { __typename: "PurchaseRefunded" as const, ...made, grant, wallet: toWallet(wallet), replayed };
}

function toCommand(input: CreateCreditNoteInput | RefundPurchaseInput): MoneyBackCommand {
  const { amount = null } = input;
  const settlement = input.settlement ?? "REFUND";
  if (settlement === "DISPUTE" || settlement === "INVOICE")
    throw badInput("input.settlement", `must be REFUND or BALANCE, got ${settlement}.`);
  return {
    customerId: key("input.customerId", input.customerId),
    invoiceId: key("input.invoiceId", input.invoiceId),
    amount: amount === null ? null : positive("input.amount", amount),
    settlement,
    reason: optionalText("input.reason", input.reason),
    idempotencyKey: idempotencyKey(input.idempotencyKey),
  };
}

const CreditNoteConnection = connectionOf("CreditNote", CreditNote);

@Resolver()
export class GiveBackResolver {
  @Query(() => CreditNoteConnection)
  async creditNotes(
    @Arg("customerId", () => ID) customerId: string,
    @Arg("first", () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() { services }: RequestContext,
  ) {
    const place = decodeCursor(after, [0, ""]);
    const page = await services.creditNotes({
      customerId: key("customerId", customerId),
      first: pageSize(first),
      after: place === null ? null : { createdAt: place[0] as Instant, id: String(place[1]) },
    });
    return connection(page, {
      node: toCreditNote,
      place: ({ createdAt, creditNoteId }) => [createdAt, creditNoteId],
      after,
    });
  }

  @Query(() => CreditNote, { nullable: true })
  async creditNote(
    @Arg("id", () => ID) id: string,
    @Ctx() { services }: RequestContext,
  ): Promise<CreditNote | null> {
    const note = await services.creditNote(key("id", id));
    return note === null ? null : toCreditNote(note);
  }

  @Mutation(() => CreateCreditNoteResult)
  async createCreditNote(
    @Arg("input", () => CreateCreditNoteInput) input: CreateCreditNoteInput,
    @Ctx() context: RequestContext,
  ) {
    return toCreateCreditNoteResult(await context.services.createCreditNote(toCommand(input)));
  }

  @Mutation(() => RefundPurchaseResult)
  async refundPurchase(
    @Arg("input", () => RefundPurchaseInput) input: RefundPurchaseInput,
    @Ctx() context: RequestContext,
  ) {
    return toRefundPurchaseResult(await context.services.refundPurchase(toCommand(input)));
  }
}
