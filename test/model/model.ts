import { closePeriod, nextClosing } from "./billing.js";
import type { Redeemed } from "./coupons.js";
import { catchUp } from "./due.js";
import type { Namer } from "./judge.js";
import type { Bill } from "./money.js";
import type { Scene } from "./pay.js";
import type { Answer, Customer, Sent, Wallet } from "./world.js";

/** What a key stands for. */
interface Kept {
  readonly customer: string;
  readonly key: string;
  readonly input: string;
  /** Named as the model names it, and the wallet that it is in. */
  readonly result: string;
  readonly unit: string;
  readonly at: number;
}

/** Everything the model knows; a history has a world of its own. */
export interface World {
  readonly customers: Customer[];
  readonly wallets: Wallet[];
  readonly kept: Kept[];
  /** Purchases on record, also those that were declined and left their keys free. */
  readonly begun: {
    readonly customer: string;
    readonly key: string;
    readonly input: string;
    readonly at: number;
    readonly bill: string;
  }[];
  readonly bills: Bill[];
  readonly redeemed: Redeemed[];
  /** What the server has made of what a period owes, by the names of the invoices: rounding is its own. */
  readonly told: Map<string, Told>;
  readonly clocks: { wall: number; test: number };
  readonly name: Namer;
}

interface Told {
  /** Before coupons. */
  readonly total: number;
  readonly lines: number;
}

export function newWorld(now: number): World {
  const made: Record<string, number> = {};
  const name: Namer = (kind) => {
    made[kind] = (made[kind] ?? 0) + 1;
    return `${kind} ${made[kind]}`;
  };
  const clocks = { wall: now, test: now };
  return {
    customers: [],
    wallets: [],
    kept: [],
    begun: [],
    bills: [],
    redeemed: [],
    told: new Map(),
    clocks,
    name,
  };
}

export const timeOf = (world: World, customer: Customer): number => world.clocks[customer.clock];

export const inputOf = (sent: Sent): string => JSON.stringify(sent);

export const keptFor = ({ kept }: World, { customer, key }: Pick<Sent, "customer" | "key">) =>
  kept.find((one) => one.customer === customer && one.key === key);

/** A copy of a wallet that has caught up with the customer's time; a new one where there is none. */
export function sceneOf(world: World, customer: Customer, unit: string): Scene {
  const now = timeOf(world, customer);
  const ours = world.wallets.filter((one) => one.customer === customer.id);
  const lists = { lots: [], moves: [], reserves: [], returns: [], entries: [], holds: [] };
  const wallet = structuredClone(
    ours.find((one) => one.unit === unit) ?? {
      ...{ customer: customer.id, unit, ...lists, usages: [], undos: [] },
      ...{ claims: [], supplied: {}, finals: {} },
    },
  );
  for (let next = nextClosing(wallet, customer); next !== null && next.at <= now; ) {
    closePeriod(wallet, customer, { ...next, now });
    next = nextClosing(wallet, customer);
  }
  catchUp(wallet, customer, now);
  const elsewhere = ours.filter((one) => one.unit !== unit).flatMap(({ usages }) => usages);
  return { wallet, customer, now, elsewhere };
}

/** From now on this is the wallet. */
export function keep(world: World, { wallet }: Pick<Scene, "wallet">): void {
  const { customer, unit } = wallet;
  const at = world.wallets.findIndex((one) => one.customer === customer && one.unit === unit);
  if (at === -1) world.wallets.push(wallet);
  else world.wallets[at] = wallet;
}

export const walletsOf = ({ wallets }: World, { id }: Customer): Wallet[] =>
  wallets.filter((one) => one.customer === id);

/** The key is looked at first. */
export function checkKey(world: World, sent: Sent): Kept | Answer | null {
  const known = keptFor(world, sent);
  if (known === undefined) return null;
  return known.input === inputOf(sent)
    ? known
    : { kind: "idempotencyConflict", key: sent.key, usedAt: known.at };
}

export function spend(world: World, sent: Sent, what: Pick<Kept, "result" | "unit" | "at">): void {
  world.kept.push({ customer: sent.customer, key: sent.key, input: inputOf(sent), ...what });
}
