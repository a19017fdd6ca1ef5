import { type Place, takeOff } from "./coupons.js";
import type { World } from "./model.js";
import { total } from "./sums.js";
import type { Customer } from "./world.js";

/** An invoice. What it comes to never changes; what becomes of it does. */
export interface Bill {
  readonly name: string;
  readonly customer: string;
  readonly kind: "PURCHASE" | "SUBSCRIPTION" | "USAGE";
  readonly currency: string;
  readonly total: number;
  /** What the customer's balance has paid of it; below zero it is what the balance was given. */
  readonly credit: number;
  readonly at: number;
  /** What is charged on it, before coupons and what is given back, and what coupons take off that. */
  readonly charged: number;
  readonly off: number;
  status: "OPEN" | "PAID" | "VOID" | "UNCOLLECTIBLE";
  /** When it is collected next, and how often that has failed by plan. */
  nextAttemptAt: number | null;
  attempts: number;
  readonly payments: Payment[];
  readonly notes: Note[];
  /** What another bill has given back of it for unused time; and of which one this gives back, and how much. */
  unused: number;
  readonly unusedOf: { readonly bill: string; readonly amount: number } | null;
  /** The grant that a purchase has delivered. */
  lot: string | null;
}

interface Payment {
  readonly at: number;
  readonly amount: number;
  status: "ACTION_REQUIRED" | "SUCCEEDED" | "FAILED";
  /** The customer has done what the bank asks for, but nobody has asked the bank since. */
  approved: boolean;
}

/** A credit note. */
export interface Note {
  readonly name: string;
  readonly amount: number;
  readonly settlement: Settlement;
  /** What it took of a purchase's credits: at once, and when they come free. */
  readonly voided: number;
  readonly clawback: number;
  readonly at: number;
}

type Settlement = "REFUND" | "BALANCE" | "INVOICE";

/** The smallest coin, in millionths. */
export const cent = 10_000;

/** Rounds to whole parts, halves away from zero. */
export function rounded(amount: bigint, parts: bigint): number {
  const size = amount < 0n ? -amount : amount;
  const whole = (2n * size + parts) / (2n * parts);
  return Number(amount < 0n ? -whole : whole);
}

export const inCents = (amount: number): number => rounded(BigInt(amount), BigInt(cent)) * cent;

export const dueOf = ({ total: sum, credit }: Bill): number => sum - credit;

/** What is still asked for: time that was given back before it was paid need not be paid. */
export const owedOf = (bill: Bill): number =>
  dueOf(bill) -
  total(bill.notes.filter(({ settlement }) => settlement === "INVOICE").map(({ amount }) => amount));

/** What was paid beyond that, because it had been asked for before. */
function surplusOf(bill: Bill): number {
  const paid = bill.payments.filter(({ status }) => status === "SUCCEEDED");
  return bill.kind === "PURCHASE" || paid.length === 0
    ? 0
    : total(paid.map(({ amount }) => amount)) - owedOf(bill);
}

export const billNamed = ({ bills }: World, customer: string, name: string): Bill | undefined =>
  bills.find((one) => one.customer === customer && one.name === name);

/** What a customer has towards the next invoices: all that was given to it, less what they have used of it. */
export function balanceIn({ bills }: World, customer: string, currency: string): number {
  const ours = bills.filter((bill) => bill.customer === customer && bill.currency === currency);
  const given = ours.flatMap(({ notes }) => notes.filter(({ settlement }) => settlement === "BALANCE"));
  const used = ours.filter(({ status }) => status !== "VOID").map(({ credit }) => credit);
  return total(given.map(({ amount }) => amount)) - total(used) + total(ours.map(surplusOf));
}

type NewBill = Pick<Bill, "name" | "kind" | "currency" | "charged" | "at"> & {
  /** What is given back of a fee. */
  readonly back?: number;
  /** Of which bill. */
  readonly backOf?: string;
  /** The plan and the beginning of the period that it is for; a purchase is for none. */
  readonly of?: Pick<Place, "plan" | "start">;
};

/** An invoice for which nothing is to be paid is paid; a purchase is asked for at once, everything else is collected. */
export function issue(
  world: World,
  { id: customer }: Customer,
  { back = 0, backOf = "", of, ...made }: NewBill,
): Bill {
  const { kind, currency, at, charged, name } = made;
  const off = of === undefined ? 0 : takeOff(world, customer, { ...of, currency, charged, at, bill: name });
  const sum = charged - off - back;
  const credit = kind === "PURCHASE" ? 0 : Math.min(sum, balanceIn(world, customer, currency));
  const isPaid = kind !== "PURCHASE" && sum === credit;
  const bill: Bill = {
    ...{ ...made, customer, off, total: sum, credit, status: isPaid ? "PAID" : "OPEN" },
    ...{ nextAttemptAt: isPaid || kind === "PURCHASE" ? null : at, attempts: 0 },
    ...{ payments: [], notes: [], lot: null, unused: 0 },
    unusedOf: back === 0 ? null : { bill: backOf, amount: back },
  };
  world.bills.push(bill);
  return bill;
}

/** How an invoice is shown in answers. */
export function showBill(bill: Bill) {
  const { name, kind, currency, total: sum, credit, status } = bill;
  return { name, kind, currency, total: sum, credit, due: dueOf(bill), status };
}
