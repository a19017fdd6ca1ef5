/** A connection, as far as beginning and ending a transaction needs it. */
interface Connection {
  query(sql: string): Promise<unknown>;
}

/** Runs work between BEGIN and COMMIT, or undoes it. */
export async function within<Result>(
  connection: Connection,
  begin: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.query(begin);
  try {
    const result = await work();
    await connection.query("COMMIT");
    return result;
  } catch (error) {
    // The engine may have rolled back by itself, or be gone; the first error is the one that matters.
    await connection.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
