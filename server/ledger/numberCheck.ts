import { documentNumber, type NumberSeries, numberPrefix, numberSeries } from "../domain/numbers.js";
import type { Tx } from "../storage/database.js";
import type { Drift } from "./chainCheck.js";

const law = "documents are numbered from 1 to the last number of their series and year, each once";

const tables: Record<NumberSeries, string> = {
  INVOICE: "invoices",
  TEST_INVOICE: "invoices",
  CREDIT_NOTE: "credit_notes",
  TEST_CREDIT_NOTE: "credit_notes",
};

interface Counted {
  readonly series: NumberSeries;
  readonly year: number;
  readonly last: number;
}

interface Given {
  readonly given: number;
  readonly different: number;
  /** Numbers after the last one. */
  readonly beyond: number;
}

/** Finds gaps and doubles, and numbers that nobody has counted. Numbers run across customers, so it looks at all. */
export async function findNumberDrifts(tx: Tx): Promise<Drift[]> {
  const counted = await tx.query<Counted>("SELECT series, year, last FROM document_numbers");
  const drifts: Drift[] = [];
  const known = new Map<string, number>();
  for (const { series, year, last } of counted) {
    const table = tables[series];
    const found = await givenIn(tx, table, {
      prefix: numberPrefix(series, year),
      lastNumber: documentNumber(series, year, last),
    });
    known.set(table, (known.get(table) ?? 0) + found.given);
    const isWhole = found.given === last && found.different === last && found.beyond === 0;
    if (!isWhole) drifts.push({ law, row: { series, year, last, ...found } });
  }
  for (const table of new Set(numberSeries.map((series) => tables[series]))) {
    const [all] = await tx.query<{ numbered: number }>(
      `SELECT COUNT(*) AS numbered FROM ${table} WHERE number IS NOT NULL`,
    );
    const numbered = all?.numbered ?? 0;
    const counts = known.get(table) ?? 0;
    if (numbered !== counts) drifts.push({ law, row: { table, numbered, counted: counts } });
  }
  return drifts;
}

interface Place {
  readonly prefix: string;
  readonly lastNumber: string;
}

async function givenIn(tx: Tx, table: string, { prefix, lastNumber }: Place): Promise<Given> {
  // Longer numbers come after shorter ones.
  const [found] = await tx.query<Given>(
    `SELECT COUNT(*) AS given, COUNT(DISTINCT number) AS different,
            COUNT(CASE WHEN LENGTH(number) > LENGTH($2) OR (LENGTH(number) = LENGTH($2) AND number > $2)
                  THEN 1 END) AS beyond
     FROM ${table} WHERE number LIKE $1`,
    [`${prefix}%`, lastNumber],
  );
  return found ?? { given: 0, different: 0, beyond: 0 };
}
