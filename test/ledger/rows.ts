import type { Instant } from "../../server/domain/instant.js";
import type { Tx } from "../../server/storage/database.js";
import { TestClockRow } from "../../server/storage/rows/customers.js";

/** Any table would do; this one has a text and a number. */
export const insertRow = async (tx: Tx, id: string, number = 0): Promise<void> => {
  await tx.manager.insert(TestClockRow, { testClockId: id, name: null, now: number as Instant });
};

export async function idsOf(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ id: string }>("SELECT test_clock_id AS id FROM test_clocks ORDER BY 1");
  return rows.map(({ id }) => id);
}

export async function numberOf(tx: Tx, id: string): Promise<number> {
  const [row] = await tx.query<{ now: number }>("SELECT now FROM test_clocks WHERE test_clock_id = $1", [id]);
  if (row === undefined) throw new Error(`There is no row ${id}.`);
  return row.now;
}

/** Reads, does something else and writes: whoever came between would be forgotten. */
export async function addOne(tx: Tx, meanwhile: () => Promise<unknown>): Promise<number> {
  const before = await numberOf(tx, "counter");
  await meanwhile();
  await tx.query("UPDATE test_clocks SET now = $1 WHERE test_clock_id = 'counter'", [before + 1]);
  return before + 1;
}
