import type { Database } from "../../server/storage/database.js";

/** Every row of every table: two of these are equal when nothing has changed. */
export const allTables = (database: Database): Promise<Readonly<Record<string, readonly unknown[]>>> =>
  database.read(async (tx) => {
    const tables = await tx.query<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    );
    const rows: Record<string, readonly unknown[]> = {};
    for (const { name } of tables) rows[name] = await tx.query(`SELECT * FROM ${name}`);
    return rows;
  });
