import { Field, ID, ObjectType } from "type-graphql";
import type * as delivery from "../billing/delivery.js";
import { formatAmount, type Micros } from "../domain/amount.js";
import type * as invoices from "../domain/invoice.js";
import type { Payment as DomainPayment } from "../domain/purchase.js";
import type * as refusal from "../domain/refusal.js";
import { InvoiceKind, InvoiceStatus, ProblemCode } from "./enums.js";
import { Invoice, toInvoice } from "./invoice.js";
import { Dispute, Payment, toDispute, toPayment } from "./payment.js";
import { Problem, type Refusal, shown, toProblem } from "./problems.js";
import { DecimalScalar } from "./scalars.js";
import { CreditGrant, toWallet, Wallet } from "./wallet.js";

@ObjectType()
class DeliveredCredits {
  @Field(() => CreditGrant) grant!: CreditGrant;
  @Field(() => Wallet) wallet!: Wallet;
}

@ObjectType({ implements: Problem })
export class PaymentRequired extends Problem {
  @Field(() => Invoice) invoice!: Invoice;
  @Field(() => Payment) payment!: Payment;
  @Field(() => DeliveredCredits, { nullable: true }) delivered!: DeliveredCredits | null;
}

@ObjectType({ implements: Problem })
export class PaymentFailed extends Problem {
  @Field(() => Invoice) invoice!: Invoice;
  @Field(() => Payment) payment!: Payment;
}

@ObjectType({ implements: Problem })
export class InvoiceNotFound extends Problem {
  @Field(() => ID) invoiceId!: string;
}

@ObjectType({ implements: Problem })
export class InvoiceNotPayable extends Problem {
  @Field(() => InvoiceStatus) status!: invoices.InvoiceStatus;
}

@ObjectType({ implements: Problem })
export class InvoiceNotVoidable extends Problem {
  @Field(() => InvoiceStatus) status!: invoices.InvoiceStatus;
}

@ObjectType({ implements: Problem })
export class InvoiceNotCreditable extends Problem {
  @Field(() => InvoiceKind) kind!: invoices.InvoiceKind;
  @Field(() => InvoiceStatus) status!: invoices.InvoiceStatus;
}

@ObjectType({ implements: Problem })
export class CreditExceedsInvoice extends Problem {
  @Field(() => DecimalScalar) creditable!: Micros;
}

@ObjectType({ implements: Problem })
export class NothingToRefund extends Problem {
  @Field(() => DecimalScalar) creditable!: Micros;
}

@ObjectType({ implements: Problem })
export class PaymentDisputed extends Problem {
  @Field(() => Dispute) dispute!: Dispute;
}

interface Unpaid {
  readonly kind: "paymentRequired" | "paymentFailed";
  readonly invoice: invoices.Invoice;
  readonly payment: DomainPayment;
  /** Of purchases only. */
  readonly delivered?: delivery.DeliveredCredits | null;
}

type BillingRefusal =
  | Unpaid
  | refusal.InvoiceNotFound
  | refusal.InvoiceNotPayable
  | refusal.InvoiceNotVoidable
  | refusal.InvoiceNotCreditable
  | refusal.CreditExceedsInvoice
  | refusal.NothingToRefund
  | refusal.PaymentDisputed;

const named = ({ number, invoiceId }: invoices.Invoice): string => number ?? invoiceId;

const standing: Record<invoices.InvoiceStatus, string> = {
  DRAFT: "is a draft, which becomes what its period comes to",
  OPEN: "is open",
  PAID: "is paid",
  VOID: "is cancelled",
  UNCOLLECTIBLE: "is given up",
};

const toDelivered = ({ grant, wallet }: delivery.DeliveredCredits): DeliveredCredits => ({
  grant,
  wallet: toWallet(wallet),
});

function whyUnpaid({ payment: { actionUrl }, delivered }: Omit<Unpaid, "kind">): string {
  const next =
    actionUrl === null
      ? "The payment is under way; send the same call again to learn how it has ended."
      : `The customer has to complete the payment at ${actionUrl}; then send the same call again.`;
  return delivered ? `${next} Its credits can be used already, and are withdrawn should it fail.` : next;
}

