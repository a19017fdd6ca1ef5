import { capture, consume, extend, isTooOld, type Namer, release, reserve, reverse } from "./judge.js";
import { checkKey, keep, sceneOf, spend, timeOf, type World, walletsOf } from "./model.js";
import type { Scene } from "./pay.js";
import { showHold, showUndo, showUsage, showWallet } from "./show.js";
import { unitAt } from "./stays.js";
import { visit } from "./timeline.js";
import type { Answer, Customer, Sent, SentOf, Wallet } from "./world.js";

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
