import { catchUp } from "./due.js";
import { total } from "./sums.js";
import { periodIndex, periodStart } from "./terms.js";
import type { Customer, Wallet } from "./world.js";

/** Where the next period ends whose usage is not invoiced yet; null when none ever will be. */
export function nextInvoiceAt({ finals }: Wallet, customer: Customer): number | null {
  const { terms, startsAt, endsAt } = customer;
  if (terms === null || terms.mayOwe === 0) return null;
  const start = periodStart(terms, startsAt, finals);
  if (start === null || (endsAt !== null && start >= endsAt)) return null;
  const end = periodStart(terms, startsAt, finals + 1);
  return endsAt !== null && (end === null || endsAt < end) ? endsAt : end;
}

/** Moves what is owed for each period that is over to its invoice, at the period's end; it is written now. */
export function bill(wallet: Wallet, customer: Customer, until: number, now: number): void {
  if (wallet.unit !== customer.terms?.unit) return;
  for (
    let at = nextInvoiceAt(wallet, customer);
    at !== null && at <= until;
    at = nextInvoiceAt(wallet, customer)
  ) {
    const index = wallet.finals;
    if (hasLines(wallet, index)) {
      catchUp(wallet, customer, at, now);
      const amount = owedFor(wallet, index);
      if (amount !== 0) {
        wallet.moves.push({ at, lot: null, amount });
        const entry = { type: "INVOICE", amount, lot: null, usage: null };
        wallet.entries.push({ ...entry, occurredAt: at, recordedAt: now });
      }
    }
    wallet.finals += 1;
  }
}

const owedFor = ({ usages, undos }: Wallet, index: number): number =>
  total(usages.filter((one) => one.billedTo === index).map(({ postpaid }) => postpaid)) -
  total(undos.filter((one) => one.billedTo === index).map(({ postpaid }) => postpaid));

/** A period whose calls have all been undone has nothing to invoice. */
function hasLines({ usages, undos }: Wallet, index: number): boolean {
  const undone = undos.filter((one) => one.billedTo === index);
  const isLeft = (name: string, amount: number): boolean => {
    const taken = undone.filter(({ usage }) => usage === name);
    return taken.length === 0 || total(taken.map((undo) => undo.amount)) !== amount;
  };
  const own = usages.filter((one) => one.billedTo === index);
  const ofOthers = undone.filter(({ usage }) => !own.some(({ name }) => name === usage));
  return own.some(({ name, amount }) => isLeft(name, amount)) || ofOthers.length > 0;
}

/** The first period from a time on that is not invoiced yet; null when nothing will be any more. */
export function billedTo(
  { finals }: Wallet,
  { terms, startsAt, endsAt }: Customer,
  at: number,
): number | null {
  if (terms === null || terms.mayOwe === 0) return null;
  const last = endsAt === null ? Infinity : periodIndex(terms, startsAt, endsAt - 1);
  const index = Math.max(Math.min(periodIndex(terms, startsAt, at), last), finals);
  return index <= last ? index : null;
}
