import { start } from "./due.js";
import { checkKey, inputOf, keep, keptFor, sceneOf, spend, timeOf, visit, type World } from "./model.js";
import { packCredits, type Scene } from "./pay.js";
import { showLot, showWallet } from "./show.js";
import { termsAt } from "./stays.js";
import { lotNamed } from "./sums.js";
import { dayLong, packs } from "./terms.js";
import type { Answer, Customer, Lot, SentOf } from "./world.js";

/** Credits that arrive: given or bought. */

type NewLot = Omit<Lot, "name" | "born" | "started" | "over" | "windowDays" | "stay">;

function addLot(world: World, { wallet, now }: Scene, terms: NewLot): Lot {
  const name = world.name("grant");
  const born = Number(name.split(" ")[1]);
  const lot: Lot = { ...terms, name, born, windowDays: null, stay: null, started: false, over: false };
  wallet.lots.push(lot);
  if (lot.from <= now) start(wallet, lot, now);
  return lot;
}

function shown(kind: string, scene: Scene, { lot, replayed }: { lot: Lot; replayed: boolean }): Answer {
  return { kind, replayed, grant: showLot(scene.wallet, lot, scene.now), wallet: showWallet(scene) };
}

export function grantCredits(world: World, sent: SentOf<"grantCredits">): Answer {
  const known = checkKey(world, sent);
  const customer = world.customers.find(({ id }) => id === sent.customer);
  if (customer !== undefined && known !== null) visit(world, customer);
  if (known !== null && "kind" in known) return known;
  if (customer === undefined) return { kind: "customerNotFound", customerId: sent.customer };
  const scene = sceneOf(world, customer, sent.unit);
  if (known !== null)
    return shown("creditsGranted", scene, { lot: lotNamed(scene.wallet, known.result), replayed: true });
  const { amount, source, priority, until, operations } = sent;
  const from = sent.from ?? scene.now;
  if (from < scene.now || (until !== null && until <= from)) return { kind: "BAD_INPUT" };
  visit(world, customer);
  const lot = addLot(world, scene, { amount, source, priority, from, until, operations });
  keep(world, scene);
  spend(world, sent, { result: lot.name, unit: sent.unit, at: scene.now });
  return shown("creditsGranted", scene, { lot, replayed: false });
}

/** What the sandbox does follows from the cents of the total. */
export function purchase(world: World, sent: SentOf<"purchase">): Answer {
  const { pack: key, quantity } = sent;
  const known = checkKey(world, sent);
  const customer = world.customers.find(({ id }) => id === sent.customer);
  if (customer !== undefined) visit(world, customer);
  if (known !== null && "kind" in known) return known;
  if (customer === undefined) return { kind: "customerNotFound", customerId: sent.customer };
  const now = timeOf(world, customer);
  if (known !== null && known.result !== "waiting") {
    const scene = sceneOf(world, customer, known.unit);
    return shown("purchased", scene, { lot: lotNamed(scene.wallet, known.result), replayed: true });
  }
  const begun = world.begun.find((one) => one.customer === sent.customer && one.key === sent.key);
  if (begun !== undefined && begun.input !== inputOf(sent))
    return { kind: "idempotencyConflict", key: sent.key, usedAt: begun.at };
  const offered = termsAt(customer, now)?.sellsPacks ? packs : [];
  const pack = offered.find((one) => one.key === key);
  if (pack === undefined)
    return { kind: "packNotAvailable", pack: key, available: offered.map((one) => one.key) };
  if (begun === undefined)
    world.begun.push({ customer: sent.customer, key: sent.key, input: inputOf(sent), at: now });
  const cents = (pack.cents * quantity) % 100;
  if (cents === 1) return { kind: "paymentFailed" };
  if (cents === 2) {
    if (keptFor(world, sent) === undefined)
      spend(world, sent, { result: "waiting", unit: pack.unit, at: now });
    return { kind: "paymentRequired" };
  }
  return buy(world, customer, sent);
}

function buy(world: World, customer: Customer, sent: SentOf<"purchase">): Answer {
  const pack = packs.find((one) => one.key === sent.pack);
  if (pack === undefined) throw new Error(`There is no pack ${sent.pack}.`);
  const scene = sceneOf(world, customer, pack.unit);
  const { expiresAfterDays, priority, credits, bonus } = pack;
  const lot = addLot(world, scene, {
    amount: packCredits(credits, sent.quantity, bonus),
    source: "PACK",
    priority,
    from: scene.now,
    until: expiresAfterDays === null ? null : scene.now + expiresAfterDays * dayLong,
    operations: null,
  });
  keep(world, scene);
  spend(world, sent, { result: lot.name, unit: pack.unit, at: scene.now });
  return shown("purchased", scene, { lot, replayed: false });
}
