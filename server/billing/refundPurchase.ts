import type { CreditNote } from "../domain/creditNote.js";
import type { CreditGrant } from "../domain/grant.js";
import type { Invoice } from "../domain/invoice.js";
import type {
  CreditExceedsInvoice,
  CustomerNotFound,
  IdempotencyConflict,
  InvoiceNotCreditable,
  InvoiceNotFound,
  NothingToRefund,
  PaymentDisputed,
} from "../domain/refusal.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import type { Tx } from "../storage/database.js";
import { type BoughtCredits, findBought } from "./boughtCredits.js";
import { giveBackPurchase } from "./giveBack.js";
import {
  type Begun,
  type MoneyBackCommand,
  type MoneyBackNeeds,
  makeMoneyBack,
  openMoneyBack,
} from "./moneyBack.js";

interface PurchaseRefunded {
  readonly kind: "purchaseRefunded";
  readonly creditNote: CreditNote;
  readonly invoice: Invoice;
  readonly grant: CreditGrant;
  readonly wallet: WalletSnapshot;
  readonly replayed: boolean;
}

export type RefundPurchaseOutcome =
  | PurchaseRefunded
  | InvoiceNotFound
  | InvoiceNotCreditable
  | NothingToRefund
  | CreditExceedsInvoice
  | PaymentDisputed
  | CustomerNotFound
  | IdempotencyConflict;

/** The credits go in the transaction that records the refund: nobody can use what is being paid back. */
export const makeRefundPurchase = (needs: MoneyBackNeeds) =>
  makeMoneyBack<RefundPurchaseOutcome>(needs, (tx, command) => begin(tx, command, needs));

async function begin(
  tx: Tx,
  command: MoneyBackCommand,
  needs: MoneyBackNeeds,
): Promise<Begun<RefundPurchaseOutcome>> {
  const refused = (outcome: RefundPurchaseOutcome) => ({ outcome, order: null });
  const opened = await openMoneyBack(tx, "refundPurchase", command, needs);
  if (opened.kind === "repeated") {
    const { account, creditNote, invoice, order } = opened;
    const bought = await findBought(tx, account, creditNote);
    if (bought === null) throw new Error(`The credits of invoice ${invoice.invoiceId} are missing.`);
    return { outcome: refunded({ creditNote, invoice, bought, replayed: true }), order };
  }
  if (opened.kind !== "opened") return refused(opened);
  const { account, invoice, making } = opened;
  const bought = invoice.status === "PAID" ? await findBought(tx, account, invoice) : null;
  if (bought === null) return refused({ kind: "invoiceNotCreditable", invoice });
  const given = await giveBackPurchase(tx, invoice, { wish: command, making, bought });
  if (given.kind !== "givenBack") return refused(given);
  await opened.keep(given);
  const { creditNote, order } = given;
  return { outcome: refunded({ creditNote, invoice, bought: given.bought, replayed: false }), order };
}

interface Refunded extends Pick<PurchaseRefunded, "creditNote" | "invoice" | "replayed"> {
  readonly bought: BoughtCredits;
}

const refunded = ({ bought, ...rest }: Refunded): PurchaseRefunded => ({
  ...{ kind: "purchaseRefunded", ...rest },
  grant: bought.grant,
  wallet: snapshot(bought.state, bought.account.now),
});
