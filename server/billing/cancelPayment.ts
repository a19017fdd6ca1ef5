import { askAgainAt } from "../domain/asking.js";
import type { NewId } from "../domain/ids.js";
import type { Clock } from "../domain/instant.js";
import { isOpen } from "../domain/purchase.js";
import { loadAccount } from "../ledger/load.js";
import type { Cancellation, PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { PaymentRow } from "../storage/rows/billing.js";
import type { PaymentKey } from "./payments.js";
import { settleAnswer } from "./settleAnswer.js";

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly payments: PaymentProvider;
}

/**
 * Ends a payment at the provider that nobody owes any more, as well as that can be done: what is under way between
 * banks goes on, is asked after, and is paid back should it arrive.
 */
export const makeCancelPayment = (needs: Needs) => {
  const { database, payments } = needs;
  return async (key: PaymentKey): Promise<void> => {
    const cancellation = await database.transact((tx) => begin(tx, key, needs));
    if (cancellation === null) return;
    const result = await payments.cancel(cancellation);
    await database.transact(async (tx) => {
      // First, because it locks the customer: a message of the provider may have been here before.
      const account = await loadAccount(tx, key.customerId, needs.clock);
      const payment = await tx.manager.findOneByOrFail(PaymentRow, key);
      if (account !== null) await settleAnswer(tx, payment, { ...needs, account, result });
    });
  };
};

async function begin(tx: Tx, key: PaymentKey, { clock, newId }: Needs): Promise<Cancellation | null> {
  const { customerId, paymentId } = key;
  // First, because it locks the customer: who comes second finds it taken.
  const account = await loadAccount(tx, customerId, clock);
  const payment = await tx.manager.findOneBy(PaymentRow, { customerId, paymentId });
  if (account === null || payment === null || payment.cancelAt === null || payment.cancelAt > account.now)
    return null;
  const { status, createdAt, providerReference: reference } = payment;
  const isEnded = !isOpen(status);
  const cancelAt = isEnded ? null : askAgainAt(createdAt, account.now);
  await tx.manager.update(PaymentRow, { customerId, paymentId }, { cancelAt });
  if (isEnded) return null;
  if (reference !== null) return { paymentId, reference };
  // Nobody has been asked for the money, and nobody will be.
  const result = { status: "FAILED", failure: "The payment was cancelled.", reference } as const;
  await settleAnswer(tx, payment, { newId, account, result });
  return null;
}
