import { type Closing, closePeriod, closingOf, nextClosing } from "./billing.js";
import { cancelWaiting, collect, isToCollect } from "./collecting.js";
import { catchUp, dueTimes, suppliesNext } from "./due.js";
import { chargeFee, nextFeeAt, placeOf } from "./fees.js";
import { keep, sceneOf, timeOf, type World, walletsOf } from "./model.js";
import { type Bill, cent, inCents, issue } from "./money.js";
import type { Customer, Stay, Wallet } from "./world.js";

/** What falls due of a customer's billing: periods that end, and fees. At one instant what is old goes first. */
type Event =
  | { readonly at: number; readonly wallet: Wallet; readonly closing: Closing }
  | { readonly at: number; readonly stay: Stay }
  | { readonly at: number; readonly told: Stay };

function nextEvent(world: World, customer: Customer): Event | null {
  const closings = walletsOf(world, customer).flatMap((wallet) => {
    const closing = nextClosing(wallet, customer);
    return closing === null ? [] : [{ at: closing.at, wallet, closing }];
  });
  const fees = customer.stays.flatMap((stay) => {
    const at = nextFeeAt(stay);
    return at === null ? [] : [{ at, stay }];
  });
  const tellings = customer.stays.flatMap((told) => {
    const at = told.told === "NOTHING" ? told.from : told.until;
    return at === null || told.told === "END" || told.undone || told.gone ? [] : [{ at, told }];
  });
  const events: Event[] = [...closings, ...fees, ...tellings];
  return events.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

/** When something of a customer's billing falls due next; null when nothing ever will. */
const nextDueOfBilling = (world: World, customer: Customer): number | null =>
  nextEvent(world, customer)?.at ?? null;

/** Whether whoever looks will find a period to invoice. */
export const isClosingDue = (world: World): boolean =>
  world.customers.some((customer) =>
    walletsOf(world, customer).some(
      (wallet) => (nextClosing(wallet, customer)?.at ?? Infinity) <= timeOf(world, customer),
    ),
  );

/** Whoever looks at a customer has the billing done that is due, even if nothing else comes of it. */
export function visit(world: World, customer: Customer): void {
  const now = timeOf(world, customer);
  const due = nextDueOfBilling(world, customer);
  if (due !== null && due <= now) doBilling(world, customer, now);
}

/** Does what is due of a customer's billing, and lets go of plans of which nothing will be due any more. */
export function doBilling(world: World, customer: Customer, now: number): void {
  for (let event = nextEvent(world, customer); event !== null && event.at <= now; ) {
    if ("told" in event) event.told.told = event.told.told === "NOTHING" ? "START" : "END";
    else if ("stay" in event) chargeFee(world, customer, event);
    else closeAndInvoice(world, customer, { ...event, now });
    event = nextEvent(world, customer);
  }
  const { stays } = customer;
  for (const [place, stay] of stays.entries()) {
    const isOver = stay.until !== null && stay.until <= now;
    const isFollowed = stays.slice(place + 1).some(({ from, undone }) => !undone && from <= now);
    const isOwing =
      nextFeeAt(stay) !== null ||
      walletsOf(world, customer).some(
        (wallet) => closingOf(wallet, stay) !== null || suppliesNext(wallet, stay) !== null,
      );
    stay.gone ||= stay.undone || (isOver && isFollowed && !isOwing);
  }
}

interface Ending {
  readonly wallet: Wallet;
  readonly closing: Closing;
  readonly now: number;
}

/** What a period's invoice comes to is what it owes, but for the rounding of its lines. */
function closeAndInvoice(world: World, customer: Customer, { wallet, closing, now }: Ending): void {
  const owed = closePeriod(wallet, customer, { ...closing, now });
  if (owed === null) return;
  const name = `calls ${closing.index} of ${closing.stay}`;
  // What a command that is none had begun with is gone again. That no other invoice is missing is seen at the end.
  const told = world.told.get(name) ?? { total: inCents(owed), lines: 1 };
  const stay = customer.stays.find((one) => one.name === closing.stay);
  if (stay === undefined) throw new Error(`The model has no ${closing.stay}.`);
  if (told.total % cent !== 0 || Math.abs(told.total - owed) * 2 > told.lines * cent)
    throw new Error(`${name} owe ${owed}, and ${told.lines} lines cannot make that ${told.total}.`);
  const { unit: currency } = wallet;
  issue(world, customer, {
    ...{ name, kind: "USAGE", currency, charged: told.total, at: closing.at },
    of: placeOf(stay, closing.index),
  });
}

const collectedNext = (world: World, { id }: Customer): Bill | undefined =>
  world.bills
    .filter((one) => one.customer === id && one.status === "OPEN" && one.nextAttemptAt !== null)
    .toSorted((a, b) => (a.nextAttemptAt ?? 0) - (b.nextAttemptAt ?? 0))[0];

/** A test clock stops wherever something of billing falls due, where all wallets are written, and where it collects. */
export function moveTestClock(world: World, customer: Customer, until: number): void {
  for (const bill of world.bills) if (bill.customer === customer.id) cancelWaiting(bill);
  for (;;) {
    const billing = nextDueOfBilling(world, customer) ?? Infinity;
    const collecting = collectedNext(world, customer)?.nextAttemptAt ?? Infinity;
    const at = Math.min(billing, collecting);
    if (at > until) break;
    if (billing <= at) {
      doBilling(world, customer, at);
      for (const wallet of walletsOf(world, customer)) catchUp(wallet, customer, at);
    }
    collectAll(world, customer, at);
  }
  writeDue(world, customer);
}

export function collectAll(world: World, { id }: Customer, now: number): void {
  for (const bill of world.bills) if (bill.customer === id && isToCollect(bill, now)) collect(bill, now);
}

/** Writes what has fallen due in all wallets of a customer. */
export function writeDue(world: World, customer: Customer): void {
  visit(world, customer);
  for (const { unit } of walletsOf(world, customer)) keep(world, sceneOf(world, customer, unit));
}

/** Every time at which something falls due for anybody. */
export const allDueTimes = (world: World): number[] =>
  world.customers.flatMap((customer) => {
    const billing = nextDueOfBilling(world, customer);
    const collecting = collectedNext(world, customer)?.nextAttemptAt ?? null;
    return [
      ...walletsOf(world, customer).flatMap((wallet) => dueTimes(wallet, customer)),
      ...[billing, collecting].filter((at) => at !== null),
    ];
  });
