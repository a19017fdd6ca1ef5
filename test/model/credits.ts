import { ask } from "./collecting.js";
import { start } from "./due.js";
import { checkKey, inputOf, keep, keptFor, sceneOf, spend, timeOf, type World, walletsOf } from "./model.js";
import { type Bill, billNamed, issue, showBill } from "./money.js";
import { packCredits, type Scene } from "./pay.js";
import { showLot, showWallet } from "./show.js";
import { termsAt } from "./stays.js";
import { lotNamed } from "./sums.js";
import { dayLong, type Pack, packs } from "./terms.js";
import { visit } from "./timeline.js";
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
  const begun = world.begun.find((one) => one.customer === sent.customer && one.key === sent.key);
  if (begun !== undefined && begun.input !== inputOf(sent))
    return { kind: "idempotencyConflict", key: sent.key, usedAt: begun.at };
  const earlier = begun && billNamed(world, sent.customer, begun.bill);
  if (earlier?.lot) return bought(world, customer, { bill: earlier, replayed: true });
  if (earlier?.status === "VOID") return { kind: "invoiceNotPayable", invoice: showBill(earlier) };
  const offered = termsAt(customer, now)?.sellsPacks ? packs : [];
  const pack = packs.find((one) => one.key === key);
  if (pack === undefined || (earlier === undefined && !offered.includes(pack)))
    return { kind: "packNotAvailable", pack: key, available: offered.map((one) => one.key) };
  const bill = earlier ?? begin(world, customer, { sent, pack });
  const status = ask(bill, now);
  if (status === "FAILED") return { kind: "paymentFailed", invoice: showBill(bill) };
  if (keptFor(world, sent) === undefined) spend(world, sent, { result: bill.name, unit: pack.unit, at: now });
  if (status === "ACTION_REQUIRED") return { kind: "paymentRequired", invoice: showBill(bill) };
  deliver(world, customer, { bill, pack, quantity });
  return bought(world, customer, { bill, replayed: false });
}

interface Beginning {
  readonly sent: SentOf<"purchase">;
  readonly pack: Pack;
}

function begin(world: World, customer: Customer, { sent, pack }: Beginning): Bill {
  const at = timeOf(world, customer);
  const { cents, currency } = pack;
  const made = { name: world.name("invoice"), kind: "PURCHASE", currency } as const;
  const bill = issue(world, customer, { ...made, charged: cents * sent.quantity * 10_000, at });
  world.begun.push({ customer: sent.customer, key: sent.key, input: inputOf(sent), at, bill: bill.name });
  return bill;
}

interface Delivery {
  readonly bill: Bill;
  readonly pack: Pack;
  readonly quantity: number;
}

function deliver(world: World, customer: Customer, { bill, pack, quantity }: Delivery): void {
  const scene = sceneOf(world, customer, pack.unit);
  const { expiresAfterDays, priority, credits, bonus } = pack;
  const lot = addLot(world, scene, {
    amount: packCredits(credits, quantity, bonus),
    source: "PACK",
    priority,
    from: scene.now,
    until: expiresAfterDays === null ? null : scene.now + expiresAfterDays * dayLong,
    operations: null,
  });
  bill.lot = lot.name;
  keep(world, scene);
}

function bought(
  world: World,
  customer: Customer,
  { bill, replayed }: { readonly bill: Bill; readonly replayed: boolean },
): Answer {
  const name = bill.lot;
  const wallet = walletsOf(world, customer).find(({ lots }) => lots.some((lot) => lot.name === name));
  if (wallet === undefined || name === null) throw new Error(`The credits of ${bill.name} are missing.`);
  const scene = sceneOf(world, customer, wallet.unit);
  return {
    ...shown("purchased", scene, { lot: lotNamed(scene.wallet, name), replayed }),
    invoice: showBill(bill),
  };
}
