import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
} from "type-graphql";
import type { PayInvoiceOutcome } from "../billing/payInvoice.js";
import type { VoidInvoiceOutcome } from "../billing/voidInvoice.js";
import * as billing from "./billingProblems.js";
import type { RequestContext } from "./context.js";
import { typename } from "./enums.js";
import { idempotencyKey, key, optionalText } from "./input.js";
import { Invoice, toInvoice } from "./invoice.js";
import * as problems from "./problems.js";

@InputType()
class PayInvoiceInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID) invoiceId!: string;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class VoidInvoiceInput {
  @Field(() => ID) customerId!: string;
  @Field(() => ID) invoiceId!: string;
  @Field(() => String, { nullable: true }) reason?: string | null;
  @Field(() => String) idempotencyKey!: string;
}

@ObjectType()
class InvoicePaid {
  @Field(() => Invoice) invoice!: Invoice;
  @Field(() => Boolean) replayed!: boolean;
}

@ObjectType()
class InvoiceVoided {
  @Field(() => Invoice) invoice!: Invoice;
  @Field(() => Boolean) replayed!: boolean;
}

const PayInvoiceResult = createUnionType({
  name: "PayInvoiceResult",
  types: () =>
    [
      InvoicePaid,
      billing.PaymentRequired,
      billing.PaymentFailed,
      problems.CustomerNotFound,
      billing.InvoiceNotFound,
      billing.InvoiceNotPayable,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

const VoidInvoiceResult = createUnionType({
  name: "VoidInvoiceResult",
  types: () =>
    [
      InvoiceVoided,
      problems.CustomerNotFound,
      billing.InvoiceNotFound,
      billing.InvoiceNotVoidable,
      problems.IdempotencyConflict,
    ] as const,
  resolveType: typename,
});

function toPayInvoiceResult(outcome: PayInvoiceOutcome) {
  if (outcome.kind !== "invoicePaid") return billing.toBillingProblem(outcome);
  const { invoice, replayed } = outcome;
  return { __typename: "InvoicePaid" as const, invoice: toInvoice(invoice), replayed };
}

function toVoidInvoiceResult(outcome: VoidInvoiceOutcome) {
  if (outcome.kind !== "invoiceVoided") return billing.toBillingProblem(outcome);
  const { invoice, replayed } = outcome;
  return { __typename: "InvoiceVoided" as const, invoice: toInvoice(invoice), replayed };
}

const invoiceKey = (input: { customerId: string; invoiceId: string; idempotencyKey: string }) => ({
  customerId: key("input.customerId", input.customerId),
  invoiceId: key("input.invoiceId", input.invoiceId),
  idempotencyKey: idempotencyKey(input.idempotencyKey),
});

@Resolver()
export class CollectionResolver {
  @Mutation(() => PayInvoiceResult)
  async payInvoice(
    @Arg("input", () => PayInvoiceInput) input: PayInvoiceInput,
    @Ctx() context: RequestContext,
  ) {
    return toPayInvoiceResult(await context.services.payInvoice(invoiceKey(input)));
  }

  @Mutation(() => VoidInvoiceResult)
  async voidInvoice(
    @Arg("input", () => VoidInvoiceInput) input: VoidInvoiceInput,
    @Ctx() context: RequestContext,
  ) {
    const reason = optionalText("input.reason", input.reason);
    return toVoidInvoiceResult(await context.services.voidInvoice({ ...invoiceKey(input), reason }));
  }
}
