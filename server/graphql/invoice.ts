import { Arg, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from "type-graphql";
import type { Micros, Total } from "../domain/amount.js";
import { creditedBy } from "../domain/creditNote.js";
import type { Instant } from "../domain/instant.js";
import * as domain from "../domain/invoice.js";
import type { RequestContext } from "./context.js";
import { CreditNote, toCreditNote } from "./creditNote.js";
import { InvoiceKind, InvoiceLineKind, InvoiceStatus } from "./enums.js";
import { key, pageSize } from "./input.js";
import { linkTo } from "./links.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import { InvoiceParties } from "./parties.js";
import { Payment, toPayment } from "./payment.js";
import { BillingPeriod } from "./period.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";
import { InvoiceTax } from "./tax.js";

@ObjectType()
export class InvoiceLine {
  @Field(() => InvoiceLineKind) kind!: domain.InvoiceLineKind;
  @Field(() => String) description!: string;
  @Field(() => String, { nullable: true }) operation!: string | null;
  @Field(() => String, { nullable: true }) tier!: string | null;
  @Field(() => BillingPeriod, { nullable: true }) period!: BillingPeriod | null;
  @Field(() => DecimalScalar) quantity!: Total;
  @Field(() => DecimalScalar, { nullable: true }) unitPrice!: Micros | null;
  @Field(() => DecimalScalar) listAmount!: Micros;
  @Field(() => DecimalScalar) discount!: Micros;
  @Field(() => DecimalScalar) allowance!: Micros;
  @Field(() => DecimalScalar) prepaid!: Micros;
  @Field(() => DecimalScalar) net!: Micros;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) rounding!: Micros;
}

@ObjectType()
export class Invoice {
  @Field(() => ID) id!: string;
  @Field(() => ID) customerId!: string;
  @Field(() => String, { nullable: true }) number!: string | null;
  @Field(() => InvoiceKind) kind!: domain.InvoiceKind;
  @Field(() => InvoiceStatus) status!: domain.InvoiceStatus;
  @Field(() => String) currency!: string;
  @Field(() => BillingPeriod, { nullable: true }) period!: BillingPeriod | null;
  @Field(() => [InvoiceLine]) lines!: readonly InvoiceLine[];
  @Field(() => DecimalScalar) subtotal!: Micros;
  @Field(() => [InvoiceTax]) taxes!: readonly InvoiceTax[];
  @Field(() => DecimalScalar) total!: Micros;
  @Field(() => DecimalScalar) creditApplied!: Micros;
  @Field(() => DecimalScalar) amountDue!: Micros;
  @Field(() => DecimalScalar) setOff!: Micros;
  @Field(() => DecimalScalar) carriedOver!: Micros;
  @Field(() => InvoiceParties, { nullable: true }) parties!: InvoiceParties | null;
  @Field(() => String, { nullable: true }) notes!: string | null;
  @Field(() => DateTimeScalar) createdAt!: Instant;
  @Field(() => DateTimeScalar, { nullable: true }) finalizesAt!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) finalizedAt!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) paidAt!: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) voidedAt!: Instant | null;
  @Field(() => String, { nullable: true }) voidReason!: string | null;
  invoice!: domain.Invoice;
  isStored!: boolean;
}

export const toInvoiceLine = (line: domain.InvoiceLine): InvoiceLine => ({
  ...line,
  rounding: domain.roundedBy(line),
});

export const toInvoice = (invoice: domain.Invoice): Invoice => ({
  ...invoice,
  id: invoice.invoiceId,
  lines: invoice.lines.map(toInvoiceLine),
  invoice,
  isStored: true,
});

const InvoiceConnection = connectionOf("Invoice", Invoice);

@Resolver(() => Invoice)
export class InvoiceResolver {
  @Query(() => Invoice, { nullable: true })
  async invoice(
    @Arg("id", () => ID) id: string,
    @Ctx() { services }: RequestContext,
  ): Promise<Invoice | null> {
    const invoice = await services.invoice(key("id", id));
    return invoice === null ? null : toInvoice(invoice);
  }

  @Query(() => InvoiceConnection)
  async invoices(
    @Arg("customerId", () => ID) customerId: string,
    @Arg("first", () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg("after", () => String, { nullable: true }) after: string | null,
    @Ctx() { services }: RequestContext,
  ) {
    const place = decodeCursor(after, [0, ""]);
    const page = await services.invoices({
      customerId: key("customerId", customerId),
      first: pageSize(first),
      after: place === null ? null : { createdAt: place[0] as Instant, id: String(place[1]) },
    });
    return connection(page, {
      node: toInvoice,
      place: ({ createdAt, invoiceId }) => [createdAt, invoiceId],
      after,
    });
  }

  @Query(() => Invoice, { nullable: true })
  async upcomingInvoice(
    @Arg("customerId", () => ID) customerId: string,
    @Ctx() { services }: RequestContext,
  ): Promise<Invoice | null> {
    const invoice = await services.upcomingInvoice(key("customerId", customerId));
    return invoice === null ? null : { ...toInvoice(invoice), isStored: false };
  }

  @Query(() => [Invoice])
  async upcomingInvoices(
    @Arg("customerId", () => ID) customerId: string,
    @Ctx() { services }: RequestContext,
  ): Promise<Invoice[]> {
    const invoices = await services.upcomingInvoices(key("customerId", customerId));
    return invoices.map((invoice) => ({ ...toInvoice(invoice), isStored: false }));
  }

  @FieldResolver(() => String, { nullable: true })
  async htmlUrl(@Root() { id, isStored }: Invoice, @Ctx() context: RequestContext): Promise<string | null> {
    return isStored ? linkTo({ kind: "invoice", id }, "html", context) : null;
  }

  @FieldResolver(() => String, { nullable: true })
  async pdfUrl(@Root() { id, isStored }: Invoice, @Ctx() context: RequestContext): Promise<string | null> {
    return isStored ? linkTo({ kind: "invoice", id }, "pdf", context) : null;
  }

  @FieldResolver(() => [Payment])
  async payments(@Root() { invoice }: Invoice, @Ctx() { services }: RequestContext): Promise<Payment[]> {
    return (await services.paymentsOf(invoice)).map(toPayment);
  }

  @FieldResolver(() => DecimalScalar)
  async credited(@Root() { invoice }: Invoice, @Ctx() { services }: RequestContext): Promise<Micros> {
    return creditedBy(await services.creditNotesOf(invoice));
  }

  @FieldResolver(() => [CreditNote])
  async creditNotes(
    @Root() { invoice }: Invoice,
    @Ctx() { services }: RequestContext,
  ): Promise<CreditNote[]> {
    return (await services.creditNotesOf(invoice)).map(toCreditNote);
  }
}
