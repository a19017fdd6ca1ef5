import { firstIndex, periodFrom } from "./stays.js";
import { comesBack, free, inBurnOrder, lotNamed, reservedBy, total } from "./sums.js";
import { periodStart } from "./terms.js";
import type { Customer, Hold, Lot, Period, Stay, Wallet } from "./world.js";

interface Due {
  readonly at: number;
  /** At one instant: holds end, windows give back, grants expire, grants start, supplies renew. */
  readonly turn: number;
  readonly happen: () => void;
}

/** Lets all that is due by a time happen, each at its own time, and has the ledger say so, now. */
export function catchUp(wallet: Wallet, customer: Customer, until: number, now: number = until): void {
  for (;;) {
    let first: Due | null = null;
    for (const due of allDue(wallet, customer, { until, now }))
      if (
        due.at <= until &&
        (first === null || due.at < first.at || (due.at === first.at && due.turn < first.turn))
      )
        first = due;
    if (first === null) return;
    first.happen();
  }
}

/** When anything at all falls due next, for clocks that want to meet it. */
export const dueTimes = (wallet: Wallet, customer: Customer): number[] => [
  ...allDue(wallet, customer, { until: Infinity, now: Infinity }).map(({ at }) => at),
  ...wallet.returns.filter(({ entered }) => !entered).map(({ at }) => at),
];

interface Until {
  readonly until: number;
  readonly now: number;
}

function allDue(wallet: Wallet, customer: Customer, { until: limit, now }: Until): Due[] {
  const due: Due[] = [];
  for (const hold of wallet.holds)
    if (hold.status === "ACTIVE")
      due.push({
        at: hold.until,
        turn: 0,
        happen: () => endHold(wallet, hold, "EXPIRED", [hold.until, now]),
      });
  for (const lot of inBurnOrder(wallet.lots)) {
    const { until } = lot;
    if (!lot.started) due.push({ at: lot.from, turn: 3, happen: () => start(wallet, lot, now) });
    else if (until !== null && !lot.over)
      due.push({
        at: until,
        turn: 2,
        happen: () => {
          lot.over = true;
          expireFree(wallet, lot, [until, now]);
        },
      });
  }
  const returns = wallet.returns.filter(
    (back) => !back.entered && back.at <= limit && comesBack(wallet, back),
  );
  for (const lot of new Set(returns.map((back) => back.lot))) {
    const own = returns.filter((back) => back.lot === lot);
    const cameBack = own.filter((back) => netAt(wallet, back) > 0).map(({ at }) => at);
    if (cameBack.length > 0)
      due.push({ at: Math.max(...cameBack), turn: 1, happen: () => enterReturns(wallet, own, now) });
  }
  const renewal = nextRenewal(wallet, customer);
  if (renewal !== null)
    due.push({ at: renewal.at, turn: 4, happen: () => renew(wallet, customer, { ...renewal, now }) });
  return due;
}

type Returns = Wallet["returns"];

const netAt = ({ returns }: Wallet, { lot, at }: Returns[number]): number =>
  total(returns.filter((back) => back.lot === lot && back.at === at).map(({ amount }) => amount));

/** However many calls of a grant have left the window since the ledger was last written, it has one entry for them. */
function enterReturns(wallet: Wallet, returns: Returns, now: number): void {
  const at = Math.max(...returns.filter((back) => netAt(wallet, back) > 0).map((back) => back.at));
  const lot = returns[0]?.lot ?? null;
  const amount = total(returns.map((back) => back.amount));
  for (const back of returns) back.entered = true;
  wallet.entries.push({ type: "RETURN", amount, lot, usage: null, occurredAt: at, recordedAt: now });
}

interface Renewal extends Period {
  readonly at: number;
}

const nextSupply = ({ supplied }: Wallet, stay: Stay): number => supplied[stay.name] ?? firstIndex(stay);

/** The first period that has not been supplied, if it will be. */
export function nextRenewal(wallet: Wallet, { stays }: Customer): Renewal | null {
  let first: Renewal | null = null;
  for (const stay of stays) {
    const at = suppliesNext(wallet, stay);
    if (at !== null && (first === null || at < first.at))
      first = { at, stay: stay.name, index: nextSupply(wallet, stay) };
  }
  return first;
}

