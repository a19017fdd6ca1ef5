import { least, type Micros, negate, subtract, sum, zero } from "../domain/amount.js";
import { creditedBy } from "../domain/creditNote.js";
import { toMinorUnit } from "../domain/currency.js";
import { type Leaving, paidPart, unusedReservedLines, unusedTimeLine } from "../domain/fees.js";
import { periodInvoiceId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { type Invoice, type InvoiceLine, leftToPay } from "../domain/invoice.js";
import { fractionOf } from "../domain/invoicing/fraction.js";
import type { SupplyPolicy, UnusedTime } from "../domain/planChange.js";
import { ratio, times } from "../domain/price/ratio.js";
import { periodIndexAt, type SubscribedPlan } from "../domain/subscription.js";
import type { Tx } from "../storage/database.js";
import { creditNotesOf } from "./creditNotes.js";
import { openDisputeOf } from "./disputeRows.js";
import { findInvoice } from "./invoices.js";

interface Left {
  readonly from: Instant;
  readonly policy: SupplyPolicy;
}

/**
 * What leaving a period early gives back: a share of what the customer was charged for it in advance, after coupons and
 * credit notes. Null where nothing was, be it that the period has no invoice, or that this is void or given up; and
 * while its bank decides whether to give it back.
 */
export async function unusedTime(
  tx: Tx,
  subscribed: SubscribedPlan,
  { from, policy }: Left,
): Promise<UnusedTime | null> {
  const { customerId, id } = subscribed.subscription;
  const index = periodIndexAt(subscribed, from);
  const invoiceId = periodInvoiceId("SUBSCRIPTION", id, index);
  const invoice = await findInvoice(tx, { customerId, invoiceId });
  if (invoice === null || (invoice.status !== "OPEN" && invoice.status !== "PAID")) return null;
  if ((await openDisputeOf(tx, invoice)) !== null) return null;
  const credited = creditedBy(await creditNotesOf(tx, invoice));
  const leaving = { subscribed, index, from, paid: paidPart({ ...invoice, credited }) };
  const used = policy === "PRORATE" ? await usedQuantities(tx, leaving) : null;
  return givenBackOf(invoice, leaving, used);
}

/** Of an invoice that is not paid, as much as it asks for comes off it; the rest its customer's credit has paid. */
function givenBackOf(
  invoice: Invoice,
  leaving: Required<Leaving>,
  used: ReadonlyMap<string, Micros> | null,
): UnusedTime | null {
  const { invoiceId, currency, subtotal, total, status } = invoice;
  const lines = linesOf(leaving, used);
  const net = negate(sum(lines.map((line) => line.net)));
  if (net === zero) return null;
  if (status === "PAID") return { invoiceId, lines, setOff: { amount: zero, currency } };
  const gross = toMinorUnit(fractionOf(net, ratio(BigInt(total), BigInt(subtotal))), currency);
  const setOff = least(gross, leftToPay(invoice));
  const rest = ratio(BigInt(subtract(gross, setOff)), BigInt(gross));
  const paid = times(leaving.paid, rest);
  return {
    invoiceId,
    lines: setOff === gross ? [] : linesOf({ ...leaving, paid }, used),
    setOff: { amount: setOff, currency },
  };
}

/** Without a count of what was used, what is reserved goes like the supply. */
function linesOf(leaving: Leaving, used: ReadonlyMap<string, Micros> | null): InvoiceLine[] {
  const fee = unusedTimeLine(leaving);
  const lines = [
    ...(fee === null ? [] : [fee]),
    ...(used === null ? [] : unusedReservedLines(leaving, used)),
  ];
  return lines.filter(({ net }) => net !== zero);
}

/** By operation, of those that are counted: calls, and what is held for calls to come. */
async function usedQuantities(tx: Tx, { subscribed, index }: Leaving): Promise<Map<string, Micros>> {
  const { customerId, id } = subscribed.subscription;
  const rows = await tx.query<{ operation: string; quantity: Micros }>(
    `SELECT operation, SUM(quantity) AS quantity FROM (
       SELECT operation, quantity FROM usage_counters
       WHERE customer_id = $1 AND subscription_id = $2 AND period_index = $3
       UNION ALL
       SELECT operation, quantity FROM holds WHERE customer_id = $1 AND unit = $4 AND status = 'ACTIVE') AS used
     GROUP BY operation`,
    [customerId, id, index, subscribed.plan.unit],
  );
  return new Map(rows.map(({ operation, quantity }) => [operation, quantity]));
}
