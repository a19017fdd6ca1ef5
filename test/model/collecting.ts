import { type Bill, cent, owedOf } from "./money.js";
import { dayLong } from "./terms.js";

/** How invoices are paid, or are not: what the sandbox does follows from the cents. */

const retriedAfterDays = [1, 3, 5, 7];

/** Asks for what is due of an invoice: of the payment that waits for its customer, or of a new one. */
export function ask(bill: Bill, now: number): "SUCCEEDED" | "FAILED" | "ACTION_REQUIRED" {
  const waiting = bill.payments.find(({ status }) => status === "ACTION_REQUIRED");
  const amount = waiting?.amount ?? owedOf(bill);
  const cents = Math.floor((amount % (100 * cent)) / cent);
  const isHeldUp = cents === 2 && waiting?.approved !== true;
  const status = cents === 1 ? "FAILED" : isHeldUp ? "ACTION_REQUIRED" : "SUCCEEDED";
  if (waiting !== undefined) waiting.status = status;
  else bill.payments.push({ at: now, amount, status, approved: false });
  if (status === "SUCCEEDED") {
    bill.status = "PAID";
    bill.nextAttemptAt = null;
  }
  return status;
}

/** Does what the customer is asked for, if there is something. */
export function approve(bill: Bill): void {
  for (const payment of bill.payments) if (payment.status === "ACTION_REQUIRED") payment.approved = true;
}

/** What nobody owes any more is ended at the bank: the bill was voided, or nothing of it was left to pay. */
export function cancelWaiting({ status, payments }: Bill): void {
  if (status !== "VOID" && status !== "PAID") return;
  for (const payment of payments) if (payment.status === "ACTION_REQUIRED") payment.status = "FAILED";
}

export const isToCollect = ({ status, nextAttemptAt }: Bill, now: number): boolean =>
  status === "OPEN" && nextAttemptAt !== null && nextAttemptAt <= now;

/** An attempt by plan. After the last one that fails the invoice is given up, and the plan goes on. */
export function collect(bill: Bill, now: number): void {
  if (ask(bill, now) === "SUCCEEDED") return;
  const days = retriedAfterDays[bill.attempts];
  const before = bill.attempts === 0 ? 0 : (retriedAfterDays[bill.attempts - 1] ?? 0);
  bill.attempts += 1;
  if (days === undefined) {
    bill.nextAttemptAt = null;
    bill.status = "UNCOLLECTIBLE";
    return;
  }
  const first = Math.min(...bill.payments.map(({ at }) => at));
  const planned = first + days * dayLong;
  // Attempts that are late are not made up for all at once.
  bill.nextAttemptAt = planned > now ? planned : now + (days - before) * dayLong;
}
