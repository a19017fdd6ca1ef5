import { instant } from "../../server/domain/instant.js";
import { compareBills, hear } from "./billRows.js";
import type { Engine } from "./engine.js";
import type { Play } from "./history.js";
import { sceneOf, timeOf } from "./model.js";
import { compareRows, rowsOf } from "./rows.js";
import { same } from "./same.js";
import { seenHold, seenWallet } from "./seen.js";
import { contradiction, showEntries, showHold, showLot, showPast, showWallet } from "./show.js";
import { compareStays } from "./stayRows.js";
import { visit, writeDue } from "./timeline.js";
import type { Customer } from "./world.js";

const many = 1_000;

/** A wallet as it is read now, which writes nothing unless a period is to be invoiced. */
export async function compareWallet(playing: Play, customer: Customer, unit: string) {
  const { world, names, engines } = playing;
  const shown = await onEach(engines, (engine) => engine.wallet(customer.id, unit));
  await hear(playing);
  visit(world, customer);
  const scene = sceneOf(world, customer, unit);
  const isThere = world.wallets.some((one) => one.customer === customer.id && one.unit === unit);
  same(contradiction(scene), null, "The model contradicts itself.");
  for (const [engine, snapshot] of shown) {
    const seen = snapshot === null ? null : seenWallet(names, snapshot);
    same(seen, isThere ? showWallet(scene) : null, `The wallet on ${engine.name} is another.`);
  }
}

/** Asks each engine the same, and then all that the model has to hear of it is there. */
async function onEach<Told>(engines: readonly Engine[], ask: (engine: Engine) => Promise<Told>) {
  const told: [Engine, Told][] = [];
  for (const engine of engines) told.push([engine, await ask(engine)]);
  return told;
}

interface PastQuestion {
  readonly customer: Customer;
  readonly unit: string;
  readonly at: number;
}

/** A wallet as it was, which writes what is due first. */
export async function comparePast(playing: Play, { customer, unit, at }: PastQuestion) {
  const { world, names, engines } = playing;
  const question = { customerId: customer.id, unit, asOf: instant(at) };
  const asked = await onEach(engines, (engine) => engine.walletAsOf(question));
  await hear(playing);
  writeDue(world, customer);
  const isThere = world.wallets.some((one) => one.customer === customer.id && one.unit === unit);
  const shown = isThere ? showPast(sceneOf(world, customer, unit), at) : null;
  for (const [engine, snapshot] of asked) {
    const seen = snapshot && {
      ...seenWallet(names, snapshot),
      past: (snapshot.past ?? [])
        .map((grant) => [names.nameOf(grant.id), grant.remaining, grant.held] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      returns: (await engine.returns(snapshot, many)).map((back) => ({ ...back })),
    };
    const when = new Date(at).toISOString();
    same(seen, shown, `The wallet of ${customer.id} as of ${when} on ${engine.name} is another.`);
  }
}

/** At a history's end: every wallet, now and then, every row, and the laws of the books. */
export async function compareAll(playing: Play): Promise<void> {
  const { world, cast, engines } = playing;
  for (const customer of cast) {
    for (const { unit } of world.wallets.filter((one) => one.customer === customer.id)) {
      await compareWallet(playing, customer, unit);
      for (const engine of engines) await writeDueOn(engine, customer, unit);
    }
    await hear(playing);
    writeDue(world, customer);
  }
  for (const { customer, unit } of world.wallets) {
    const owner = cast.find(({ id }) => id === customer);
    if (owner === undefined) continue;
    for (const engine of engines) await compareBooks(playing, { engine, customer: owner, unit });
    await compareMoments(playing, owner, unit);
  }
  for (const engine of engines) {
    await compareStays(playing, engine);
    await compareBills(playing, engine);
  }
  const ids = cast.map(({ id }) => id);
  const [first, ...others] = engines;
  if (first === undefined) throw new Error("There is no engine.");
  const rows = await rowsOf(first, ids);
  for (const engine of others)
    same(await rowsOf(engine, ids), rows, `${engine.name} and ${first.name} have other rows.`);
}

const writeDueOn = (engine: Engine, customer: Customer, unit: string) =>
  engine.ledgerEntries({ customerId: customer.id, unit, first: 1, after: null });

interface Books {
  readonly engine: Engine;
  readonly customer: Customer;
  readonly unit: string;
}

/** The stored rows of one wallet against the lists of the model, one by one. */
async function compareBooks({ world, names }: Play, { engine, customer, unit }: Books): Promise<void> {
  const { wallet } = sceneOf(world, customer, unit);
  const now = timeOf(world, customer);
  const verified = await engine.verifyWallet(customer.id, unit);
  same(verified?.drifts, [], `${engine.name} breaks a law.`);
  const holds = await engine.holds({ customerId: customer.id, status: null, after: null, first: many });
  const byName = <Item extends { readonly name: string }>(items: readonly Item[]) =>
    items.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const ours = holds.items.filter((hold) => hold.unit === unit);
  same(
    byName(ours.map((hold) => seenHold(names, hold))),
    byName(wallet.holds.map((hold) => showHold(wallet, hold))),
    `The holds on ${engine.name} are others.`,
  );
  await compareRows(
    { engine, names, customer: customer.id, unit },
    {
      entries: showEntries(wallet),
      lots: byName(wallet.lots.map((lot) => showLot(wallet, lot, now))),
      wallet,
      now,
    },
  );
}

/** Some of the instants at which the model remembers what it said, and the edges of what has happened. */
async function compareMoments(playing: Play, customer: Customer, unit: string): Promise<void> {
  const { world, remembered } = playing;
  const now = timeOf(world, customer);
  const ours = remembered.filter((one) => one.customer === customer.id && one.unit === unit);
  const { wallet } = sceneOf(world, customer, unit);
  const edges = [...wallet.returns, ...wallet.moves].flatMap(({ at }) => [at - 1, at]);
  const times = [...new Set([...ours.map(({ at }) => at), ...edges])].filter((at) => at <= now);
  const apart = Math.max(1, Math.floor(times.length / 5));
  for (const [index, at] of times.entries())
    if (index % apart === 0) await comparePast(playing, { customer, unit, at });
}
