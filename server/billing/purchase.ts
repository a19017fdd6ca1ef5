import { withNextDue } from "../domain/advance.js";
import { zero } from "../domain/amount.js";
import type { CreditGrant } from "../domain/grant.js";
import type { NewId } from "../domain/ids.js";
import { addMs, type Clock, dayMs, type Instant } from "../domain/instant.js";
import type { Invoice } from "../domain/invoice.js";
import type { Payment } from "../domain/purchase.js";
import type {
  CustomerNotFound,
  IdempotencyConflict,
  InvoiceNotPayable,
  PackNotAvailable,
} from "../domain/refusal.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { addGrant } from "../domain/wallet.js";
import { freeKey, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadAccount, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { findGrant } from "../ledger/statement.js";
import type { ChargeResult, PaymentProvider } from "../payments/provider.js";
import type { Database, Tx } from "../storage/database.js";
import { PaymentRow, PurchaseRow } from "../storage/rows/billing.js";
import { loadInvoice, moveInvoice } from "./invoices.js";
import { recordResult } from "./payments.js";
import { type Attempt, beginPurchase } from "./purchaseAttempt.js";
import { returnPayment } from "./refunds.js";

export interface PurchaseCommand {
  readonly customerId: string;
  readonly creditPack: string;
  readonly quantity: number;
  readonly idempotencyKey: string;
}

export interface Purchased {
  readonly kind: "purchased";
  readonly grant: CreditGrant;
  readonly invoice: Invoice;
  readonly wallet: WalletSnapshot;
  readonly replayed: boolean;
}

interface Unpaid {
  readonly kind: "paymentRequired" | "paymentFailed";
  readonly invoice: Invoice;
  readonly payment: Payment;
}

export type PurchaseOutcome =
  | Purchased
  | Unpaid
  | InvoiceNotPayable
  | PackNotAvailable
  | CustomerNotFound
  | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly payments: PaymentProvider;
}

/**
 * Two transactions around one charge: no money is asked for that is not on record, and none that arrives is lost. A
 * crash between them leaves a pending payment, which the same key takes up again under the same payment id.
 */
export const makePurchase = ({ database, clock, newId, payments }: Needs) => {
  return async (command: PurchaseCommand): Promise<PurchaseOutcome> => {
    const keyed = keyedInput("purchase", command);
    const begun = await database.transact((tx) => beginPurchase(tx, command, { keyed, clock, newId }));
    if (begun.kind === "replay") return database.read((tx) => replay(tx, begun.purchase, clock));
    if (begun.kind !== "attempt") return begun;
    const result = await payments.charge(begun.charge);
    return database.transact((tx) => conclude(tx, begun, { result, clock, newId }));
  };
};

interface Conclusion {
  readonly result: ChargeResult;
  readonly clock: Clock;
  readonly newId: NewId;
}

async function conclude(
  tx: Tx,
  attempt: Attempt,
  { result, clock, newId }: Conclusion,
): Promise<PurchaseOutcome> {
  const { customerId, purchaseId } = attempt.purchase;
  const { paymentId } = attempt.payment;
  // First, because it locks the customer: who concludes second sees what the first one did.
  const account = await accountOf(tx, attempt.purchase, clock);
  const purchase = await tx.manager.findOneByOrFail(PurchaseRow, { customerId, purchaseId });
  // Another request with the same key may have asked the provider after the same payment and been answered first.
  if (purchase.status === "PAID") return replay(tx, purchase, clock);
  const payment = await tx.manager.findOneByOrFail(PaymentRow, { customerId, paymentId });
  if (payment.status === "FAILED") return unpaid(tx, payment);
  const answered = await recordResult(tx, payment, result);
  const invoice = await loadInvoice(tx, purchase);
  if (invoice.status === "VOID") {
    // It was cancelled meanwhile: nothing is delivered, and money that has arrived goes back.
    if (result.status === "SUCCEEDED") await returnPayment(tx, answered, { now: account.now, newId });
    return { kind: "invoiceNotPayable", invoice };
  }
  if (result.status === "SUCCEEDED") return deliver(tx, purchase, { account, grantId: newId("grant") });
  await tx.manager.update(PurchaseRow, { customerId, purchaseId }, { status: result.status });
  // While money may still move the key is taken; a declined purchase is a refusal, which leaves it free.
  if (result.status === "FAILED") await freeKey(tx, { customerId, key: purchase.idempotencyKey });
  return unpaid(tx, answered);
}

async function unpaid(tx: Tx, payment: PaymentRow): Promise<Unpaid> {
  const { customerId, invoiceId, status } = payment;
  const invoice = await loadInvoice(tx, { customerId, invoiceId });
  return { kind: status === "FAILED" ? "paymentFailed" : "paymentRequired", invoice, payment };
}

/** The money has arrived: the invoice is paid and the credits are granted, all at once. */
async function deliver(
  tx: Tx,
  purchase: PurchaseRow,
  { account, grantId }: { account: Account; grantId: string },
): Promise<Purchased> {
  const { customerId, purchaseId } = purchase;
  const { now } = account;
  const before = await loadWallet(tx, account, purchase.unit);
  const state = withNextDue(addGrant(before, packGrant(purchase, grantId, now), now));
  await post(tx, [{ state, recordedAt: now }]);
  const invoice = await moveInvoice(
    tx,
    { customerId, invoiceId: purchase.invoiceId },
    { to: "PAID", at: now },
  );
  await tx.manager.update(PurchaseRow, { customerId, purchaseId }, { status: "PAID", grantId });
  const grant = await findGrant(tx, customerId, grantId);
  return { kind: "purchased", grant, invoice, wallet: snapshot(state, now), replayed: false };
}

function packGrant(purchase: PurchaseRow, id: string, now: Instant): CreditGrant {
  const { customerId, unit, credits, priority, expiresAfterDays, purchaseId, creditPack } = purchase;
  return {
    id,
    customerId,
    unit,
    source: "PACK",
    state: "ACTIVE",
    amount: credits,
    remaining: credits,
    held: zero,
    clawback: zero,
    priority,
    effectiveAt: now,
    expiresAt: expiresAfterDays === null ? null : addMs(now, expiresAfterDays * dayMs),
    operations: null,
    windowDays: null,
    reason: creditPack,
    originId: purchaseId,
  };
}

async function replay(tx: Tx, purchase: PurchaseRow, clock: Clock): Promise<Purchased> {
  const { customerId, invoiceId, grantId } = purchase;
  if (grantId === null) throw new Error(`Purchase ${purchase.purchaseId} is paid but has no grant.`);
  const account = await accountOf(tx, purchase, clock);
  const state = await loadWallet(tx, account, purchase.unit);
  const stored = await findGrant(tx, customerId, grantId);
  const invoice = await loadInvoice(tx, { customerId, invoiceId });
  const grant = state.changedGrants.get(grantId) ?? stored;
  return { kind: "purchased", grant, invoice, wallet: snapshot(state, account.now), replayed: true };
}

async function accountOf(tx: Tx, { customerId }: PurchaseRow, clock: Clock): Promise<Account> {
  const account = await loadAccount(tx, customerId, clock);
  if (account === null) throw new Error(`Customer ${customerId} of a purchase is missing.`);
  return account;
}
