import type { Clock, Instant } from "../domain/instant.js";
import type { CustomerNotFound } from "../domain/refusal.js";
import { loadAccount } from "../ledger/load.js";
import type { PaymentAccount, PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { PaymentAccountRow } from "../storage/rows/billing.js";
import { CustomerRow } from "../storage/rows/customers.js";
import { writeRows } from "../storage/write.js";

/** Whose account, at which provider. */
interface AccountKey {
  readonly customerId: string;
  readonly provider: string;
}

export async function findPaymentAccount(tx: Tx, key: AccountKey): Promise<PaymentAccount | null> {
  const { customerId, provider } = key;
  const row = await tx.manager.findOneBy(PaymentAccountRow, { customerId, provider });
  if (row === null) return null;
  const { providerCustomerId, paymentMethodId } = row;
  return { providerCustomerId, paymentMethodId };
}

/** Notes whom the provider takes a customer to be, unless that is known. The customer must be locked. */
export async function keepProviderCustomer(
  tx: Tx,
  key: AccountKey,
  { providerCustomerId, at }: { providerCustomerId: string; at: Instant },
): Promise<void> {
  if ((await findPaymentAccount(tx, key)) !== null) return;
  await writeRows(tx, PaymentAccountRow, [
    { ...key, providerCustomerId, paymentMethodId: null, savedAt: at },
  ]);
}

/** The method saved last is the one that is charged, in whatever order it is told. The customer must be locked. */
export async function savePaymentMethod(
  tx: Tx,
  key: AccountKey,
  { account, at }: { account: PaymentAccount; at: Instant },
): Promise<void> {
  const { customerId, provider } = key;
  const known = await tx.manager.findOneBy(PaymentAccountRow, { customerId, provider });
  if (known !== null && known.paymentMethodId !== null && known.savedAt > at) return;
  await writeRows(tx, PaymentAccountRow, [{ ...key, ...account, savedAt: at }], { replace: true });
}

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly payments: PaymentProvider;
}

export type SetUpPaymentOutcome = { readonly kind: "paymentSetup"; readonly url: string } | CustomerNotFound;

/** Where a customer saves a payment method; that it is saved, the provider tells later. */
export const makeSetUpPayment =
  ({ database, clock, payments }: Needs) =>
  async ({ customerId }: { customerId: string }): Promise<SetUpPaymentOutcome> => {
    const key = { customerId, provider: payments.name };
    const customer = await database.read(async (tx) => {
      const row = await tx.manager.findOneBy(CustomerRow, { customerId });
      return row && { ...row, account: await findPaymentAccount(tx, key) };
    });
    if (customer === null) return { kind: "customerNotFound", customerId };
    const { name, email, account } = customer;
    const { setupUrl, providerCustomerId } = await payments.setUp({ customerId, name, email, account });
    await database.transact(async (tx) => {
      // First, because it locks the customer.
      await loadAccount(tx, customerId, clock);
      await keepProviderCustomer(tx, key, { providerCustomerId, at: clock() });
    });
    return { kind: "paymentSetup", url: setupUrl };
  };
