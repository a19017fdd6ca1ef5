import { nextFinal, openPeriod } from "./billing.js";
import { catchUp, claim, endHold, expireFree } from "./due.js";
import { burn, insufficient, nextSupplyAt, payment, priced, type Scene, unpriced, windowEnd } from "./pay.js";
import { showHold, showUndo, showUsage } from "./show.js";
import { inForceAt, statusAt, stayAt } from "./stays.js";
import { balanceOfEntries, heldBy, lotNamed, reservedBy, total, undone } from "./sums.js";
import { dayLong, type Terms } from "./terms.js";
import type { Answer, Customer, Draws, Hold, Period, SentOf, UndoneDraw, Usage } from "./world.js";

/** How the next thing of a kind is called. */
export type Namer = (kind: "usage" | "hold" | "reversal" | "grant" | "invoice" | "note") => string;

/** What a metered command does to a wallet that has caught up; a refusal may leave a mess, as it is thrown away. */

export function consume(scene: Scene, sent: SentOf<"consume">, name: Namer): Answer {
  const { wallet, customer, now } = scene;
  const { operation, quantity, attributes } = sent;
  const stay = inForceAt(customer, now);
  if (stay === null) return inactive(customer, now);
  const { terms } = stay;
  const refused = unpriced(terms, operation, attributes);
  if (refused !== null) return refused;
  const occurredAt = Math.min(sent.occurredAt ?? now, now);
  const price = priced(scene, { operation, quantity, at: occurredAt });
  const { amount } = price;
  const paid = payment(scene, { terms, operation, amount });
  if (paid === null) return insufficient(scene, { terms, operation, amount, paid: 0 });
  const call = { ...price, operation, quantity, hold: null, occurredAt };
  const usage = charge(scene, { ...call, ...paid, name: name("usage") }, terms);
  catchUp(wallet, customer, now);
  return { kind: "consumed", usage: showUsage(wallet, usage) };
}

/** No call can be made while no plan is in force. */
export function inactive(customer: Customer, now: number): Answer {
  const stay = stayAt(customer, now);
  return {
    kind: "subscriptionInactive",
    customerId: customer.id,
    status: stay === null ? null : statusAt(stay, now),
  };
}

type Call = Omit<Usage, "balanceAfter" | "recordedAt" | "billedTo">;

function charge(scene: Scene, call: Call, { mayOwe }: Terms): Usage {
  const { wallet, customer, now } = scene;
  const { name, amount, occurredAt } = call;
  burn(scene, call, occurredAt);
  const entry = { type: "USAGE", amount: 0 - amount, lot: null, usage: name };
  wallet.entries.push({ ...entry, occurredAt, recordedAt: now });
  const period = mayOwe === 0 ? null : openPeriod(wallet, customer, { at: occurredAt, now });
  const usage = { ...call, billedTo: period, balanceAfter: balanceOfEntries(wallet), recordedAt: now };
  wallet.usages.push(usage);
  return usage;
}

export function reserve(scene: Scene, sent: SentOf<"reserve">, name: Namer): Answer {
  const { wallet, customer, now } = scene;
  const { operation, quantity, attributes, seconds } = sent;
  const stay = inForceAt(customer, now);
  if (stay === null) return inactive(customer, now);
  const { terms } = stay;
  const refused = unpriced(terms, operation, attributes);
  if (refused !== null) return refused;
  const { amount } = priced(scene, { operation, quantity, at: now });
  const paid = payment(scene, { terms, operation, amount });
  if (paid === null) return insufficient(scene, { terms, operation, amount, paid: 0 });
  const hold: Hold = {
    ...{ name: name("hold"), operation, quantity, amount, draws: paid.draws, captured: 0, terms },
    ...{ createdAt: now, until: now + seconds * 1_000, status: "ACTIVE", endedAt: null },
  };
  wallet.holds.push(hold);
  for (const [lot, part] of paid.draws) wallet.reserves.push({ at: now, hold: hold.name, lot, amount: part });
  if (paid.postpaid > 0) wallet.reserves.push({ at: now, hold: hold.name, lot: null, amount: paid.postpaid });
  return { kind: "reserved", hold: showHold(wallet, hold) };
}

