import { catchUp } from "./due.js";
import { begunBy, firstIndex, indexAt, periodFrom, periodUntil, stayAt } from "./stays.js";
import { total } from "./sums.js";
import type { Customer, Period, Stay, Wallet } from "./world.js";

export interface Closing extends Period {
  readonly at: number;
}

export const nextFinal = ({ finals }: Wallet, stay: Stay): number => finals[stay.name] ?? firstIndex(stay);

/** Where the next period ends whose usage is not invoiced yet; null when none ever will be. */
export function nextClosing(wallet: Wallet, { stays }: Customer): Closing | null {
  let first: Closing | null = null;
  for (const stay of stays) {
    const closing = closingOf(wallet, stay);
    if (closing !== null && (first === null || closing.at < first.at)) first = closing;
  }
  return first;
}

export function closingOf(wallet: Wallet, stay: Stay): Closing | null {
  const { terms, until, undone, name } = stay;
  if (undone || terms.mayOwe === 0 || terms.unit !== wallet.unit) return null;
  const index = nextFinal(wallet, stay);
  const start = periodFrom(stay, index);
  // A call may have been made in the instant in which a period began and the plan was left.
  if (start === null || (until !== null && start > until)) return null;
  const at = periodUntil(stay, index);
  return at === null ? null : { at, stay: name, index };
}

/**
 * Moves what is owed for a period that is over to its invoice, at the period's end; it is written now. Answers with what
 * that is; null when there is nothing to invoice.
 */
export function closePeriod(
  wallet: Wallet,
  customer: Customer,
  { at, now, ...period }: Closing & { readonly now: number },
): number | null {
  const isInvoiced = hasLines(wallet, period);
  const amount = owedFor(wallet, period);
  if (isInvoiced) catchUp(wallet, customer, at, now);
  if (isInvoiced && amount !== 0) {
    wallet.moves.push({ at, lot: null, amount });
    const entry = { type: "INVOICE", amount, lot: null, usage: null };
    wallet.entries.push({ ...entry, occurredAt: at, recordedAt: now });
  }
  wallet.finals[period.stay] = period.index + 1;
  return isInvoiced ? amount : null;
}

const isOn =
  ({ stay, index }: Period) =>
  ({ billedTo }: { readonly billedTo: Period | null }): boolean =>
    billedTo !== null && billedTo.stay === stay && billedTo.index === index;

const owedFor = ({ usages, undos }: Wallet, period: Period): number =>
  total(usages.filter(isOn(period)).map(({ postpaid }) => postpaid)) -
  total(undos.filter(isOn(period)).map(({ postpaid }) => postpaid));

/** A period whose calls have all been undone has nothing to invoice. */
function hasLines({ usages, undos }: Wallet, period: Period): boolean {
  const undone = undos.filter(isOn(period));
  const isLeft = (name: string, amount: number): boolean => {
    const taken = undone.filter(({ usage }) => usage === name);
    return taken.length === 0 || total(taken.map((undo) => undo.amount)) !== amount;
  };
  const own = usages.filter(isOn(period));
  const ofOthers = undone.filter(({ usage }) => !own.some(({ name }) => name === usage));
  return own.some(({ name, amount }) => isLeft(name, amount)) || ofOthers.length > 0;
}

/**
 * The first period from a time on that is not invoiced yet: of the stay that counts, or else of the last one that
 * invoices afterwards. Null when nothing will be any more.
 */
export function openPeriod(
  wallet: Wallet,
  customer: Customer,
  { at, now }: { readonly at: number; readonly now: number },
): Period | null {
  const present = stayAt(customer, now);
  const candidates = [...(present === null ? [] : [present]), ...begunBy(customer, now).toReversed()];
  for (const stay of candidates) {
    const { terms, until, name } = stay;
    if (terms.mayOwe === 0 || terms.unit !== wallet.unit) continue;
    const last = until === null ? Infinity : indexAt(stay, until - 1);
    const index = Math.max(Math.min(indexAt(stay, at), last), nextFinal(wallet, stay));
    if (index <= last) return { stay: name, index };
  }
  return null;
}
