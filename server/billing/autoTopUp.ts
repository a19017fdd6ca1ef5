import {
  type AutoTopUp,
  begunTopUp,
  decideTopUp,
  resumedTopUp,
  unansweredTopUp,
  usable,
} from "../domain/autoTopUp.js";
import type { NewId } from "../domain/ids.js";
import type { Clock, Instant } from "../domain/instant.js";
import { keyedInput } from "../ledger/idempotency.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { loadOfferedPacks } from "../ledger/packs.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { PurchaseRow } from "../storage/rows/billing.js";
import { makeFinishPurchase, type PurchaseCommand } from "./purchase.js";
import { type Attempt, beginPurchase } from "./purchaseAttempt.js";
import { concludeTopUp, findTopUp, purchaseState, saveTopUp, settleTopUp, type TopUpKey } from "./topUps.js";

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly payments: PaymentProvider;
}

/** Purchases one after the other, when each is too small to reach the threshold; the rest is left to the next time. */
const purchasesMax = 10;

/**
 * Does what is due of a top-up: buys, asks after what was bought, or finds that there is nothing to do any more. As
 * with every purchase there are two transactions around one charge, and the first one takes the attempt: whoever comes
 * second finds it taken, and whoever comes after a crash takes up the same payment.
 */
export const makeTopUp = (needs: Needs) => {
  const finish = makeFinishPurchase(needs);
  return async (key: TopUpKey): Promise<void> => {
    for (let count = 0; count < purchasesMax; count += 1) {
      const begun = await needs.database.transact((tx) => begin(tx, key, needs));
      if (begun === null) return;
      if (begun.attempt !== null)
        await finish(begun.attempt).catch(async (error: unknown) => {
          // Should even this fail, the attempt's lease ends by itself.
          await needs.database.transact((tx) => askAgainSoon(tx, key, needs)).catch(() => undefined);
          throw error;
        });
      const topUp = await needs.database.read((tx) => findTopUp(tx, key));
      if (topUp?.status !== "DUE") return;
    }
  };
};

interface Begun {
  /** Null: there is nothing to charge. */
  readonly attempt: Attempt | null;
}

/** Null when nothing is due. */
async function begin(tx: Tx, key: TopUpKey, needs: Needs): Promise<Begun | null> {
  // First, because it locks the customer: who comes second finds the attempt taken.
  const account = await presentAccount(tx, key.customerId, needs.present);
  const topUp = await findTopUp(tx, key);
  if (account === null || topUp === null || !isDue(topUp, account.now)) return null;
  const attempt = await (topUp.status === "BUYING" ? resume : buy)(tx, topUp, { ...needs, account });
  return { attempt };
}

const isDue = ({ nextAttemptAt }: AutoTopUp, now: Instant): boolean =>
  nextAttemptAt !== null && nextAttemptAt <= now;

interface Context extends Needs {
  readonly account: Account;
}

async function buy(tx: Tx, topUp: AutoTopUp, context: Context): Promise<Attempt | null> {
  const { account, newId } = context;
  const { customerId, now } = account;
  const wallet = await loadWallet(tx, account, topUp.unit);
  const offered = await loadOfferedPacks(tx, account.current?.plan ?? null);
  const pack = offered.find(({ key }) => key === topUp.creditPack) ?? null;
  const decision = decideTopUp(topUp, { pack, available: usable(wallet), now });
  if (decision.kind === "rest") {
    await concludeTopUp(tx, decision.topUp, { wallet, now });
    return null;
  }
  const { quantity, amount } = decision;
  // Nobody can have used it before, since nobody has known it.
  const idempotencyKey = `auto-top-up/${newId("purchase")}`;
  const attempt = await attemptOn(
    tx,
    { customerId, creditPack: topUp.creditPack, quantity, idempotencyKey },
    context,
  );
  const { invoiceId } = attempt.purchase;
  // Read again: a pack that is ON_PURCHASE is in it by now.
  const after = await loadWallet(tx, account, topUp.unit);
  await saveTopUp(tx, begunTopUp(topUp, { invoiceId, amount, now }), { wallet: after, now });
  return attempt;
}

/** Whoever made the attempt has not come back, or the provider or the customer takes time. */
async function resume(tx: Tx, topUp: AutoTopUp, context: Context): Promise<Attempt | null> {
  const { account } = context;
  const { customerId, now } = account;
  const invoice = { customerId, invoiceId: topUp.invoiceId ?? "" };
  const { status } = await purchaseState(tx, invoice);
  if (status === "PAID" || status === "FAILED") {
    await settleTopUp(tx, account, invoice);
    return null;
  }
  const wallet = await loadWallet(tx, account, topUp.unit);
  await saveTopUp(tx, resumedTopUp(topUp, now), { wallet, now });
  const { creditPack, quantity, idempotencyKey } = await tx.manager.findOneByOrFail(PurchaseRow, invoice);
  return attemptOn(tx, { customerId, creditPack, quantity, idempotencyKey }, context);
}

async function askAgainSoon(tx: Tx, key: TopUpKey, { present }: Needs): Promise<void> {
  const account = await presentAccount(tx, key.customerId, present);
  const topUp = await findTopUp(tx, key);
  if (account === null || topUp === null) return;
  const wallet = await loadWallet(tx, account, key.unit);
  await saveTopUp(tx, unansweredTopUp(topUp, account.now), { wallet, now: account.now });
}

async function attemptOn(
  tx: Tx,
  command: PurchaseCommand,
  { present, newId, payments }: Pick<Needs, "present" | "newId" | "payments">,
): Promise<Attempt> {
  const keyed = keyedInput("purchase", command);
  const begun = await beginPurchase(tx, command, { keyed, present, newId, provider: payments.name });
  if (begun.kind === "attempt") return begun;
  throw new Error(`The purchase ${command.idempotencyKey} could not be begun: ${begun.kind}.`);
}

/** Top-ups at once in one process; what is beyond is left to the job, so that one moment cannot ask for everything. */
const underWayMax = 32;

interface Background {
  readonly topUp: (key: TopUpKey) => Promise<void>;
  readonly onFailure: (customerId: string, error: unknown) => void;
}

/** Tops up behind the back of the caller whose call has made it due. What fails stays due, and the job finds it. */
export function topUpsUnderWay({ topUp, onFailure }: Background) {
  const underWay = new Set<Promise<void>>();
  return {
    start: (key: TopUpKey): void => {
      if (underWay.size >= underWayMax) return;
      const one = topUp(key)
        .catch((error: unknown) => onFailure(key.customerId, error))
        .finally(() => underWay.delete(one));
      underWay.add(one);
    },
    /** When those that are under way by now have come to their ends. */
    ended: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
}
