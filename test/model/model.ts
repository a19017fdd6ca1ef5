import { bill, closingOf, nextClosing } from "./billing.js";
import { catchUp, dueTimes, suppliesNext } from "./due.js";
import { capture, consume, extend, isTooOld, type Namer, release, reserve, reverse } from "./judge.js";
import type { Scene } from "./pay.js";
import { showHold, showUndo, showUsage, showWallet } from "./show.js";
import { unitAt } from "./stays.js";
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
  const ours = world.wallets.filter((one) => one.customer === customer.id);
  const lists = { lots: [], moves: [], reserves: [], returns: [], entries: [], holds: [] };
  const wallet = structuredClone(
    ours.find((one) => one.unit === unit) ?? {
      ...{ customer: customer.id, unit, ...lists, usages: [], undos: [] },
      ...{ supplied: {}, finals: {} },
    },
  );
  bill(wallet, customer, now, now);
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

/** Whoever looks at a customer has the periods invoiced that are over, even if nothing else comes of it. */
export function visit(world: World, customer: Customer): void {
  const now = timeOf(world, customer);
  const due = nextDueOfBilling(world, customer);
  if (due !== null && due <= now) doBilling(world, customer, now);
}

/** Does what is due of a customer's billing, and lets go of plans that nothing will be due of any more. */
export function doBilling(world: World, customer: Customer, now: number): void {
  const wallets = walletsOf(world, customer);
  for (const wallet of wallets) bill(wallet, customer, now, now);
  const { stays } = customer;
  for (const [place, stay] of stays.entries()) {
    const isOver = stay.until !== null && stay.until <= now;
    const isFollowed = stays.slice(place + 1).some(({ from, undone }) => !undone && from <= now);
    const isOwing = wallets.some(
      (wallet) => closingOf(wallet, stay) !== null || suppliesNext(wallet, stay) !== null,
    );
    stay.gone ||= stay.undone || (isOver && isFollowed && !isOwing);
  }
}

/** When something of a customer's billing falls due next; null when nothing ever will. */
export function nextDueOfBilling(world: World, customer: Customer): number | null {
  const times = walletsOf(world, customer).flatMap((wallet) => nextClosing(wallet, customer)?.at ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** A test clock stops wherever something of billing falls due, and all wallets are written there. */
export function stopAtBilling(world: World, customer: Customer, until: number): void {
  for (let at = nextDueOfBilling(world, customer); at !== null && at <= until; ) {
    doBilling(world, customer, at);
    for (const wallet of walletsOf(world, customer)) catchUp(wallet, customer, at);
    at = nextDueOfBilling(world, customer);
  }
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
    const wallets = walletsOf(world, customer);
    return [
      ...wallets.flatMap((wallet) => dueTimes(wallet, customer)),
      ...(billing === null ? [] : [billing]),
    ];
  });

type Metered = SentOf<keyof typeof kinds>;

/** Whether a command shares its transaction with others. */
export const isMetered = (sent: Sent): sent is Metered => sent.kind in kinds;

/**
 * Commands that are judged together, in order, each on what those before it left. Wallets catch up once, and are
 * written if anything in them succeeded.
 */
export function judgeTogether(world: World, commands: readonly Metered[]): Answer[] {
  const opened = new Map<string, Scene>();
  const changed = new Set<string>();
  for (const customer of world.customers)
    if (commands.some((sent) => sent.customer === customer.id)) visit(world, customer);
  const sceneIn = (customer: Customer, unit: string): Scene => {
    const scene = opened.get(`${customer.id}/${unit}`) ?? sceneOf(world, customer, unit);
    opened.set(`${customer.id}/${unit}`, scene);
    const others = [...opened.values()].filter((one) => one.customer === customer && one !== scene);
    const unopened = scene.elsewhere.filter(
      ({ name }) => !others.some(({ wallet }) => wallet.usages.some((one) => one.name === name)),
    );
    return { ...scene, elsewhere: [...unopened, ...others.flatMap(({ wallet }) => wallet.usages)] };
  };
  const answers = commands.map((sent) => {
    const known = checkKey(world, sent);
    if (known !== null && "kind" in known) return known;
    const customer = world.customers.find(({ id }) => id === sent.customer);
    if (customer === undefined) return { kind: "customerNotFound", customerId: sent.customer };
    if (known !== null) return replay(sceneIn(customer, known.unit), sent, known.result);
    const unit = unitOf(world, customer, sent) ?? madeIn([...opened.values()], sent);
    const scene = sceneIn(customer, unit ?? unitAt(customer, timeOf(world, customer)));
    if (sent.kind === "consume" && isTooOld(sent, scene.now)) return { kind: "BAD_INPUT" };
    const trial = { ...scene, wallet: structuredClone(scene.wallet) };
    const { answer, result } = judgeNew(trial, sent, world.name);
    if (result === null) return answer;
    const { wallet } = trial;
    opened.set(`${customer.id}/${wallet.unit}`, trial);
    changed.add(`${customer.id}/${wallet.unit}`);
    spend(world, sent, { result, unit: wallet.unit, at: scene.now });
    return { ...answer, replayed: false, wallet: showWallet(trial) };
  });
  for (const [name, scene] of opened) if (changed.has(name)) keep(world, scene);
  return answers;
}

/** The unit of the wallet in which a hold or a call is that a command is about. */
const unitOf = (world: World, customer: Customer, sent: Metered): string | undefined =>
  walletsOf(world, customer).find((wallet) => isAbout(wallet, sent))?.unit;

/** The same of what the commands before it have just made. */
const madeIn = (scenes: readonly Scene[], sent: Metered): string | undefined =>
  scenes.find(({ wallet }) => wallet.customer === sent.customer && isAbout(wallet, sent))?.wallet.unit;

const isAbout = ({ holds, usages }: Wallet, sent: Metered): boolean =>
  ("hold" in sent && holds.some(({ name }) => name === sent.hold)) ||
  ("usage" in sent && usages.some(({ name }) => name === sent.usage));

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