function activeHold({ wallet }: Scene, name: string): Hold | Answer {
  const hold = wallet.holds.find((one) => one.name === name);
  if (hold === undefined) return { kind: "holdNotFound", hold: name };
  return hold.status === "ACTIVE" ? hold : { kind: "holdNotActive", hold: showHold(wallet, hold) };
}

export function capture(scene: Scene, sent: SentOf<"capture">, name: Namer): Answer {
  const { wallet, customer, now } = scene;
  const hold = activeHold(scene, sent.hold);
  if ("kind" in hold) return hold;
  const { operation, terms } = hold;
  const quantity = sent.quantity ?? hold.quantity;
  const refused = unpriced(terms, operation, sent.attributes);
  if (refused !== null) return refused;
  const price = priced(scene, { operation, quantity, at: now });
  const { amount } = price;
  const within = heldBy(wallet, hold);
  if (amount > within && !sent.beyond)
    return { kind: "holdExceeded", required: amount, held: within, exceededBy: amount - within };
  const taken = takeFrom(scene, hold, Math.min(amount, within));
  // What lies beyond the hold finds the wallet as it is once the hold's part is burned and owed.
  const sofar = { ...scene, wallet: structuredClone(wallet) };
  burn(sofar, taken, now);
  const beyond = payment(sofar, { terms, operation, amount: Math.max(0, amount - within) });
  if (beyond === null) {
    const refusal = insufficient(sofar, { terms, operation, amount, paid: within });
    return { ...refusal, nextSupplyAt: nextSupplyAt(scene) };
  }
  hold.captured += amount;
  const paid = {
    draws: [...taken.draws, ...beyond.draws],
    postpaid: taken.postpaid + beyond.postpaid,
  };
  const call = { ...price, operation, quantity, hold: hold.name, occurredAt: now };
  const usage = charge(scene, { ...call, ...paid, name: name("usage") }, terms);
  if (sent.final) endHold(wallet, hold, "CAPTURED", [now, now]);
  catchUp(wallet, customer, now);
  return { kind: "captured", usage: showUsage(wallet, usage), hold: showHold(wallet, hold) };
}

/** Lets a hold give so much: its grants in the order in which it holds them, then debt. */
function takeFrom({ wallet, now }: Scene, hold: Hold, amount: number) {
  const draws: [string, number][] = [];
  let missing = amount;
  for (const [lot] of hold.draws) {
    const part = Math.min(missing, reservedBy(wallet, hold, lot));
    if (part > 0) draws.push([lot, part]);
    missing -= part;
  }
  const parts: Draws = draws;
  for (const [lot, part] of parts) wallet.reserves.push({ at: now, hold: hold.name, lot, amount: 0 - part });
  if (missing > 0) wallet.reserves.push({ at: now, hold: hold.name, lot: null, amount: 0 - missing });
  return { draws: parts, postpaid: missing };
}

export function extend(scene: Scene, sent: SentOf<"extendHold">): Answer {
  const { wallet, now } = scene;
  const hold = activeHold(scene, sent.hold);
  if ("kind" in hold) return hold;
  hold.until = Math.max(hold.until, now + sent.seconds * 1_000);
  return { kind: "holdExtended", hold: showHold(wallet, hold) };
}

export function release(scene: Scene, sent: SentOf<"release">): Answer {
  const { wallet, now } = scene;
  const hold = activeHold(scene, sent.hold);
  if ("kind" in hold) return hold;
  endHold(wallet, hold, "RELEASED", [now, now]);
  return { kind: "released", hold: showHold(wallet, hold) };
}

