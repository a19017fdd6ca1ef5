import type { Account } from "../ledger/load.js";
import type { ChargeResult } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import type { PaymentRow } from "../storage/rows/billing.js";
import { loadInvoice } from "./invoices.js";
import { type SettleNeeds, settlePayment } from "./settlePayment.js";
import { settlePurchase } from "./settlePurchase.js";

interface Learned extends SettleNeeds {
  readonly account: Account;
  readonly result: ChargeResult;
}

/** What is learned of a payment otherwise than by the answer to an attempt, whatever the payment is for. */
export async function settleAnswer(
  tx: Tx,
  payment: PaymentRow,
  { result, account, newId }: Learned,
): Promise<void> {
  const { kind } = await loadInvoice(tx, payment);
  if (kind === "PURCHASE") await settlePurchase(tx, payment, { result, account, newId });
  else await settlePayment(tx, payment, { result, account, newId, isPlanned: false });
}
