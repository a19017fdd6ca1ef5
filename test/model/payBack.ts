import { command, type Done, refused, type Trying } from "./changes.js";
import { voidFree } from "./due.js";
import { keep, sceneOf, type World, walletsOf } from "./model.js";
import { type Bill, billNamed, cent, dueOf, type Note, showBill } from "./money.js";
import type { Scene } from "./pay.js";
import { showLot, showWallet } from "./show.js";
import { free, lotNamed, total } from "./sums.js";
import type { Answer, Lot, SentOf } from "./world.js";

/** What is given back of paid invoices. */

type PayBack = SentOf<"refundPurchase" | "createCreditNote">;

/** How much can still be given back; of what the balance has paid, nothing is refunded. */
function creditable(bill: Bill, settlement: Note["settlement"]): number {
  const sum = (notes: readonly Note[]): number => total(notes.map(({ amount }) => amount));
  // Time that another bill has given back cannot be given back once more.
  const kept = Math.floor((bill.charged - bill.off - bill.unused) / cent) * cent;
  const left = (bill.unused === 0 ? bill.total : Math.min(bill.total, kept)) - sum(bill.notes);
  const paidBack = sum(bill.notes.filter((note) => note.settlement !== "BALANCE"));
  return Math.max(0, settlement === "REFUND" ? Math.min(left, dueOf(bill) - paidBack) : left);
}

/** The limit, or why nothing is given back. */
function limitOf(bill: Bill, { amount, settlement }: PayBack): number | Done {
  const limit = creditable(bill, settlement);
  if (limit > 0 && (amount === null || amount <= limit)) return limit;
  const { currency } = bill;
  return refused({ kind: "creditExceedsInvoice", amount, currency, creditable: limit });
}

interface Taken {
  readonly amount: number;
  readonly voided: number;
  readonly clawback: number;
}

function note({ world, now }: Trying, bill: Bill, made: Taken & Pick<Note, "settlement">): Note {
  const one: Note = { ...made, name: world.name("note"), at: now };
  bill.notes.push(one);
  return one;
}

const notCreditable = (bill: Bill): Done =>
  refused({ kind: "invoiceNotCreditable", invoice: showBill(bill) });

export function createCreditNote(world: World, sent: SentOf<"createCreditNote">): Answer {
  const kind = "creditNoteCreated";
  const shown = (bill: Bill, one: Note) => ({ kind, note: one, invoice: showBill(bill) });
  return command(world, sent, {
    act: (trying) => {
      const bill = billNamed(world, sent.customer, sent.invoice);
      if (bill === undefined) return refused({ kind: "invoiceNotFound", invoice: sent.invoice });
      if (bill.status !== "PAID" || bill.kind === "PURCHASE") return notCreditable(bill);
      const limit = limitOf(bill, sent);
      if (typeof limit !== "number") return limit;
      const { settlement } = sent;
      const taken = { amount: sent.amount ?? limit, settlement, voided: 0, clawback: 0 };
      const one = note(trying, bill, taken);
      return { answer: shown(bill, one), result: one.name };
    },
    again: (_, name) => shown(...noted(world, sent.customer, name)),
  });
}

function noted({ bills }: World, customer: string, name: string): [Bill, Note] {
  for (const bill of bills)
    for (const one of bill.notes) if (bill.customer === customer && one.name === name) return [bill, one];
  throw new Error(`The model has no ${name}.`);
}

/** The credits of a purchase, and the wallet that they are in. */
function boughtBy({ world, customer }: Trying, { lot }: Bill): { scene: Scene; lot: Lot } | null {
  const found = walletsOf(world, customer).find(({ lots }) => lots.some(({ name }) => name === lot));
  if (found === undefined || lot === null) return null;
  const scene = sceneOf(world, customer, found.unit);
  return { scene, lot: lotNamed(scene.wallet, lot) };
}

/** Gives back a purchase, and takes its credits: nobody keeps what was paid back. */
export function refundPurchase(world: World, sent: SentOf<"refundPurchase">): Answer {
  const kind = "purchaseRefunded";
  const shown = (trying: Trying, bill: Bill, one: Note): Answer => {
    const bought = boughtBy(trying, bill);
    if (bought === null) throw new Error(`The credits of ${bill.name} are missing.`);
    const { scene, lot } = bought;
    const grant = showLot(scene.wallet, lot, scene.now);
    return { kind, note: one, invoice: showBill(bill), grant, wallet: showWallet(scene) };
  };
  return command(world, sent, {
    act: (trying) => {
      const bill = billNamed(world, sent.customer, sent.invoice);
      if (bill === undefined) return refused({ kind: "invoiceNotFound", invoice: sent.invoice });
      const bought = bill.status === "PAID" ? boughtBy(trying, bill) : null;
      if (bought === null) return notCreditable(bill);
      const limit = limitOf(bill, sent);
      if (typeof limit !== "number") return limit;
      const { scene, lot } = bought;
      const taken = takenFor(bill, { unused: free(scene.wallet, lot, scene.now), lot, limit, sent });
      if (taken === null)
        return refused({ kind: "nothingToRefund", currency: bill.currency, creditable: limit });
      voidFree(scene.wallet, lot, { amount: taken.voided, at: scene.now, now: scene.now });
      scene.wallet.claims.push({ lot: lot.name, amount: taken.clawback });
      keep(world, scene);
      const one = note(trying, bill, { ...taken, settlement: sent.settlement });
      return { answer: shown(trying, bill, one), result: one.name };
    },
    again: (trying, name) => shown(trying, ...noted(world, sent.customer, name)),
  });
}

interface Wanted {
  readonly unused: number;
  readonly lot: Lot;
  readonly limit: number;
  readonly sent: SentOf<"refundPurchase">;
}

/**
 * What is paid back and what goes for it. Without a wish it is what the unused credits were paid for, in whole cents,
 * and all of them go; else of the credits at least the part that is paid back of the price.
 */
function takenFor({ total: price }: Bill, { unused, lot, limit, sent }: Wanted): Taken | null {
  const worth = Math.floor(Number((BigInt(price) * BigInt(unused)) / BigInt(lot.amount)) / cent) * cent;
  const amount = sent.amount ?? Math.min(worth, limit);
  if (amount === 0) return null;
  const part = BigInt(lot.amount) * BigInt(amount);
  const owed = Number((part + BigInt(price) - 1n) / BigInt(price));
  const voided = sent.amount === null && amount === worth ? unused : Math.min(unused, owed);
  return { amount, voided, clawback: Math.max(0, owed - voided) };
}
