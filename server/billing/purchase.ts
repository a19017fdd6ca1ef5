import type { NewId } from "../domain/ids.js";
import type { Clock } from "../domain/instant.js";
import type { CustomerNotFound, IdempotencyConflict, PackNotAvailable } from "../domain/refusal.js";
import { keyedInput } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import type { PurchaseRow } from "../storage/rows/billing.js";
import { makeCharge } from "./charging.js";
import { type Attempt, beginPurchase } from "./purchaseAttempt.js";
import { replayPurchase, type Settled, settlePurchase } from "./settlePurchase.js";

export interface PurchaseCommand {
  readonly customerId: string;
  readonly creditPack: string;
  readonly quantity: number;
  readonly idempotencyKey: string;
}

export type PurchaseOutcome = Settled | PackNotAvailable | CustomerNotFound | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly present: Present;
  readonly newId: NewId;
  readonly payments: PaymentProvider;
}

/**
 * Two transactions around one charge: no money is asked for that is not on record, and none that arrives is lost. A
 * crash between them leaves a pending payment, which the same key takes up again under the same payment id, and which
 * the provider's own message concludes if it comes first.
 */
export const makePurchase = (needs: Needs) => {
  const { database, present, newId, payments } = needs;
  const finish = makeFinishPurchase(needs);
  return async (command: PurchaseCommand): Promise<PurchaseOutcome> => {
    const keyed = keyedInput("purchase", command);
    const begun = await database.transact((tx) =>
      beginPurchase(tx, command, { keyed, present, newId, provider: payments.name }),
    );
    if (begun.kind === "replay")
      return database.transact(async (tx) =>
        replayPurchase(tx, begun.purchase, await accountOf(tx, begun.purchase, present)),
      );
    return begun.kind === "attempt" ? finish(begun) : begun;
  };
};

/** The second half: charges what is on record, and concludes the purchase by the answer. */
export const makeFinishPurchase = (needs: Needs) => {
  const { database, present, newId } = needs;
  const charge = makeCharge(needs);
  return async (attempt: Attempt): Promise<PurchaseOutcome> => {
    const result = await charge(attempt.charge);
    return database.transact(async (tx) => {
      // First, because it locks the customer: who concludes second sees what the first one did.
      const account = await accountOf(tx, attempt.purchase, present);
      return settlePurchase(tx, attempt.payment, { result, account, newId });
    });
  };
};

async function accountOf(tx: Tx, { customerId }: PurchaseRow, present: Present): Promise<Account> {
  const account = await presentAccount(tx, customerId, present);
  if (account === null) throw new Error(`Customer ${customerId} of a purchase is missing.`);
  return account;
}
