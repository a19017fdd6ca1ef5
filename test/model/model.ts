import { bill, nextInvoiceAt } from "./billing.js";
import { catchUp, dueTimes } from "./due.js";
import { capture, consume, extend, isTooOld, type Namer, release, reserve, reverse } from "./judge.js";
import type { Scene } from "./pay.js";
import { showHold, showUndo, showUsage, showWallet } from "./show.js";
import type { Answer, Customer, Sent, SentOf, Wallet } from "./world.js";

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
  }[];
  readonly clocks: { wall: number; test: number };
  readonly name: Namer;
}

export function newWorld(now: number): World {
  const made: Record<string, number> = {};
  const name: Namer = (kind) => {
    made[kind] = (made[kind] ?? 0) + 1;
    return `${kind} ${made[kind]}`;
  };
  return { customers: [], wallets: [], kept: [], begun: [], clocks: { wall: now, test: now }, name };
}

export const timeOf = (world: World, customer: Customer): number => world.clocks[customer.clock];

export const inputOf = (sent: Sent): string => JSON.stringify(sent);

export const keptFor = ({ kept }: World, { customer, key }: Pick<Sent, "customer" | "key">) =>
  kept.find((one) => one.customer === customer && one.key === key);

/** A copy of a wallet that has caught up with the customer's time; a new one where there is none. */
export function sceneOf(world: World, customer: Customer, unit: string): Scene {
  const now = timeOf(world, customer);
  const stored = world.wallets.find((one) => one.customer === customer.id && one.unit === unit);
  const lists = { lots: [], moves: [], reserves: [], returns: [], entries: [], holds: [] };
  const wallet = structuredClone(
    stored ?? { customer: customer.id, unit, ...lists, usages: [], undos: [], supplied: 0, finals: 0 },
  );
  bill(wallet, customer, now, now);
  catchUp(wallet, customer, now);
  return { wallet, customer, now };
}

/** From now on this is the wallet. */
export function keep(world: World, { wallet }: Scene): void {
  const { customer, unit } = wallet;
  const at = world.wallets.findIndex((one) => one.customer === customer && one.unit === unit);
  if (at === -1) world.wallets.push(wallet);
  else world.wallets[at] = wallet;
}

/** Whoever looks at a customer has the periods invoiced that are over, even if nothing else comes of it. */
export function visit(world: World, customer: Customer): void {
  const now = timeOf(world, customer);
  for (const wallet of world.wallets.filter((one) => one.customer === customer.id))
    bill(wallet, customer, now, now);
}

/** A test clock stops at each end of a period, and all wallets are written there. */
export function stopAtInvoices(world: World, customer: Customer, until: number): void {
  const wallets = world.wallets.filter((one) => one.customer === customer.id);
  const own = wallets.find(({ unit }) => unit === customer.terms?.unit);
  if (own === undefined) return;
  for (let at = nextInvoiceAt(own, customer); at !== null && at <= until; at = nextInvoiceAt(own, customer)) {
    bill(own, customer, at, at);
    for (const wallet of wallets) catchUp(wallet, customer, at);
  }
}

/** Writes what has fallen due in all wallets of a customer. */
export function writeDue(world: World, customer: Customer): void {
  visit(world, customer);
  for (const { unit } of world.wallets.filter((one) => one.customer === customer.id))
    keep(world, sceneOf(world, customer, unit));
}

/** Every time at which something falls due for anybody. */
export const allDueTimes = (world: World): number[] =>
  world.wallets.flatMap((wallet) => {
    const customer = world.customers.find(({ id }) => id === wallet.customer);
    if (customer === undefined) return [];
    const invoiceAt = wallet.unit === customer.terms?.unit ? nextInvoiceAt(wallet, customer) : null;
    return [...dueTimes(wallet, customer), ...(invoiceAt === null ? [] : [invoiceAt])];
  });

type Metered = SentOf<"consume" | "reserve" | "capture" | "extendHold" | "release" | "reverseUsage">;

