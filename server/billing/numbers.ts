import type { Instant } from "../domain/instant.js";
import { documentNumber } from "../domain/numbers.js";
import type { Tx } from "../storage/database.js";
import { CustomerRow } from "../storage/rows/customers.js";

interface Numbered {
  readonly customerId: string;
  readonly at: Instant;
}

/** Taken in the transaction that makes the document: one that fails gives its number back, so there are no gaps. */
export async function takeNumber(
  tx: Tx,
  kind: "INVOICE" | "CREDIT_NOTE",
  { customerId, at }: Numbered,
): Promise<string> {
  const { testClockId } = await tx.manager.findOneByOrFail(CustomerRow, { customerId });
  const series = testClockId === null ? kind : (`TEST_${kind}` as const);
  const year = new Date(at).getUTCFullYear();
  const [row] = await tx.query<{ last: number }>(
    `INSERT INTO document_numbers (series, year, last) VALUES ($1, $2, 1)
     ON CONFLICT (series, year) DO UPDATE SET last = document_numbers.last + 1 RETURNING last`,
    [series, year],
  );
  if (row === undefined) throw new Error(`No number could be taken for ${year} of ${series}.`);
  return documentNumber(series, year, row.last);
}
