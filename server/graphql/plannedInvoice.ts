import { Field, ObjectType } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import type * as domain from "../domain/invoice.js";
import { InvoiceKind } from "./enums.js";
import { InvoiceLine, toInvoiceLine } from "./invoice.js";
import { DecimalScalar } from "./scalars.js";
import { InvoiceTax } from "./tax.js";

@ObjectType()
export class PlannedInvoice {
  @Field(() => InvoiceKind) kind!: domain.InvoiceKind;
  @Field(() => String) currency!: string;
  @Field(() => [InvoiceLine]) lines!: readonly InvoiceLine[];
  @Field(() => DecimalScalar) subtotal!: Micros;
  @Field(() => [InvoiceTax]) taxes!: readonly InvoiceTax[];
  @Field(() => DecimalScalar) total!: Micros;
  @Field(() => DecimalScalar) creditApplied!: Micros;
  @Field(() => DecimalScalar) amountDue!: Micros;
}

export const toPlannedInvoice = (
  invoice: domain.InvoiceContent & Pick<domain.Invoice, "kind">,
): PlannedInvoice => ({ ...invoice, lines: invoice.lines.map(toInvoiceLine) });