const toUnpaid = ({ kind, delivered = null, ...unpaid }: Unpaid) => {
  const facts = { invoice: toInvoice(unpaid.invoice), payment: toPayment(unpaid.payment) };
  return kind === "paymentRequired"
    ? {
        __typename: "PaymentRequired" as const,
        code: ProblemCode.PAYMENT_REQUIRED,
        message: whyUnpaid({ ...unpaid, delivered }),
        ...facts,
        delivered: delivered && toDelivered(delivered),
      }
    : {
        __typename: "PaymentFailed" as const,
        code: ProblemCode.PAYMENT_FAILED,
        message: `The payment was declined: ${unpaid.payment.failure}`,
        ...facts,
      };
};

const toInvoiceNotPayable = ({ invoice }: refusal.InvoiceNotPayable) => ({
  __typename: "InvoiceNotPayable" as const,
  code: ProblemCode.INVOICE_NOT_PAYABLE,
  message:
    invoice.status === "OPEN" && invoice.kind === "PURCHASE"
      ? `Invoice ${named(invoice)} is of a purchase: send the purchase again with its key to pay it.`
      : `Invoice ${named(invoice)} ${standing[invoice.status]}: nothing of it can be collected.`,
  status: invoice.status,
});

const toInvoiceNotVoidable = ({ invoice }: refusal.InvoiceNotVoidable) => ({
  __typename: "InvoiceNotVoidable" as const,
  code: ProblemCode.INVOICE_NOT_VOIDABLE,
  message: `Invoice ${named(invoice)} ${standing[invoice.status]}: only one that is open or given up can be cancelled.`,
  status: invoice.status,
});

const creditedOtherwise = ({ status, kind }: invoices.Invoice): string => {
  if (status !== "PAID") return "only what is paid can be given back";
  return kind === "PURCHASE" ? "give it back by refundPurchase" : "give it back by createCreditNote";
};

const toInvoiceNotCreditable = ({ invoice }: refusal.InvoiceNotCreditable) => ({
  __typename: "InvoiceNotCreditable" as const,
  code: ProblemCode.INVOICE_NOT_CREDITABLE,
  message: `Invoice ${named(invoice)} (${invoice.kind}) ${standing[invoice.status]}: ${creditedOtherwise(invoice)}.`,
  kind: invoice.kind,
  status: invoice.status,
});

const toCreditExceedsInvoice = ({ amount, creditable, currency }: refusal.CreditExceedsInvoice) => ({
  __typename: "CreditExceedsInvoice" as const,
  code: ProblemCode.CREDIT_EXCEEDS_INVOICE,
  message: `Of this invoice ${formatAmount(creditable)} ${currency} can still be given back in this way${
    amount === null ? "" : `, not ${formatAmount(amount)}`
  }.`,
  creditable,
});

const toNothingToRefund = ({ creditable, currency }: refusal.NothingToRefund) => ({
  __typename: "NothingToRefund" as const,
  code: ProblemCode.NOTHING_TO_REFUND,
  message: `No credits of this purchase are unused; name an amount, up to ${formatAmount(creditable)} ${currency}, to give money back nevertheless.`,
  creditable,
});

const toPaymentDisputed = ({ dispute }: refusal.PaymentDisputed) => ({
  __typename: "PaymentDisputed" as const,
  code: ProblemCode.PAYMENT_DISPUTED,
  message: `The payment is disputed (${dispute.disputeId}): the bank decides who gets its money.`,
  dispute: toDispute(dispute),
});

/** As `toProblem`, for what can be wrong with an invoice and its money too. */
export function toBillingProblem(problem: BillingRefusal | Refusal) {
  switch (problem.kind) {
    case "paymentRequired":
    case "paymentFailed":
      return toUnpaid(problem);
    case "invoiceNotFound":
      return {
        __typename: "InvoiceNotFound" as const,
        code: ProblemCode.INVOICE_NOT_FOUND,
        message: `The customer has no invoice ${shown(problem.invoiceId)}.`,
        invoiceId: problem.invoiceId,
      };
    case "invoiceNotPayable":
      return toInvoiceNotPayable(problem);
    case "invoiceNotVoidable":
      return toInvoiceNotVoidable(problem);
    case "invoiceNotCreditable":
      return toInvoiceNotCreditable(problem);
    case "creditExceedsInvoice":
      return toCreditExceedsInvoice(problem);
    case "nothingToRefund":
      return toNothingToRefund(problem);
    case "paymentDisputed":
      return toPaymentDisputed(problem);
    default:
      return toProblem(problem);
  }
}
