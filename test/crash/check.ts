import type { ScripClient } from "@scrip/sdk";
import { makeVerify } from "../../server/ledger/verify.js";
import { type Database, type DatabaseOptions, openDatabase } from "../../server/storage/database.js";
import { sendAgain } from "./clients.js";
import type { CallKind } from "./commands.js";
import { consequences, type Effect, effects } from "./effects.js";
import type { Entry, Journal } from "./journal.js";
import type { Random } from "./random.js";

export interface Checked {
  readonly database: DatabaseOptions;
  readonly client: ScripClient;
  readonly journal: Journal;
  readonly random: Random;
}

/** How many of the calls that were answered in earlier lives are asked for once more. */
const olderMax = 40;

/** Of the calls that got no answer. */
export interface Outcome {
  readonly unanswered: number;
  /** Whose effect was there all the same. */
  readonly stored: number;
}

/**
 * After a restart: every answered key is there once and is answered the same, every other at most once, and once
 * when it has been sent again; the books add up and the file is sound. `fresh` are the keys since the last check.
 */
export async function checkSurvivor(checked: Checked, fresh: readonly string[]): Promise<Outcome> {
  const { client, journal, database: options } = checked;
  const unanswered = [...journal.entries.values()].filter(({ answer }) => answer === null);
  const again = [...unanswered.map(({ call }) => call), ...answeredAmong(checked, fresh)];
  await inspect(options, async (database) => {
    await compareRows(database, journal);
    await sendAgain(client, journal, again);
    await compareRows(database, journal);
    await checkBooks(database, options, journal);
  });
  const stored = unanswered.filter(({ answer }) => answer?.kind === "done" && answer.replayed);
  return { unanswered: unanswered.length, stored: stored.length };
}

/** What has been done and is to be answered the same again: all that is fresh, and some that is old. */
function answeredAmong({ journal, random }: Checked, fresh: readonly string[]) {
  const keys = [...journal.entries.keys()];
  const older = keys.length === 0 ? [] : Array.from({ length: olderMax }, () => random.pick(keys));
  return [...new Set([...fresh, ...older])].flatMap((key) => {
    const entry = journal.entries.get(key);
    return entry?.answer?.kind === "done" ? [entry.call] : [];
  });
}

/**
 * Opens the database beside the server, and closes it again: a connection that stayed open over the kill would spare
 * the next server the recovery of the file.
 */
async function inspect(options: DatabaseOptions, work: (database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase(options);
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

interface Count {
  readonly key: string;
  readonly count: number;
  readonly id: string | null;
}

async function compareRows(database: Database, { entries, violations }: Journal): Promise<void> {
  for (const [kind, traces] of Object.entries(effects) as [CallKind, readonly Effect[]][]) {
    const own = [...entries.values()].filter(({ call }) => call.kind === kind);
    const counts = await database.read(async (tx) => {
      const all: Map<string, Count>[] = [];
      for (const { sql } of traces)
        all.push(new Map((await tx.query<Count>(sql)).map((row) => [row.key, row])));
      return all;
    });
    for (const [index, rows] of counts.entries()) {
      const what = traces[index]?.what ?? "";
      for (const entry of own) violations.push(...wrongCount(entry, what, rows.get(entry.call.key)));
      for (const key of rows.keys())
        if (!entries.has(key)) violations.push(`${key} was never sent, and there is a ${what} of it`);
    }
    if (kind !== "purchase") violations.push(...tornKeys(own, counts));
  }
}

function wrongCount({ call, answer }: Entry, what: string, row: Count | undefined): string[] {
  const count = row?.count ?? 0;
  const said = answer === null ? "not answered" : answer.kind;
  const isRight = answer === null ? count <= 1 : count === (answer.kind === "done" ? 1 : 0);
  if (!isRight) return [`${call.key} was ${said}, and there are ${count} of: ${what}`];
  const id = row?.id ?? null;
  return answer?.kind === "done" && id !== null && id !== answer.id
    ? [`${call.key} was answered with ${answer.id}, and its ${what} is ${id}`]
    : [];
}

/** What one transaction did is there as a whole, or not at all; a purchase takes two of them. */
function tornKeys(own: readonly Entry[], counts: readonly ReadonlyMap<string, Count>[]): string[] {
  return own.flatMap(({ call: { key } }) => {
    const found = counts.filter((rows) => rows.has(key)).length;
    return found === 0 || found === counts.length ? [] : [`${key} is there in part: ${found} of its rows`];
  });
}

async function checkBooks(
  database: Database,
  { engine }: DatabaseOptions,
  { violations }: Journal,
): Promise<void> {
  const drifts = await makeVerify(database)(() => undefined);
  for (const { law, row } of drifts) violations.push(`verify: ${law}: ${JSON.stringify(row)}`);
  for (const [what, sql] of Object.entries(consequences))
    for (const row of await database.read((tx) => tx.query(sql)))
      violations.push(`there is ${what}: ${JSON.stringify(row)}`);
  if (engine !== "sqlite") return;
  const rows = await database.read((tx) => tx.query<{ integrity_check: string }>("PRAGMA integrity_check"));
  for (const { integrity_check: said } of rows)
    if (said !== "ok") violations.push(`the file is damaged: ${said}`);
}
