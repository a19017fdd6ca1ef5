import type { ObjectLiteral } from "typeorm";
import type { ColumnMetadata } from "typeorm/metadata/ColumnMetadata.js";
import type { RowClass, Tx } from "./database.js";
import type { GivenColumn } from "./dialect.js";

/**
 * What to do with a row whose primary key exists: fail (the default, for what must happen once), replace it, or add
 * the named numbers to what is there.
 */
export type OnConflict = { readonly replace: true } | { readonly add: readonly string[] };

/** Writes any number of rows in one statement. */
export async function writeRows<Row extends ObjectLiteral>(
  tx: Tx,
  rowClass: RowClass<Row>,
  rows: readonly Row[],
  onConflict?: OnConflict,
): Promise<void> {
  if (rows.length === 0) return;
  const { columns, tableName } = tx.manager.connection.getMetadata(rowClass);
  const values = rows.map((row) => columns.map((column) => stored(column, row)));
  const names = columns.map((column) => column.databaseName).join(", ");
  // Without WHERE, SQLite would read ON CONFLICT as a join condition.
  const select = `SELECT ${names} FROM ${tx.dialect.given("$1", columns.map(givenColumn))} AS given WHERE true`;
  const conflict = onConflict === undefined ? "" : conflictClause(tableName, columns, onConflict);
  await tx.query(`INSERT INTO ${tableName} (${names}) ${select}${conflict}`, [JSON.stringify(values)]);
}

const givenColumn = ({ databaseName, type }: ColumnMetadata): GivenColumn =>
  `${databaseName} ${type === "bigint" ? "bigint" : "text"}`;

function stored<Row extends ObjectLiteral>(column: ColumnMetadata, row: Row): unknown {
  const value: unknown = row[column.propertyName] ?? null;
  const { transformer } = column;
  return transformer !== undefined && !Array.isArray(transformer) ? transformer.to(value) : value;
}

function conflictClause(table: string, columns: readonly ColumnMetadata[], onConflict: OnConflict): string {
  const key = columns.filter((column) => column.isPrimary).map((column) => column.databaseName);
  const rest = columns.filter((column) => !column.isPrimary);
  const assignments = rest.map(({ databaseName: name, propertyName }) =>
    "add" in onConflict && onConflict.add.includes(propertyName)
      ? `${name} = ${table}.${name} + excluded.${name}`
      : `${name} = excluded.${name}`,
  );
  return ` ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${assignments.join(", ")}`;
}
