import type { ObjectLiteral } from "typeorm";
import type { ColumnMetadata } from "typeorm/metadata/ColumnMetadata.js";
import type { EntityMetadata } from "typeorm/metadata/EntityMetadata.js";
import type { RowClass, Tx } from "./database.js";
import type { Dialect, GivenColumn } from "./dialect.js";

/**
 * What to do with a row whose primary key exists: fail (the default, for what must happen once), replace it, add the
 * named numbers to what is there, or set the named columns only.
 */
export type OnConflict =
  | { readonly replace: true }
  | { readonly add: readonly string[] }
  | { readonly set: readonly string[] };

/**
 * Writes any number of rows of a table; what there is no column for is left out. Rows that are made for every call are
 * written out field by field: a spread that adds a field takes twenty times as long (docs/performance.md).
 */
export async function writeRows<Row extends ObjectLiteral>(
  tx: Tx,
  rowClass: RowClass<Row>,
  rows: readonly Row[],
  onConflict?: OnConflict,
): Promise<void> {
  if (rows.length === 0) return;
  const metadata = tx.manager.connection.getMetadata(rowClass);
  const columns = metadata.columns.map(columnOf);
  const values = rows.map((row) => columns.map((column) => stored(column, row)));
  await tx.insert(statement(tx.dialect, metadata, onConflict), values);
}

/** By table's metadata, which each open database has of its own, and by what to do on a conflict. */
const statements = new WeakMap<EntityMetadata, Map<string, string>>();

/** Putting the text together takes as long as a small group takes to be decided, so it is done once. */
function statement(dialect: Dialect, metadata: EntityMetadata, onConflict?: OnConflict): string {
  const name = onConflict === undefined ? "" : JSON.stringify(onConflict);
  const known = statements.get(metadata) ?? new Map<string, string>();
  statements.set(metadata, known);
  const text = known.get(name) ?? insertStatement(dialect, metadata, onConflict);
  known.set(name, text);
  return text;
}

function insertStatement(
  dialect: Dialect,
  { columns, tableName }: EntityMetadata,
  onConflict?: OnConflict,
): string {
  const conflict = onConflict === undefined ? "" : conflictClause(tableName, columns, onConflict);
  return dialect.insert(tableName, columns.map(givenColumn), conflict);
}

const givenColumn = ({ databaseName, type }: ColumnMetadata): GivenColumn =>
  `${databaseName} ${type === "bigint" ? "bigint" : "text"}`;

interface StoredColumn {
  readonly property: string;
  /** Null where a value is stored as it is. */
  readonly to: ((value: unknown) => unknown) | null;
}

const columnOf = ({ propertyName: property, transformer }: ColumnMetadata): StoredColumn => ({
  property,
  to: transformer === undefined || Array.isArray(transformer) ? null : transformer.to,
});

function stored<Row extends ObjectLiteral>({ property, to }: StoredColumn, row: Row): unknown {
  const value: unknown = row[property] ?? null;
  return to === null ? value : to(value);
}

function conflictClause(table: string, columns: readonly ColumnMetadata[], onConflict: OnConflict): string {
  const key = columns.filter((column) => column.isPrimary).map((column) => column.databaseName);
  const isSet = ({ isPrimary, propertyName }: ColumnMetadata) =>
    !isPrimary && (!("set" in onConflict) || onConflict.set.includes(propertyName));
  const rest = columns.filter(isSet);
  const assignments = rest.map(({ databaseName: name, propertyName }) =>
    "add" in onConflict && onConflict.add.includes(propertyName)
      ? `${name} = ${table}.${name} + excluded.${name}`
      : `${name} = excluded.${name}`,
  );
  return ` ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${assignments.join(", ")}`;
}
