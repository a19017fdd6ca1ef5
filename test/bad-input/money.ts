import type { Expected } from "../harness/untouched.js";
import {
  badText,
  type Case,
  fault,
  half,
  inherited,
  long,
  nul,
  problem,
  spoiling,
  withProblems,
} from "./case.js";

/** Stands for the invoice that Ada's pack was paid by, whose id nobody knows beforehand. */
export const paidPurchase = "inv_of_the_paid_purchase";

const good = { customerId: "ada", invoiceId: paidPurchase, idempotencyKey: "next" };
const pay = spoiling(withProblems("mutation", "payInvoice", "PayInvoiceInput"), good);
const cancel = spoiling(withProblems("mutation", "voidInvoice", "VoidInvoiceInput"), good);
const refund = spoiling(withProblems("mutation", "refundPurchase", "RefundPurchaseInput"), good);
const credit = spoiling(withProblems("mutation", "createCreditNote", "CreateCreditNoteInput"), {
  ...good,
  settlement: "REFUND",
});

const customer = (says: string): Expected => fault("input.customerId", says);
const invoice = (says: string): Expected => fault("input.invoiceId", says);
const key = (says: string): Expected => fault("input.idempotencyKey", says);

/** What is wrong with any request about an invoice's money. */
const common = (name: string, asked: typeof pay): readonly Case[] => [
  asked(`${name}: an unknown customer`, { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", '"nobody"')),
  asked(`${name}: no customer`, { customerId: null }, customer("non-nullable")),
  asked(`${name}: an empty customer id`, { customerId: "" }, customer("must not be empty")),
  asked(`${name}: a long customer id`, { customerId: long }, customer("at most 255 characters, got 300")),
  asked(`${name}: NUL in the customer id`, { customerId: nul }, customer(badText)),
  ...["inv_0", ...inherited].map((invoiceId) =>
    asked(`${name}: the invoice ${invoiceId}`, { invoiceId }, problem("INVOICE_NOT_FOUND", `"${invoiceId}"`)),
  ),
  asked(
    `${name}: an invoice of somebody else`,
    { customerId: "bob" },
    problem("INVOICE_NOT_FOUND", /^The customer has no invoice "inv_\w+"\.$/),
  ),
  asked(`${name}: no invoice`, { invoiceId: undefined }, fault("input", /"invoiceId" of required type/)),
  asked(`${name}: an empty invoice id`, { invoiceId: "" }, invoice("must not be empty")),
  asked(`${name}: a long invoice id`, { invoiceId: long }, invoice("at most 255 characters, got 300")),
  asked(`${name}: half a surrogate in it`, { invoiceId: half }, invoice(badText)),
  asked(`${name}: a list of invoices`, { invoiceId: ["inv_0"] }, invoice("ID cannot represent")),
  asked(
    `${name}: no key`,
    { idempotencyKey: undefined },
    fault("input", /"idempotencyKey" of required type/),
  ),
  asked(`${name}: an empty key`, { idempotencyKey: "" }, key("must have 1 to 255 characters, got 0")),
  asked(`${name}: a long key`, { idempotencyKey: long }, key("must have 1 to 255 characters, got 300")),
  asked(`${name}: NUL in the key`, { idempotencyKey: nul }, key(badText)),
  asked(
    `${name}: a key that something else was done under`,
    { idempotencyKey: "first" },
    problem("IDEMPOTENCY_CONFLICT", "send a new key"),
  ),
  asked(
    `${name}: a field that does not exist`,
    { total: "1" },
    fault("input", '"total" is not defined by type'),
  ),
];

const reason = (says: string): Expected => fault("input.reason", says);
const reasons = (name: string, asked: typeof pay): readonly Case[] => [
  asked(`${name}: a long reason`, { reason: long }, reason("at most 255 characters, got 300")),
  asked(`${name}: NUL in the reason`, { reason: nul }, reason(badText)),
  asked(`${name}: a number for a reason`, { reason: 7 }, reason("non string value: 7")),
];

const amount = (says: string | RegExp): Expected => fault("input.amount", says);
const amounts = (name: string, asked: typeof pay): readonly Case[] => [
  asked(`${name}: nothing`, { amount: "0" }, amount("must be above 0, got 0")),
  asked(`${name}: less than nothing`, { amount: "-0.01" }, amount("must be above 0, got -0.01")),
  asked(`${name}: 7 decimals`, { amount: "1.0000001" }, amount("at most 6 decimals")),
  asked(`${name}: 40 digits`, { amount: "9".repeat(40) }, amount("at most 9007199254.740991")),
  asked(`${name}: some of it`, { amount: "some" }, amount('is written like "12.5"')),
  asked(`${name}: a float`, { amount: 1.5 }, amount("A Decimal is a string")),
  asked(`${name}: an empty amount`, { amount: "" }, amount("A Decimal")),
  asked(
    `${name}: to nowhere`,
    { settlement: "NOWHERE" },
    fault("input.settlement", '"NOWHERE" does not exist in "CreditSettlement"'),
  ),
  asked(
    `${name}: by a dispute`,
    { settlement: "DISPUTE" },
    fault("input.settlement", "must be REFUND or BALANCE, got DISPUTE"),
  ),
];

export const money: readonly Case[] = [
  ...common("payInvoice", pay),
  pay("payInvoice: one that is paid", {}, problem("INVOICE_NOT_PAYABLE", /^Invoice \S+ is paid: nothing/)),
  ...common("voidInvoice", cancel),
  ...reasons("voidInvoice", cancel),
  cancel(
    "voidInvoice: one that is paid",
    {},
    problem("INVOICE_NOT_VOIDABLE", "only one that is open or given up can be cancelled"),
  ),
  ...common("createCreditNote", credit),
  ...reasons("createCreditNote", credit),
  ...amounts("createCreditNote", credit),
  credit(
    "createCreditNote: no settlement",
    { settlement: undefined },
    fault("input", /"settlement" of required type/),
  ),
  credit("createCreditNote: a purchase", {}, problem("INVOICE_NOT_CREDITABLE", "by refundPurchase")),
  ...common("refundPurchase", refund),
  ...reasons("refundPurchase", refund),
  ...amounts("refundPurchase", refund),
  refund(
    "refundPurchase: half a cent",
    { amount: "1.005" },
    amount("must be a multiple of 0.01 USD, got 1.005"),
  ),
  refund(
    "refundPurchase: more than was paid",
    { amount: "10.01" },
    problem(
      "CREDIT_EXCEEDS_INVOICE",
      "Of this invoice 10 USD can still be given back in this way, not 10.01",
    ),
  ),
];
