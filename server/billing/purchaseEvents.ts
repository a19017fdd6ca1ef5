import type { NewId } from "../domain/ids.js";
import type { ChargeResult } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { PurchaseRow } from "../storage/rows/billing.js";
import type { Appliers, Subject } from "./providerEvents.js";
import { settlePurchase } from "./settlePurchase.js";

/** What a provider's events mean for purchases: money that arrives delivers the credits, whoever learns of it first. */
export function purchaseAppliers(newId: NewId): Pick<Appliers, "paymentSucceeded" | "paymentFailed"> {
  return {
    paymentSucceeded: (tx, { reference }, subject) =>
      settle(tx, subject, { result: { status: "SUCCEEDED", reference }, newId }),
    paymentFailed: (tx, { reference, failure }, subject) =>
      settle(tx, subject, { result: { status: "FAILED", failure, reference }, newId }),
  };
}

async function settle(
  tx: Tx,
  { payment, account }: Subject,
  { result, newId }: { result: ChargeResult; newId: NewId },
): Promise<void> {
  const { customerId, invoiceId } = payment;
  const isForPurchase = await tx.manager.existsBy(PurchaseRow, { customerId, invoiceId });
  if (isForPurchase) await settlePurchase(tx, payment, { result, account, newId });
}
