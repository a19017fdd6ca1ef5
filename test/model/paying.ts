import { command, refused } from "./changes.js";
import { approve, ask } from "./collecting.js";
import { putBack } from "./coupons.js";
import { checkKey, inputOf, spend, timeOf, type World } from "./model.js";
import { type Bill, billNamed, dueOf, showBill } from "./money.js";
import { visit } from "./timeline.js";
import type { Answer, SentOf } from "./world.js";

/** Pays at somebody's wish what is otherwise collected by plan. The key is free again after a decline. */
export function payInvoice(world: World, sent: SentOf<"payInvoice">): Answer {
  const { invoice, customer: id } = sent;
  const known = checkKey(world, sent);
  const customer = world.customers.find((one) => one.id === id);
  const wanted = billNamed(world, id, invoice);
  if (sent.approved && wanted !== undefined) approve(wanted);
  if (customer !== undefined) visit(world, customer);
  if (known !== null && "kind" in known) return known;
  if (customer === undefined) return { kind: "customerNotFound", customerId: id };
  const bill = billNamed(world, id, invoice);
  if (bill === undefined) return { kind: "invoiceNotFound", invoice };
  if (known !== null && bill.status === "PAID")
    return { kind: "invoicePaid", replayed: true, invoice: showBill(bill) };
  const isOwed = bill.status === "OPEN" || bill.status === "UNCOLLECTIBLE";
  if (bill.kind === "PURCHASE" || !isOwed || dueOf(bill) <= 0)
    return { kind: "invoiceNotPayable", invoice: showBill(bill) };
  const now = timeOf(world, customer);
  const status = ask(bill, now);
  if (status === "FAILED") {
    free(world, sent);
    return { kind: "paymentFailed", invoice: showBill(bill) };
  }
  if (known === null) spend(world, sent, { result: bill.name, unit: "", at: now });
  return status === "SUCCEEDED"
    ? { kind: "invoicePaid", replayed: false, invoice: showBill(bill) }
    : { kind: "paymentRequired", invoice: showBill(bill) };
}

function free({ kept }: World, sent: SentOf<"payInvoice">): void {
  const at = kept.findIndex((one) => one.key === sent.key && one.input === inputOf(sent));
  if (at !== -1) kept.splice(at, 1);
}

/** Nobody owes an invoice any more; what the balance has paid of it is back there. */
export function voidInvoice(world: World, sent: SentOf<"voidInvoice">): Answer {
  const kind = "invoiceVoided";
  const billOf = (name: string): Bill | undefined => billNamed(world, sent.customer, name);
  return command(world, sent, {
    act: () => {
      const bill = billOf(sent.invoice);
      if (bill === undefined) return refused({ kind: "invoiceNotFound", invoice: sent.invoice });
      if (bill.status !== "OPEN" && bill.status !== "UNCOLLECTIBLE")
        return refused({ kind: "invoiceNotVoidable", invoice: showBill(bill) });
      bill.status = "VOID";
      const paidFor = bill.unusedOf && billNamed(world, sent.customer, bill.unusedOf.bill);
      if (bill.unusedOf !== null && paidFor != null) paidFor.unused -= bill.unusedOf.amount;
      putBack(world, sent.customer, bill.name);
      bill.nextAttemptAt = null;
      return { answer: { kind, invoice: showBill(bill) }, result: bill.name };
    },
    again: (_, name) => {
      const bill = billOf(name);
      return { kind, invoice: bill && showBill(bill) };
    },
  });
}