export function reverse(scene: Scene, sent: SentOf<"reverseUsage">, name: Namer): Answer {
  const { wallet, now } = scene;
  const usage = wallet.usages.find((one) => one.name === sent.usage);
  if (usage === undefined) return { kind: "usageRecordNotFound", usage: sent.usage };
  const earlier = wallet.undos.filter((undo) => undo.usage === usage.name);
  const reversible = usage.amount - undone(wallet, usage);
  const amount = sent.amount ?? reversible;
  const nothingLeft = reversible === 0 && earlier.length > 0;
  if (amount > reversible || nothingLeft) return { kind: "reversalExceedsUsage", amount, reversible };
  const postpaid = Math.min(amount, usage.postpaid - total(earlier.map((undo) => undo.postpaid)));
  let missing = amount - postpaid;
  const draws: UndoneDraw[] = [];
  for (let position = usage.draws.length - 1; position >= 0; position -= 1) {
    const [lot, drawn] = usage.draws[position] ?? ["", 0];
    const before = earlier.flatMap((undo) => undo.draws.filter((draw) => draw.position === position));
    const part = Math.min(missing, drawn - total(before.map((draw) => draw.amount)));
    if (part > 0) draws.push({ position, lot, amount: part, effect: effectOn(scene, usage, lot) });
    missing -= part;
  }
  const period = undoneOn(scene, usage);
  const what = { usage: usage.name, amount, postpaid, draws, billedTo: period };
  const undo = { ...what, name: name("reversal"), at: now };
  wallet.undos.push(undo);
  giveBack(scene, usage, undo);
  catchUp(wallet, scene.customer, now);
  return { kind: "usageReversed", reversal: showUndo(undo), usage: showUsage(wallet, usage) };
}

/** With its call while that period is not invoiced, else on the present one. */
function undoneOn({ wallet, customer, now }: Scene, { billedTo }: Usage): Period | null {
  const stay = customer.stays.find(({ name }) => name === billedTo?.stay);
  if (billedTo === null || stay === undefined) return null;
  return billedTo.index >= nextFinal(wallet, stay)
    ? billedTo
    : openPeriod(wallet, customer, { at: now, now });
}

function effectOn({ wallet, now }: Scene, usage: Usage, lot: string): UndoneDraw["effect"] {
  const back = windowEnd(wallet, lot, usage.occurredAt);
  if (back !== null && back <= now) return "RETURNED";
  const { until } = lotNamed(wallet, lot);
  return until !== null && until <= now ? "EXPIRED" : "RESTORED";
}

interface GivenBack {
  readonly postpaid: number;
  readonly draws: readonly UndoneDraw[];
}

function giveBack({ wallet, now }: Scene, usage: Usage, { postpaid, draws }: GivenBack): void {
  const back = draws.filter(({ effect }) => effect !== "RETURNED");
  for (const { lot, amount } of back) {
    wallet.moves.push({ at: now, lot, amount });
    const at = windowEnd(wallet, lot, usage.occurredAt);
    if (at !== null) wallet.returns.push({ at, madeAt: now, lot, amount: 0 - amount, entered: false });
  }
  if (postpaid > 0) wallet.moves.push({ at: now, lot: null, amount: postpaid });
  const amount = postpaid + total(back.map((draw) => draw.amount));
  const entry = { type: "REVERSAL", amount, lot: null, usage: usage.name };
  if (amount > 0) wallet.entries.push({ ...entry, occurredAt: now, recordedAt: now });
  for (const name of new Set(back.map(({ lot }) => lot))) {
    const lot = lotNamed(wallet, name);
    claim(wallet, lot, [now, now]);
    if (lot.until !== null && lot.until <= now) expireFree(wallet, lot, [now, now]);
  }
}

const toldLateDays = 366;

/** A call told of too late is no call at all. */
export const isTooOld = (sent: SentOf<"consume">, now: number): boolean =>
  sent.occurredAt !== null && sent.occurredAt < now - toldLateDays * dayLong;
