import { randomUUID } from "node:crypto";
import { createScripClient, expectResult, iterate, type LedgerEntry, type ScripClient } from "@scrip/sdk";
import { expect, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { type DatabaseOptions, openDatabase } from "../server/storage/database.js";
import { type Change, unexplained } from "./concurrency/explain.js";
import { customers, hotCustomer, type Reply, repliesTo } from "./concurrency/replies.js";
import { changesOf, effectOf, sightsOf } from "./concurrency/wallets.js";
import { compileServer } from "./crash/compile.js";
import { startServer } from "./crash/process.js";
import { seeded } from "./crash/random.js";
import { freshDatabase } from "./harness/engine.js";

const servers = 3;

/** Servers in processes of their own, over one PostgreSQL. */
async function withServers(
  database: DatabaseOptions,
  work: (clients: readonly ScripClient[]) => Promise<void>,
): Promise<void> {
  const { script, remove } = await compileServer();
  const processes = Array.from({ length: servers }, () => startServer(script));
  try {
    const apiKey = randomUUID();
    const urls = await Promise.all(processes.map((one) => one.open({ database, apiKey, mistake: null })));
    await work(urls.map((url) => createScripClient({ url, apiKey, attemptsMax: 1, timeoutMs: 60_000 })));
    for (const one of processes) one.kill();
    for (const one of processes) expect((await one.ended).complaints).toBe("");
  } finally {
    for (const one of processes) one.kill();
    await remove();
  }
}

async function ledgerOf(client: ScripClient, customerId: string): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const entry of iterate(client.ledgerEntries, { customerId, first: 100 })) entries.push(entry);
  return entries.reverse();
}

/** Of all answers to one key, one made the effect, the others repeat it; a refusal may have come before. */
function expectOneEffectEach(replies: readonly Reply[]): void {
  const effects = new Map<string, { first: number; ids: Set<string> }>();
  for (const reply of replies) {
    const effect = effectOf(reply);
    if (effect === null) continue;
    const known = effects.get(reply.key) ?? { first: 0, ids: new Set() };
    known.ids.add(effect.id);
    effects.set(reply.key, { ...known, first: known.first + (effect.replayed ? 0 : 1) });
  }
  for (const [key, { first, ids }] of effects)
    expect({ key, first, ids: ids.size }).toEqual({ key, first: 1, ids: 1 });
}

test("whatever several servers answer at once, one order of the calls explains it all", {
  timeout: 180_000,
}, async () => {
  const { options, drop } = await freshDatabase();
  await withServers(options, async (clients) => {
    const [client] = clients;
    if (client === undefined) throw new Error("There is no server.");
    for (const id of customers)
      expectResult(await client.createCustomer({ id, plan: "free" }), "CustomerCreated");
    const replies = await repliesTo({ clients, random: seeded(7), callersPerServer: 5, callsPerCaller: 30 });
    expectOneEffectEach(replies);
    for (const customerId of customers) {
      const own = replies.filter((reply) => reply.customerId === customerId);
      const changes = changesOf(await ledgerOf(client, customerId), own);
      expect(unexplained(changes, sightsOf(own))).toEqual([]);
      expectEachInLedger(own, changes);
    }
    // What the test is about did occur: refusals, and keys that two servers had at once.
    const hot = replies.filter((reply) => reply.customerId === hotCustomer);
    expect(hot.some((reply) => effectOf(reply) === null)).toBe(true);
    expect(hot.some((reply) => effectOf(reply)?.replayed)).toBe(true);
    const kinds = new Set<string>(replies.map(({ result }) => result.__typename));
    for (const kind of ["Reserved", "Captured", "Released", "UsageReversed", "HoldNotActive"])
      expect(kinds).toContain(kind);
  });
  const database = await openDatabase(options);
  expect(await makeVerify(database)(() => undefined)).toEqual([]);
  await database.close();
  await drop();
});

/** Every success is one entry of the ledger, and was answered with the balance after it. */
function expectEachInLedger(replies: readonly Reply[], changes: readonly Change[]): void {
  const balances = new Map(changes.map(({ id, balanceAfter }) => [id, balanceAfter]));
  const made = replies.flatMap((reply) => {
    const effect = effectOf(reply);
    return effect === null || effect.replayed ? [] : [effect];
  });
  for (const { id, posted } of made) expect({ id, posted }).toEqual({ id, posted: balances.get(id) });
  // All but the supply that the wallet began with.
  expect(made).toHaveLength(changes.length - 1);
}