/** When a stay supplies a wallet next; null when it never does. */
export function suppliesNext(wallet: Wallet, stay: Stay): number | null {
  const { terms, until } = stay;
  if (terms.unit !== wallet.unit || terms.supply === null) return null;
  const next = periodFrom(stay, nextSupply(wallet, stay));
  return next === null || (until !== null && next >= until) ? null : next;
}

type AtAndNow = readonly [at: number, now: number];

function renew(
  wallet: Wallet,
  { stays }: Customer,
  { at, stay: name, index, now }: Renewal & { readonly now: number },
): void {
  const number = stays.findIndex((one) => one.name === name);
  const stay = stays[number];
  const supply = stay?.terms.supply ?? null;
  if (stay === undefined || supply === null) throw new Error("Nothing is supplied.");
  const { terms, anchor, from, firstSupply } = stay;
  const lot: Lot = {
    name: `supply ${index} of ${name}`,
    source: "SUPPLY",
    amount: (at === from ? firstSupply : null) ?? supply,
    priority: terms.supplyPriority,
    from: at,
    // What was paid for stays until its period is over, also when the plan is left before; a trial is not paid for.
    until: stay.trial === true ? stay.until : periodStart(terms, anchor, index + 1),
    operations: null,
    windowDays: terms.windowDays,
    stay: name,
    born: number * 1_000 + index,
    started: false,
    over: false,
  };
  wallet.supplied[name] = index + 1;
  wallet.lots.push(lot);
  start(wallet, lot, now);
}

export function start(wallet: Wallet, lot: Lot, now: number): void {
  lot.started = true;
  const { name, amount, from } = lot;
  wallet.moves.push({ at: from, lot: name, amount });
  wallet.entries.push({ type: "GRANT", amount, lot: name, usage: null, occurredAt: from, recordedAt: now });
}

/** What no hold reserves of a grant whose end has come. */
export function expireFree(wallet: Wallet, { name }: Lot, [at, now]: AtAndNow): void {
  const amount = 0 - free(wallet, lotNamed(wallet, name), at);
  if (amount === 0) return;
  wallet.moves.push({ at, lot: name, amount });
  wallet.entries.push({ type: "EXPIRY", amount, lot: name, usage: null, occurredAt: at, recordedAt: now });
}

interface Voiding {
  readonly amount: number;
  readonly at: number;
  readonly now: number;
}

/** Takes credits that nobody has used or reserved out of a grant. */
export function voidFree(wallet: Wallet, { name }: Lot, { amount, at, now }: Voiding): void {
  if (amount === 0) return;
  wallet.moves.push({ at, lot: name, amount: 0 - amount });
  const entry = { type: "VOID", amount: 0 - amount, lot: name, usage: null };
  wallet.entries.push({ ...entry, occurredAt: at, recordedAt: now });
}

/** Credits have come free of a grant: those that were paid back go now. */
export function claim(wallet: Wallet, lot: Lot, [at, now]: AtAndNow): void {
  const claims = wallet.claims.filter((each) => each.lot === lot.name);
  const amount = Math.min(total(claims.map((one) => one.amount)), free(wallet, lot, at));
  if (amount > 0) wallet.claims.push({ lot: lot.name, amount: 0 - amount });
  voidFree(wallet, lot, { amount, at, now });
}

/** Lets go of all that a hold still reserves; what goes back to a grant whose end has come expires with it. */
export function endHold(wallet: Wallet, hold: Hold, status: Hold["status"], [at, now]: AtAndNow): void {
  hold.status = status;
  hold.endedAt = at;
  const back = hold.draws.map(([lot]) => ({ lot, amount: reservedBy(wallet, hold, lot) }));
  const debt = reservedBy(wallet, hold, null);
  for (const { lot, amount } of [...back, { lot: null, amount: debt }])
    if (amount > 0) wallet.reserves.push({ at, hold: hold.name, lot, amount: 0 - amount });
  for (const { lot: name, amount } of back) {
    const lot = lotNamed(wallet, name);
    if (amount > 0) claim(wallet, lot, [at, now]);
    if (amount > 0 && lot.until !== null && lot.until <= at) expireFree(wallet, lot, [at, now]);
  }
}