/**
 * Commands that are judged together, in order, each on what those before it left. Wallets catch up once, and are
 * written if anything in them succeeded.
 */
export function judgeTogether(world: World, commands: readonly Metered[]): Answer[] {
  const scenes = new Map<string, Scene>();
  const changed = new Set<string>();
  for (const customer of world.customers)
    if (commands.some((sent) => sent.customer === customer.id)) visit(world, customer);
  const answers = commands.map((sent) => {
    const known = checkKey(world, sent);
    if (known !== null && "kind" in known) return known;
    const customer = world.customers.find(({ id }) => id === sent.customer);
    if (customer === undefined) return { kind: "customerNotFound", customerId: sent.customer };
    const unit = customer.terms?.unit ?? "credit";
    const scene = scenes.get(customer.id) ?? sceneOf(world, customer, unit);
    scenes.set(customer.id, scene);
    if (known !== null) return replay(scene, sent, known.result);
    if (sent.kind === "consume" && isTooOld(sent, scene.now)) return { kind: "BAD_INPUT" };
    const trial = { ...scene, wallet: structuredClone(scene.wallet) };
    const { answer, result } = judgeNew(trial, sent, world.name);
    if (result === null) return answer;
    scenes.set(customer.id, trial);
    changed.add(customer.id);
    spend(world, sent, { result, unit, at: scene.now });
    return { ...answer, replayed: false, wallet: showWallet(trial) };
  });
  for (const [id, scene] of scenes) if (changed.has(id)) keep(world, scene);
  return answers;
}

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

interface Judged {
  readonly answer: Answer;
  /** Null when it was refused. */
  readonly result: string | null;
}

const successes: Readonly<Record<string, "usage" | "hold" | "reversal">> = {
  consumed: "usage",
  reserved: "hold",
  captured: "usage",
  holdExtended: "hold",
  released: "hold",
  usageReversed: "reversal",
};

function judgeNew(scene: Scene, sent: Metered, name: Namer): Judged {
  const answer = judgeOne(scene, sent, name);
  const about = successes[answer.kind];
  const made = about === undefined ? null : answer[about];
  const isNamed = typeof made === "object" && made !== null && "name" in made;
  return { answer, result: isNamed ? String(made.name) : null };
}

function judgeOne(scene: Scene, sent: Metered, name: Namer): Answer {
  switch (sent.kind) {
    case "consume":
      return consume(scene, sent, name);
    case "reserve":
      return reserve(scene, sent, name);
    case "capture":
      return capture(scene, sent, name);
    case "extendHold":
      return extend(scene, sent);
    case "release":
      return release(scene, sent);
    case "reverseUsage":
      return reverse(scene, sent, name);
  }
}

const kinds = {
  consume: "consumed",
  reserve: "reserved",
  capture: "captured",
  extendHold: "holdExtended",
  release: "released",
  reverseUsage: "usageReversed",
} as const;

/** The first result once more, with the wallet and the hold as they are by now. */
function replay(scene: Scene, sent: Metered, result: string): Answer {
  const { wallet } = scene;
  const told = { kind: kinds[sent.kind], replayed: true, wallet: showWallet(scene) };
  const usageNamed = (name: string | undefined) => {
    const usage = wallet.usages.find((one) => one.name === name);
    return usage && showUsage(wallet, usage);
  };
  const holdNamed = (name: string) => {
    const hold = wallet.holds.find((one) => one.name === name);
    return hold && showHold(wallet, hold);
  };
  if (sent.kind === "reverseUsage") {
    const undo = wallet.undos.find(({ name }) => name === result);
    return { ...told, reversal: undo && showUndo(undo), usage: usageNamed(undo?.usage) };
  }
  if (sent.kind === "consume") return { ...told, usage: usageNamed(result) };
  if (sent.kind === "capture") return { ...told, usage: usageNamed(result), hold: holdNamed(sent.hold) };
  return { ...told, hold: holdNamed(result) };
}
