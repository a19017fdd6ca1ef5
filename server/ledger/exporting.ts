import { setTimeout as wait } from "node:timers/promises";
import { badInput, Fault } from "../domain/errors.js";
import { type Instant, toIso } from "../domain/instant.js";
import type { Database, Tx } from "../storage/database.js";
import { loadAccount, loadAccounts } from "./load.js";
import type { Present } from "./present.js";
import { postDue } from "./statement.js";

export interface ExportNeeds {
  readonly database: Database;
  readonly present: Present;
}

/** What is asked of every export. */
export interface ExportQuestion {
  /** Null: those of all customers, one customer after the other. */
  readonly customerId: string | null;
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** Only what was written by then; null: by now. The same time gives the same export, whatever is written later. */
  readonly asOf: Instant | null;
  /** Ends the work at once when nobody waits for it any more; null: somebody always does. */
  readonly signal: AbortSignal | null;
}

/** Something that is read bit by bit while somebody takes it, so that it needs no more memory for being long. */
export interface Export<Item> {
  readonly asOf: Instant;
  readonly pages: AsyncIterable<readonly Item[]>;
}

/** Rows that are read at a time: many enough to be quick, few enough to let others in between. */
export const exportedAtOnce = 1_000;

/** Longer than the instant that the present is in. */
const instantMs = 2;

/**
 * The time up to which an export tells what was written. Before anything is read, that time is over: what is written
 * from then on is written later, and the same export can be made again. Only the clock of a test may stand still in it.
 */
export async function exportTime(
  { database, present }: ExportNeeds,
  { customerId, asOf }: Pick<ExportQuestion, "customerId" | "asOf">,
): Promise<Instant> {
  const now = await database.read(async (tx) => {
    if (customerId === null) return present.clock();
    const account = await loadAccount(tx, customerId, present.clock);
    if (account === null) throw new Fault("NOT_FOUND", "There is no customer with this id.");
    return account.now;
  });
  if (asOf !== null && asOf > now) throw badInput("asOf", `must not be after the present, ${toIso(now)}.`);
  const time = asOf ?? now;
  if (time === now) await wait(instantMs);
  return time;
}

interface ExportedCustomer {
  readonly customerId: string;
  readonly asOf: Instant;
}

interface Walk extends Pick<ExportQuestion, "customerId" | "signal"> {
  readonly asOf: Instant;
  /** The customer to begin with; null: the first. */
  readonly from: string | null;
  /** Says in SQL of a customer `c` whether there may be anything to export; the parameters come from $3 on. */
  readonly some: { readonly condition: string; readonly parameters: readonly unknown[] };
}

/**
 * The customers of an export who may have rows in it, with the time up to which each is told. Each is locked for a
 * moment: whatever was being written at that time is there then, and what comes later is recorded later.
 */
export async function* exportedCustomers(
  { database, present }: ExportNeeds,
  { customerId, asOf, from, signal, some }: Walk,
): AsyncGenerator<ExportedCustomer> {
  const settle = (id: string) => database.transact((tx) => postDue(tx, id, present));
  if (customerId !== null) {
    await settle(customerId);
    yield { customerId, asOf };
    return;
  }
  for (let [next, isDone] = [from ?? "", false]; ; isDone = true) {
    signal?.throwIfAborted();
    const ids = await database.read((tx) => customersFrom(tx, next, isDone));
    const last = ids.at(-1);
    if (last === undefined) return;
    await database.transact((tx) => loadAccounts(tx, ids, present.clock));
    const found = await database.read((tx) => thoseWith(tx, some, [ids[0] ?? last, last]));
    for (const { id, clockNow } of found) {
      signal?.throwIfAborted();
      await settle(id);
      // On a test clock it may be any time; somebody who lives there is told as they are now.
      yield { customerId: id, asOf: clockNow ?? asOf };
    }
    if (ids.length < customersAtOnce) return;
    next = last;
  }
}

/** Locked together for a moment, so only so many. */
const customersAtOnce = 200;

async function customersFrom(tx: Tx, id: string, isDone: boolean): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT customer_id AS id FROM customers WHERE customer_id ${isDone ? ">" : ">="} $1
     ORDER BY customer_id LIMIT $2`,
    [id, customersAtOnce],
  );
  return rows.map((row) => row.id);
}

const thoseWith = (tx: Tx, { condition, parameters }: Walk["some"], ids: readonly [string, string]) =>
  tx.query<{ id: string; clockNow: Instant | null }>(
    `SELECT c.customer_id AS id, k.now AS "clockNow"
     FROM customers c LEFT JOIN test_clocks k ON k.test_clock_id = c.test_clock_id
     WHERE c.customer_id >= $1 AND c.customer_id <= $2 AND (${condition}) ORDER BY c.customer_id`,
    [...ids, ...parameters],
  );
