import { catchUp } from "./due.js";
import { checkKey, keep, sceneOf, spend, timeOf, type World } from "./model.js";
import type { Scene } from "./pay.js";
import { showWallet } from "./show.js";
import { statusAt, stayAt, unitAt } from "./stays.js";
import { periodIndex, periodStart, plans, type Terms } from "./terms.js";
import { doBilling, visit } from "./timeline.js";
import type { Answer, Customer, Sent, SentOf, Stay } from "./world.js";

/** What commands have in common that are transactions of their own: the key first, then who it is, and what is written in the end. */

type LoneCommand = Exclude<Sent, SentOf<"payInvoice" | "purchase" | "grantCredits">>;

export interface Trying {
  readonly world: World;
  readonly customer: Customer;
  readonly now: number;
}

/** What a command has come to: how it is answered, and what its key stands for from now on. */
export interface Done {
  readonly answer: Answer;
  /** Null when it is refused, which leaves its key free. */
  readonly result: string | null;
}

export const refused = (answer: Answer): Done => ({ answer, result: null });

/** A command that is no command leaves nothing behind, not even what its transaction had begun with. */
export const badInput = refused({ kind: "BAD_INPUT" });

interface Acting {
  readonly act: (trying: Trying) => Done;
  readonly again: (trying: Trying, result: string) => Answer;
}

export function command(world: World, sent: LoneCommand, { act, again }: Acting): Answer {
  const known = checkKey(world, sent);
  const customer = world.customers.find(({ id }) => id === sent.customer);
  const { wallets, bills, redeemed } = world;
  const before = structuredClone({ wallets, bills, redeemed, stays: customer?.stays ?? [] });
  if (customer !== undefined) visit(world, customer);
  if (known !== null && "kind" in known) return known;
  if (customer === undefined) return { kind: "customerNotFound", customerId: sent.customer };
  const trying = { world, customer, now: timeOf(world, customer) };
  if (known !== null) return { ...again(trying, known.result), replayed: true };
  const done = act(trying);
  const { answer, result } = done;
  if (done === badInput) {
    wallets.splice(0, Infinity, ...before.wallets);
    bills.splice(0, Infinity, ...before.bills);
    redeemed.splice(0, Infinity, ...before.redeemed);
    customer.stays.splice(0, Infinity, ...before.stays);
  }
  if (result === null) return answer;
  spend(world, sent, { result, unit: "", at: trying.now });
  return { ...answer, replayed: false };
}

export function newStay(
  { customer }: Trying,
  stay: Pick<Stay, "terms" | "from"> & Partial<Pick<Stay, "anchor" | "firstSupply">>,
): Stay {
  return {
    ...{
      anchor: stay.from,
      firstSupply: null,
      until: null,
      cancelledAt: null,
      undone: false,
      gone: false,
      told: "NOTHING",
    },
    ...stay,
    nextFee: periodIndex(stay.terms, stay.anchor ?? stay.from, stay.from),
    name: `stay ${customer.stays.length + 1} of ${customer.id}`,
  };
}

/** It ends where it would have begun. */
export function undo(stay: Stay, cancelledAt: number | null = null): void {
  stay.undone = true;
  stay.until = stay.from;
  stay.cancelledAt = cancelledAt;
}

/** The wallets that plans of a customer fill, or will, and those in units that are named. */
export const scenesOf = ({ world, customer }: Trying, units: readonly string[]): Scene[] =>
  [...new Set([...units, ...customer.stays.filter(({ gone }) => !gone).map(({ terms }) => terms.unit)])].map(
    (unit) => sceneOf(world, customer, unit),
  );

/** Lets happen and writes what follows from a change, and what then falls due of billing. */
export function conclude({ world, customer, now }: Trying, scenes: readonly Scene[]): void {
  for (const scene of scenes) {
    catchUp(scene.wallet, customer, now);
    keep(world, scene);
  }
  doBilling(world, customer, now);
}

/** How a stay is shown. */
export function standing({ customer, now }: Trying, stay: Stay) {
  const { name, terms, from, until, cancelledAt } = stay;
  const wasEver = (one: Stay): boolean => one.until === null || one.until > one.from;
  const after = customer.stays.slice(customer.stays.indexOf(stay) + 1).find(wasEver);
  const follows = wasEver(stay) && after !== undefined && statusAt(after, now) === "SCHEDULED";
  return {
    ...{ name, plan: terms.key, from, until, cancelledAt },
    next: follows ? after.name : null,
  };
}

/** The stay that counts, and the wallet that it fills. */
export function present(trying: Trying) {
  const { world, customer, now } = trying;
  const stay = stayAt(customer, now);
  if (stay === null) throw new Error(`${customer.id} is on no plan.`);
  return {
    standing: standing(trying, stay),
    wallet: showWallet(sceneOf(world, customer, unitAt(customer, now))),
  };
}

export const planNamed = (key: string): Terms | undefined => plans.find((plan) => plan.key === key);

export const planNotFound = (plan: string): Answer => ({
  kind: "planNotFound",
  plan,
  available: plans.map(({ key }) => key).toSorted(),
});

/** The end of what was paid for; null when it never comes. */
export const paidUntil = ({ terms, anchor }: Stay, at: number): number | null =>
  periodStart(terms, anchor, periodIndex(terms, anchor, at) + 1);

/** A rolling supply belongs to no period that was paid for, so it ends with its plan. */
export function leaveRolling(scenes: readonly Scene[], stay: Stay, now: number): void {
  if (stay.terms.period !== "ROLLING") return;
  const lots = scenes.flatMap(({ wallet }) => wallet.lots);
  for (const lot of lots) if (lot.stay === stay.name) lot.until = now;
}

export const stayNamed = ({ customer }: Trying, name: string): Stay => {
  const stay = customer.stays.find((one) => one.name === name);
  if (stay === undefined) throw new Error(`The model has no ${name}.`);
  return stay;
};

export function subscribe(world: World, sent: SentOf<"subscribe">): Answer {
  return command(world, sent, {
    act: (trying) => {
      const { customer, now } = trying;
      const terms = planNamed(sent.plan);
      if (terms === undefined) return refused(planNotFound(sent.plan));
      const inTheWay = customer.stays.find((stay) => !stay.gone && statusAt(stay, now) !== "ENDED");
      if (inTheWay !== undefined)
        return refused({ kind: "alreadySubscribed", standing: standing(trying, inTheWay) });
      const scenes = scenesOf(trying, [terms.unit]);
      const stay = newStay(trying, { terms, from: now });
      customer.stays.push(stay);
      conclude(trying, scenes);
      return { answer: subscribed(trying, stay), result: stay.name };
    },
    again: (trying, result) => subscribed(trying, stayNamed(trying, result)),
  });
}

const subscribed = (trying: Trying, stay: Stay): Answer => ({
  kind: "subscribed",
  standing: standing(trying, stay),
  wallet: showWallet(sceneOf(trying.world, trying.customer, stay.terms.unit)),
});
