import type { QueryRunner } from "typeorm";
import { maxMicros } from "../../domain/amount.js";

/**
 * One way to write a table for both engines. A column is `name type`, with a question mark when it may be null.
 * Text sorts by bytes on PostgreSQL too, so that both engines agree on every order. Two kinds of whole numbers are
 * added to by statements, so that nobody else would see that they pass their bounds: a `sum`, which is read as an amount
 * and must be one, and a `total`, which may be larger.
 */
export async function createTable(
  runner: QueryRunner,
  table: string,
  { columns, primaryKey }: { columns: string; primaryKey: string },
): Promise<void> {
  const postgres = runner.connection.options.type === "postgres";
  const definitions = columns.split(",").map((column) => columnDefinition(column.trim(), postgres));
  // On SQLite the rows then live in the primary key's own tree: one look-up instead of two.
  const suffix = postgres ? "" : " WITHOUT ROWID";
  await runner.query(
    `CREATE TABLE ${table} (${definitions.join(", ")}, PRIMARY KEY (${primaryKey}))${suffix}`,
  );
}

/** Adds columns that may be null, or that are given a value for the rows there are. */
export async function addColumn(
  runner: QueryRunner,
  table: string,
  { column, value }: { column: string; value?: number | string },
): Promise<void> {
  const definition = columnDefinition(column, runner.connection.options.type === "postgres");
  const initial = value === undefined ? "" : ` DEFAULT ${typeof value === "number" ? value : `'${value}'`}`;
  await runner.query(`ALTER TABLE ${table} ADD COLUMN ${definition}${initial}`);
}

export async function dropColumns(
  runner: QueryRunner,
  table: string,
  columns: readonly string[],
): Promise<void> {
  for (const column of columns)
    await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column.split(/\s+/)[0] ?? column}`);
}

function columnDefinition(column: string, postgres: boolean): string {
  const [name, type = ""] = column.split(/\s+/);
  const nullable = type.endsWith("?");
  const base = nullable ? type.slice(0, -1) : type;
  if (base === "sum" || base === "total") return `${name} bigint NOT NULL${boundOf(name, base, postgres)}`;
  if (base !== "text" && base !== "bigint") throw new Error(`Column "${column}" must be text or bigint.`);
  const collation = postgres && base === "text" ? ' COLLATE "C"' : "";
  return `${name} ${base}${collation}${nullable ? "" : " NOT NULL"}`;
}

/** Where PostgreSQL refuses a whole number that is too large, SQLite would go on with one that is not exact. */
function boundOf(name: string | undefined, kind: "sum" | "total", postgres: boolean): string {
  if (kind === "sum") return ` CHECK (${name} BETWEEN -${maxMicros} AND ${maxMicros})`;
  return postgres ? "" : ` CHECK (typeof(${name}) = 'integer')`;
}

/** SQLite's driver takes numbered parameters by name. */
export const statements =
  (runner: QueryRunner) =>
  <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
    runner.connection.options.type === "postgres"
      ? runner.query(sql, [...parameters])
      : runner.query(sql.replace(/\$(\d)/g, "?$1"), [
          Object.fromEntries(parameters.map((value, index) => [index + 1, value])),
        ]);
