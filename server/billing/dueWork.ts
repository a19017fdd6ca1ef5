import type { Clock } from "../domain/instant.js";
import type { Present } from "../ledger/present.js";
import { postDue } from "../ledger/statement.js";
import type { Database } from "../storage/database.js";
import { type Due, type DueKind, dueKinds, findDue } from "./due.js";
import type { InvoiceKey } from "./invoices.js";
import type { PaymentKey } from "./payments.js";
import type { RefundKey } from "./refunds.js";
import type { TopUpKey } from "./topUps.js";
import type { PurchaseKey } from "./unpaidPurchases.js";

/** Use cases that ask others for money or about it, and so have two transactions around what they ask. */
export interface Attempts {
  readonly collect: (key: InvoiceKey) => Promise<void>;
  readonly topUp: (key: TopUpKey) => Promise<void>;
  readonly takeUpRefund: (key: RefundKey) => Promise<void>;
  readonly askAfterPurchase: (key: PurchaseKey) => Promise<void>;
  readonly cancelPayment: (key: PaymentKey) => Promise<void>;
}

/** What is tried when it is due, in the order in which it is where several things are due at once. */
export const attemptKinds = [
  "collect",
  "top-ups",
  "refunds",
  "purchases",
  "cancellations",
] as const satisfies DueKind[];

/** Tries one thing that is due. */
export const makeAttempt =
  ({ collect, topUp, takeUpRefund, askAfterPurchase, cancelPayment }: Attempts) =>
  (kind: (typeof attemptKinds)[number], { customerId, id }: Due): Promise<void> => {
    switch (kind) {
      case "collect":
        return collect({ customerId, invoiceId: id });
      case "top-ups":
        return topUp({ customerId, unit: id });
      case "refunds":
        return takeUpRefund({ customerId, refundId: id });
      case "purchases":
        return askAfterPurchase({ customerId, purchaseId: id });
      case "cancellations":
        return cancelPayment({ customerId, paymentId: id });
    }
  };

interface Needs extends Attempts {
  readonly database: Database;
  readonly clock: Clock;
  readonly present: Present;
  /** Hears of work that failed; what comes after it is done nevertheless. */
  readonly onFailure: (customerId: string, error: unknown) => void;
}

/** At once: enough to go fast, and few enough to stop soon. */
const batchMax = 100;

/** A job for each kind of work that falls due: does a bounded batch of it, and says how much that was. */
export function makeDueWork(needs: Needs): Record<DueKind, () => Promise<number>> {
  const attempt = makeAttempt(needs);
  const bringUp = ({ customerId }: Due) =>
    needs.database.transact(async (tx) => void (await postDue(tx, customerId, needs.present)));
  const work = (kind: DueKind) => (due: Due) =>
    kind === "billing" || kind === "wallets" ? bringUp(due) : attempt(kind, due);
  const jobs = dueKinds.map((kind) => [kind, inBatches(needs, kind, work(kind))]);
  return Object.fromEntries(jobs);
}

function inBatches(
  { database, clock, onFailure }: Needs,
  kind: DueKind,
  work: (due: Due) => Promise<void>,
): () => Promise<number> {
  // Goes on behind the last one, so that what fails does not keep the rest waiting.
  let after: Due | null = null;
  return async () => {
    const wanted = { now: clock(), after, limit: batchMax };
    const batch = await database.read((tx) => findDue(tx, kind, wanted));
    after = batch.length < batchMax ? null : (batch.at(-1) ?? null);
    let done = 0;
    for (const due of batch)
      await work(due).then(
        () => {
          done += 1;
        },
        (error) => onFailure(due.customerId, error),
      );
    return done;
  };
}
