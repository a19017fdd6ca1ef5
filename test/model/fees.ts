import type { World } from "./model.js";
import { type Bill, billNamed, inCents, issue, type Note, owedOf, rounded, showBill } from "./money.js";
import { firstIndex, indexAt, periodFrom } from "./stays.js";
import { total } from "./sums.js";
import { periodStart } from "./terms.js";
import type { Customer, Stay, SupplyPolicy } from "./world.js";

/** What plans cost in advance. */

const feeBillName = ({ name }: Stay, index: number): string => `fee ${index} of ${name}`;

/** When the next fee of a stay is due; null when there is none. */
export function nextFeeAt(stay: Stay): number | null {
  if (stay.terms.fee === null) return null;
  const at = periodFrom(stay, stay.nextFee);
  return at === null || (stay.until !== null && at >= stay.until) ? null : at;
}

/** Invoices the next fee of a stay. */
export function chargeFee(world: World, customer: Customer, { stay, at }: { stay: Stay; at: number }): void {
  const index = stay.nextFee;
  stay.nextFee += 1;
  const { fee } = stay.terms;
  if (fee === null) return;
  const made = { name: feeBillName(stay, index), kind: "SUBSCRIPTION", currency: fee.currency } as const;
  const charged = inCents(shareOf(stay, index, at));
  issue(world, customer, { ...made, charged, at, of: placeOf(stay, index) });
}

/** The period that a coupon would be taken off. */
export const placeOf = ({ terms, anchor, from }: Stay, index: number) => ({
  plan: terms.key,
  start: periodStart(terms, anchor, index) ?? from,
});

/** The part of a period's fee that is for the rest of the period, by whole seconds. */
function shareOf({ terms, anchor }: Stay, index: number, from: number): number {
  const { fee } = terms;
  const [start, end] = [periodStart(terms, anchor, index), periodStart(terms, anchor, index + 1)];
  if (fee === null) return 0;
  if (start === null || end === null) return fee.amount;
  const seconds = (ms: number): bigint => BigInt(Math.floor(ms / 1_000));
  const whole = seconds(end - start);
  return whole === 0n ? fee.amount : rounded(BigInt(fee.amount) * seconds(end - from), whole);
}

interface Charge {
  readonly currency: string;
  readonly charged: number;
  readonly back: number;
}

/** What a change comes to in money: what it charges, and what it gives back of which bill. */
interface Costs {
  readonly charge: Charge | null;
  readonly unused: Unused | null;
}

interface Unused {
  readonly bill: Bill;
  /** What the change's bill gives back. */
  readonly back: number;
  /** What comes off the bill itself, because it is not paid. */
  readonly setOff: number;
}

interface Leaving {
  readonly left: Stay;
  readonly taken: Stay;
  readonly policy: SupplyPolicy;
  readonly now: number;
}

/**
 * What a change that is made at once comes to: the new plan's fee, less what is left of the old one unless its supply is
 * kept. "mixed" when the two cannot be set off.
 */
export function costsOfChange(world: World, customer: Customer, leaving: Leaving): Costs | "mixed" {
  const { left, taken, policy, now } = leaving;
  const unused = policy === "KEEP_AND_USE_FIRST" ? null : unusedFee(world, customer, { left, now });
  const back = unused?.back ?? 0;
  const ahead = shareOf(taken, firstIndex(taken), now);
  const currencies = [
    ...(back === 0 ? [] : [left.terms.fee?.currency]),
    ...(ahead === 0 ? [] : [taken.terms.fee?.currency]),
  ];
  const [currency, other = currency] = currencies;
  if (currency === undefined) return { charge: null, unused };
  if (other !== currency) return "mixed";
  return { charge: { currency, charged: inCents(ahead), back: inCents(back) }, unused };
}

/** Only what was charged is given back, and of a period that never ends nothing is left. */
function unusedFee(
  world: World,
  { id }: Customer,
  { left, now }: Pick<Leaving, "left" | "now">,
): Unused | null {
  const index = indexAt(left, now);
  const bill = billNamed(world, id, feeBillName(left, index));
  const isCharged = bill?.status === "OPEN" || bill?.status === "PAID";
  if (!isCharged || periodStart(left.terms, left.anchor, index + 1) === null) return null;
  const { charged, off, notes, status } = bill;
  // What a coupon had taken off was never paid, and what a credit note gave back is not paid any more.
  const paid = charged - off - total(notes.map(({ amount }) => amount));
  const [part, of] = charged > 0 ? [BigInt(paid), BigInt(charged)] : [1n, 1n];
  const share = BigInt(shareOf(left, index, now));
  const net = rounded(share * part, of);
  if (net === 0) return null;
  if (status === "PAID") return { bill, back: net, setOff: 0 };
  const gross = inCents(net);
  const setOff = Math.min(gross, owedOf(bill));
  const back = setOff === gross ? 0 : rounded(share * part * BigInt(gross - setOff), of * BigInt(gross));
  return { bill, back, setOff };
}

interface Changed extends Costs {
  readonly taken: Stay;
  readonly at: number;
}

/** What was not paid comes off its bill; of which nothing is left to pay is paid. */
export function setOffUnused(world: World, { unused, at }: Changed): Note | null {
  if (unused === null) return null;
  const { bill, back, setOff } = unused;
  bill.unused += inCents(back);
  if (setOff === 0) return null;
  const taken = { voided: 0, clawback: 0, settlement: "INVOICE" } as const;
  const note: Note = { ...taken, name: world.name("note"), amount: setOff, at };
  bill.notes.push(note);
  if (owedOf(bill) > 0) return note;
  bill.status = "PAID";
  bill.nextAttemptAt = null;
  return note;
}

export function issueChange(
  world: World,
  customer: Customer,
  { taken, charge, unused, at }: Changed,
): ReturnType<typeof showBill> | null {
  if (charge === null) return null;
  const name = feeBillName(taken, firstIndex(taken));
  const of = placeOf(taken, firstIndex(taken));
  const backOf = unused?.bill.name ?? "";
  return showBill(issue(world, customer, { ...charge, backOf, name, kind: "SUBSCRIPTION", at, of }));
}
