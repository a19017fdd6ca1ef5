import { formatAmount } from "../domain/amount.js";
import type { CreditPack } from "../domain/catalog.js";
import { agreedAvailability, firstAskAt } from "../domain/delivery.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { packCredits, packLine } from "../domain/purchase.js";
import type {
  CustomerNotFound,
  IdempotencyConflict,
  InvoiceNotPayable,
  PackNotAvailable,
} from "../domain/refusal.js";
import { findEarlierUse, type KeyedInput, keepKeys } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import { loadOfferedPacks } from "../ledger/packs.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Charge } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { type PaymentRow, PurchaseRow } from "../storage/rows/billing.js";
import { chargeFor } from "./charging.js";
import { deliver, owesCredits } from "./delivery.js";
import { loadInvoice } from "./invoices.js";
import { issueInvoice } from "./issueInvoice.js";
import { findOpenPayment, openPayment } from "./payments.js";
import type { PurchaseCommand } from "./purchase.js";

/** A purchase on record, with the payment that is to be charged for it. */
export interface Attempt {
  readonly kind: "attempt";
  readonly purchase: PurchaseRow;
  readonly payment: PaymentRow;
  readonly charge: Charge;
}

export type Begun =
  | Attempt
  | { readonly kind: "replay"; readonly purchase: PurchaseRow }
  | InvoiceNotPayable
  | PackNotAvailable
  | CustomerNotFound
  | IdempotencyConflict;

interface Beginning {
  readonly keyed: KeyedInput;
  readonly present: Present;
  readonly newId: NewId;
  /** Who is to be asked for the money. */
  readonly provider: string;
}

export async function beginPurchase(tx: Tx, command: PurchaseCommand, beginning: Beginning): Promise<Begun> {
  const { keyed, present, newId, provider } = beginning;
  const { customerId, creditPack, idempotencyKey } = command;
  // First, because it locks the customer: a key that is unused after that stays so.
  const account = await presentAccount(tx, customerId, present);
  const earlier = await findEarlierUse(tx, keyed);
  if (earlier.kind === "idempotencyConflict") return earlier;
  if (account === null) return { kind: "customerNotFound", customerId };
  const known = await tx.manager.findOneBy(PurchaseRow, { customerId, idempotencyKey });
  if (known !== null)
    return takeUp(tx, known, {
      ...{ keyed, newId, provider, now: account.now },
      isKeyKept: earlier.kind === "replay",
    });
  if (earlier.kind === "replay") throw new Error(`Purchase ${earlier.resultId} of a kept key is missing.`);
  const offered = await loadOfferedPacks(tx, account.current?.plan ?? null);
  const pack = offered.find((candidate) => candidate.key === creditPack);
  if (pack === undefined) return { kind: "packNotAvailable", creditPack, available: offered };
  const purchase = await recordPurchase(tx, account, { pack, command, beginning });
  await keepKeys(tx, [{ ...keyed, resultId: purchase.purchaseId, usedAt: account.now }]);
  return attemptOn(tx, purchase, { newId, provider, now: account.now });
}

interface Earlier extends NewAttempt {
  readonly keyed: KeyedInput;
  readonly isKeyKept: boolean;
}

/** A purchase that was begun before under the same key: paid, waiting, or declined and free to be tried again. */
async function takeUp(
  tx: Tx,
  purchase: PurchaseRow,
  { keyed, isKeyKept, ...attempt }: Earlier,
): Promise<Begun> {
  if (purchase.inputHash !== keyed.inputHash) {
    const { idempotencyKey, createdAt } = purchase;
    return { kind: "idempotencyConflict", idempotencyKey, usedAt: createdAt };
  }
  if (purchase.status === "PAID") return { kind: "replay", purchase };
  const invoice = await loadInvoice(tx, purchase);
  if (invoice.status === "VOID") return { kind: "invoiceNotPayable", invoice };
  if (purchase.nextAttemptAt === null) await askLater(tx, purchase, attempt.now);
  if (!isKeyKept) await keepKeys(tx, [{ ...keyed, resultId: purchase.purchaseId, usedAt: attempt.now }]);
  return attemptOn(tx, purchase, attempt);
}

/** A declined purchase is not asked after, until it is tried again. */
async function askLater(tx: Tx, { customerId, purchaseId }: PurchaseRow, now: Instant): Promise<void> {
  await tx.manager.update(PurchaseRow, { customerId, purchaseId }, { nextAttemptAt: firstAskAt(now) });
}

interface NewPurchase {
  readonly pack: CreditPack;
  readonly command: PurchaseCommand;
  readonly beginning: Beginning;
}

async function recordPurchase(
  tx: Tx,
  account: Account,
  { pack, command, beginning }: NewPurchase,
): Promise<PurchaseRow> {
  const { customerId, now } = account;
  const { quantity, idempotencyKey } = command;
  const availability = agreedAvailability(pack, { owesCredits: await owesCredits(tx, customerId) });
  const invoice = await issueInvoice(tx, {
    customerId,
    invoiceId: beginning.newId("inv"),
    kind: "PURCHASE",
    currency: pack.price.currency,
    lines: [packLine(pack, quantity)],
    at: now,
    of: null,
  });
  const purchase: PurchaseRow = {
    customerId,
    purchaseId: beginning.newId("purchase"),
    idempotencyKey,
    inputHash: beginning.keyed.inputHash,
    creditPack: pack.key,
    quantity,
    unit: pack.unit,
    // What was offered when the purchase began is what is delivered, whatever the catalogue says by then.
    credits: packCredits(pack, quantity),
    expiresAfterDays: pack.expiresAfterDays,
    priority: pack.priority,
    status: "PENDING",
    invoiceId: invoice.invoiceId,
    grantId: null,
    createdAt: now,
    availability,
    withdrawnAt: null,
    // Should neither the caller come back nor the provider's message arrive.
    nextAttemptAt: firstAskAt(now),
  };
  const isDelivered = availability === "ON_PURCHASE";
  const begun = isDelivered ? { ...purchase, grantId: beginning.newId("grant") } : purchase;
  await tx.manager.insert(PurchaseRow, begun);
  if (begun.grantId !== null) await deliver(tx, account, begun, begun.grantId);
  return begun;
}

interface NewAttempt {
  readonly now: Instant;
  readonly newId: NewId;
  readonly provider: string;
}

/** A payment that was not declined is asked after again; only a declined one is followed by a new one. */
export async function attemptOn(tx: Tx, purchase: PurchaseRow, attempt: NewAttempt): Promise<Attempt> {
  const { customerId, invoiceId } = purchase;
  const { now, newId, provider } = attempt;
  const invoice = await loadInvoice(tx, { customerId, invoiceId });
  const open = await findOpenPayment(tx, invoice);
  const payment = open ?? (await openPayment(tx, invoice, { paymentId: newId("pay"), createdAt: now }));
  const description = `${purchase.quantity} × ${purchase.creditPack} (${formatAmount(purchase.credits)} ${purchase.unit})`;
  const charge = await chargeFor(tx, payment, { provider, description });
  return { kind: "attempt", purchase, payment, charge };
}
