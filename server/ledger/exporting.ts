import { badInput, Fault } from "../domain/errors.js";
import { type Instant, toIso } from "../domain/instant.js";
import type { Database, Tx } from "../storage/database.js";
import { loadAccount } from "./load.js";
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
}

/** Something that is read bit by bit while somebody takes it, so that it needs no more memory for being long. */
export interface Export<Item> {
  readonly asOf: Instant;
  readonly pages: AsyncIterable<readonly Item[]>;
}

/** Rows that are read at a time: many enough to be quick, few enough to let others in between. */
export const exportedAtOnce = 1_000;

/** The time up to which an export tells what was written. */
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
  return asOf ?? now;
}

interface ExportedCustomer {
  readonly customerId: string;
  readonly asOf: Instant;
}

interface Walk {
  readonly customerId: string | null;
  readonly asOf: Instant;
  /** The customer to begin with; null: the first. */
  readonly from: string | null;
}

/**
 * The customers of an export, with the time up to which each is told. Each is locked for a moment: whatever was being
 * written at that time is there then, and what comes later is recorded later.
 */
export async function* exportedCustomers(
  { database, present }: ExportNeeds,
  { customerId, asOf, from }: Walk,
): AsyncGenerator<ExportedCustomer> {
  const settle = (id: string) => database.transact((tx) => postDue(tx, id, present));
  if (customerId !== null) {
    await settle(customerId);
    yield { customerId, asOf };
    return;
  }
  for (let [next, isDone] = [from ?? "", false]; ; isDone = true) {
    const found = await database.read((tx) => customersFrom(tx, next, isDone));
    for (const { id, clockNow } of found) {
      await settle(id);
      // On a test clock it may be any time; somebody who lives there is told as they are now.
      yield { customerId: id, asOf: clockNow ?? asOf };
      next = id;
    }
    if (found.length < customersAtOnce) return;
  }
}

const customersAtOnce = 200;

const customersFrom = (tx: Tx, id: string, isDone: boolean) =>
  tx.query<{ id: string; clockNow: Instant | null }>(
    `SELECT c.customer_id AS id, k.now AS "clockNow"
     FROM customers c LEFT JOIN test_clocks k ON k.test_clock_id = c.test_clock_id
     WHERE c.customer_id ${isDone ? ">" : ">="} $1 ORDER BY c.customer_id LIMIT $2`,
    [id, customersAtOnce],
  );
