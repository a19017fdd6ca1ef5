import type { QueryRunner } from "typeorm";

/**
 * One way to write a table for both engines. A column is `name type`, with a question mark when it may be null.
 * Text sorts by bytes on PostgreSQL too, so that both engines agree on every order.
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
  if (base !== "text" && base !== "bigint") throw new Error(`Column "${column}" must be text or bigint.`);
  const collation = postgres && base === "text" ? ' COLLATE "C"' : "";
  return `${name} ${base}${collation}${nullable ? "" : " NOT NULL"}`;
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
