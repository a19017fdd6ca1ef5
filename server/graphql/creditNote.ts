import { Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import * as domain from "../domain/creditNote.js";
import type { Instant } from "../domain/instant.js";
import type { RequestContext } from "./context.js";
import { CreditSettlement } from "./enums.js";
import { linkTo } from "./links.js";
import { Refund, toRefund } from "./payment.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";
import { InvoiceTax } from "./tax.js";

@ObjectType()
export class CreditNote {
  @Field(() => ID) id!: string;
  @Field(() => ID) customerId!: string;
  @Field(() => ID) invoiceId!: string;
  @Field(() => String) invoiceNumber!: string;
  @Field(() => DateTimeScalar) invoiceFinalizedAt!: Instant;
  @Field(() => String) number!: string;
  @Field(() => DecimalScalar) subtotal!: Micros;
  @Field(() => [InvoiceTax]) taxes!: readonly InvoiceTax[];
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => String) currency!: string;
  @Field(() => CreditSettlement) settlement!: domain.CreditSettlement;
  @Field(() => String, { nullable: true }) reason!: string | null;
  @Field(() => DecimalScalar) voided!: Micros;
  @Field(() => DecimalScalar) clawback!: Micros;
  @Field(() => DateTimeScalar) createdAt!: Instant;
}

export const toCreditNote = (note: domain.CreditNote): CreditNote => ({
  ...note,
  id: note.creditNoteId,
  subtotal: domain.subtotalOf(note),
});

@Resolver(() => CreditNote)
export class CreditNoteResolver {
  @FieldResolver(() => [Refund])
  async refunds(
    @Root() { id: creditNoteId, customerId }: CreditNote,
    @Ctx() { services }: RequestContext,
  ): Promise<Refund[]> {
    return (await services.refundsOf({ customerId, creditNoteId })).map(toRefund);
  }

  @FieldResolver(() => String)
  htmlUrl(@Root() { id }: CreditNote, @Ctx() context: RequestContext): Promise<string> {
    return linkTo({ kind: "credit note", id }, "html", context);
  }

  @FieldResolver(() => String)
  pdfUrl(@Root() { id }: CreditNote, @Ctx() context: RequestContext): Promise<string> {
    return linkTo({ kind: "credit note", id }, "pdf", context);
  }
}
