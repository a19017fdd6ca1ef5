import type { Database, Tx } from "../../server/storage/database.js";

type Rows = readonly unknown[];

/** Every row of every table, and which migrations have made them, in the order of the primary keys: two of these are equal when nothing has changed. */
export const allTables = (database: Database): Promise<Readonly<Record<string, Rows>>> =>
  database.read(async (tx) => {
    const rows: Record<string, Rows> = {};
    for (const { tableName, primaryColumns } of tx.manager.connection.entityMetadatas)
      rows[tableName] = await rowsOf(
        tx,
        tableName,
        primaryColumns.map((column) => column.databaseName),
      );
    rows.migrations = await rowsOf(tx, "migrations", ["id"]);
    return rows;
  });

const rowsOf = (tx: Tx, table: string, key: readonly string[]): Promise<Rows> =>
  tx.query(`SELECT * FROM ${table} ORDER BY ${key.join(", ")}`);
