import { least, type Micros, zero } from "../domain/amount.js";
import { takeBack } from "../domain/clawback.js";
import { creditable } from "../domain/creditNote.js";
import type { NewEvent } from "../domain/event.js";
import { freeze, thaw } from "../domain/grant.js";
import type { NewId } from "../domain/ids.js";
import type { Invoice } from "../domain/invoice.js";
import { decideRefund, type RefundDecision } from "../domain/refund.js";
import { markGrant } from "../domain/wallet.js";
import { recordEvents } from "../events/outbox.js";
import type { Account } from "../ledger/load.js";
import type { ProviderEvent } from "../payments/provider.js";
import type { Tx } from "../storage/database.js";
import { DisputeRow, type PaymentRow } from "../storage/rows/billing.js";
import { writeRows } from "../storage/write.js";
import { type BoughtCredits, changeBought, findBought } from "./boughtCredits.js";
import { creditNotesOf, issueCreditNote } from "./creditNotes.js";
import { openDisputeOf } from "./disputeRows.js";
import { loadInvoice } from "./invoices.js";
import type { Subject } from "./providerEvents.js";

type EventOf<Kind extends ProviderEvent["kind"]> = Extract<ProviderEvent, { readonly kind: Kind }>;

/** Until the bank has decided, the credits that the payment paid for are frozen. It may have decided already. */
export async function disputeOpened(
  tx: Tx,
  { disputeId, amount }: EventOf<"disputeOpened">,
  { payment, account }: Subject,
): Promise<void> {
  const { customerId, paymentId, currency } = payment;
  if (await tx.manager.existsBy(DisputeRow, { customerId, disputeId })) return;
  const dispute: DisputeRow = {
    ...{ customerId, disputeId, paymentId, amount, currency },
    ...{ status: "OPEN", openedAt: account.now, closedAt: null },
  };
  await tx.manager.insert(DisputeRow, dispute);
  await recordEvents(tx, [openedEvent(dispute, payment)]);
  await freezeBought(tx, payment, account);
}

async function freezeBought(tx: Tx, payment: PaymentRow, account: Account): Promise<void> {
  const bought = await findBought(tx, account, payment);
  if (bought !== null)
    await changeBought(tx, bought, (state, grant) => markGrant(state, freeze(grant, account.now)));
}

/** The bank has decided: the credits can be spent again, or what is unused of them goes with the money. */
export const makeDisputeClosed =
  (newId: NewId) =>
  async (tx: Tx, event: EventOf<"disputeClosed">, { payment, account }: Subject): Promise<void> => {
    const { customerId, paymentId, currency } = payment;
    const { disputeId, amount, won } = event;
    const known = await tx.manager.findOneBy(DisputeRow, { customerId, disputeId });
    if (known !== null && known.status !== "OPEN") return;
    const { now } = account;
    const dispute: DisputeRow = {
      ...(known ?? { customerId, disputeId, paymentId, amount, currency, openedAt: now }),
      ...{ status: won ? "WON" : "LOST", closedAt: now },
    };
    await writeRows(tx, DisputeRow, [dispute], { replace: true });
    await recordEvents(tx, [
      // The bank's messages may come in any order: nothing closes that was not opened.
      ...(known === null ? [openedEvent(dispute, payment)] : []),
      {
        ...{ customerId, type: "DISPUTE_CLOSED", at: now },
        data: { ...dispute, invoiceId: payment.invoiceId, status: won ? "WON" : "LOST" },
      },
    ]);
    await decided(tx, dispute, { payment, account, newId });
  };

interface Judged extends Subject {
  readonly newId: NewId;
}

/** What has been lost goes, as far as it was paid; the rest can be spent again. */
async function decided(tx: Tx, dispute: DisputeRow, { payment, account, newId }: Judged): Promise<void> {
  const { disputeId, status, amount } = dispute;
  const invoice = await loadInvoice(tx, payment);
  const lost = status === "WON" ? zero : least(amount, await takeable(tx, invoice));
  const bought = await findBought(tx, account, payment);
  const taken =
    bought === null ? { voided: zero, clawback: zero } : await settle(tx, bought, { invoice, lost });
  if (lost === zero) return;
  const terms = { settlement: "DISPUTE", reason: `Dispute ${disputeId}`, createdAt: account.now } as const;
  await issueCreditNote(tx, invoice, { creditNoteId: newId("cn"), amount: lost, ...taken, ...terms });
}

/**
 * The bank's messages may come before the news that the money has: what is disputed by then is delivered frozen, and
 * what is lost by then goes at once. To be called when an invoice has just been paid.
 */
export async function applyEarlierDisputes(
  tx: Tx,
  payment: PaymentRow,
  { account, newId }: Pick<Judged, "account" | "newId">,
): Promise<void> {
  const { customerId, paymentId } = payment;
  const disputes = await tx.manager.find(DisputeRow, {
    where: { customerId, paymentId },
    order: { openedAt: "ASC", disputeId: "ASC" },
  });
  if (disputes.some(({ status }) => status === "OPEN")) await freezeBought(tx, payment, account);
  for (const dispute of disputes.filter(({ status }) => status === "LOST"))
    await decided(tx, dispute, { payment, account, newId });
}

const openedEvent = (dispute: DisputeRow, { invoiceId }: PaymentRow): NewEvent => ({
  ...{ customerId: dispute.customerId, type: "DISPUTE_OPENED", at: dispute.openedAt },
  data: { ...dispute, invoiceId },
});

/** What the bank can have taken that was not given back before. */
async function takeable(tx: Tx, invoice: Invoice): Promise<Micros> {
  if (invoice.status !== "PAID") return zero;
  return creditable(invoice, await creditNotesOf(tx, invoice), "DISPUTE");
}

async function settle(
  tx: Tx,
  bought: BoughtCredits,
  { invoice, lost }: { invoice: Invoice; lost: Micros },
): Promise<Pick<RefundDecision, "voided" | "clawback">> {
  const { total: paid, currency } = invoice;
  const { grant } = bought;
  const { voided, clawback } =
    lost === zero
      ? { voided: zero, clawback: zero }
      : decideRefund({ paid, currency, creditable: lost, grant }, lost);
  // Another bank, or the same one, may be deciding about the rest.
  const isDisputed = (await openDisputeOf(tx, invoice)) !== null;
  await changeBought(tx, bought, (state) => {
    const free = isDisputed ? state : markGrant(state, thaw(grant));
    return takeBack(free, grant.id, { voided, clawback, at: bought.account.now });
  });
  return { voided, clawback };
}
