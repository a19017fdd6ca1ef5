import type { Instant } from "../domain/instant.js";
import type { Invoice, InvoiceContent } from "../domain/invoice.js";
import { usageFacts, usageLines } from "../domain/invoicing/usageLines.js";
import type { PeriodUsage } from "../domain/periodUsage.js";
import type { SubscribedPlan } from "../domain/subscription.js";
import type { Account } from "../ledger/load.js";
import type { Tx } from "../storage/database.js";
import { foresee, idOf, orderOf } from "./foresee.js";
import { composeFor } from "./issueInvoice.js";

/** The same invoices, those that are not final with what they come to by now. */
export async function withDraftContents(
  tx: Tx,
  account: Account,
  invoices: readonly Invoice[],
): Promise<Invoice[]> {
  const ends = invoices.flatMap(({ status, finalizesAt }) =>
    status === "DRAFT" && finalizesAt !== null ? [finalizesAt] : [],
  );
  if (ends.length === 0) return [...invoices];
  const foreseen = await foresee(tx, account, { until: Math.max(...ends) as Instant });
  const contents = new Map(foreseen.invoices.map(({ event, content }) => [idOf(event), content]));
  return invoices.map((invoice) =>
    invoice.status === "DRAFT" ? { ...invoice, ...contents.get(invoice.invoiceId) } : invoice,
  );
}

interface Used {
  readonly index: number;
  readonly at: Instant;
  readonly usage: readonly PeriodUsage[];
}

/** What a period's invoice comes to if this is all that it has used. */
export function usageInvoice(
  tx: Tx,
  subscribed: SubscribedPlan,
  { index, at, usage }: Used,
): Promise<InvoiceContent> {
  const lines = usageLines(usageFacts(subscribed, index, usage));
  return composeFor(tx, { ...orderOf({ kind: "finalize", subscribed, index }, lines), at });
}
