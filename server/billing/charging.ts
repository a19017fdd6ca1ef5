import type { Clock } from "../domain/instant.js";
import { loadAccount } from "../ledger/load.js";
import type { Charge, ChargeResult, PaymentProvider, Prepared } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { PaymentRow } from "../storage/rows/billing.js";
import { findPaymentAccount, keepProviderCustomer } from "./paymentAccounts.js";

/** What is asked of the provider for a payment on record. */
export async function chargeFor(
  tx: Tx,
  { customerId, paymentId, amount, currency, providerReference: reference }: PaymentRow,
  { provider, description }: { provider: string; description: string },
): Promise<Charge> {
  const account = await findPaymentAccount(tx, { customerId, provider });
  return { paymentId, customerId, account, description, reference, total: { amount, currency } };
}

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly payments: PaymentProvider;
}

/**
 * Charges a payment, outside of any transaction. Its reference is on record before money can move: whoever asks again,
 * after whatever crash and however much later, asks about the same payment.
 */
export const makeCharge =
  (needs: Needs) =>
  async (charge: Charge): Promise<ChargeResult> => {
    const { payments, database } = needs;
    if (charge.reference !== null) return payments.charge({ ...charge, reference: charge.reference });
    const prepared = await payments.prepare(charge);
    if (prepared.status === "FAILED") return { ...prepared, reference: null };
    const reference = await database.transact((tx) => remember(tx, charge, { ...needs, prepared }));
    return payments.charge({ ...charge, reference });
  };

interface Memory extends Needs {
  readonly prepared: Extract<Prepared, { readonly status: "PREPARED" }>;
}

/** The reference that counts: the one on record, if somebody else was faster. */
async function remember(
  tx: Tx,
  { customerId, paymentId }: Charge,
  { prepared, payments, clock }: Memory,
): Promise<string> {
  // First, because it locks the customer: who comes second sees what the first one wrote.
  await loadAccount(tx, customerId, clock);
  const { providerCustomerId, reference } = prepared;
  if (providerCustomerId !== null)
    await keepProviderCustomer(
      tx,
      { customerId, provider: payments.name },
      { providerCustomerId, at: clock() },
    );
  const payment = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  if (payment.providerReference !== null) return payment.providerReference;
  await tx.manager.update(PaymentRow, { customerId, paymentId }, { providerReference: reference });
  return reference;
}
