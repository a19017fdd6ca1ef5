import type { QueryRunner } from "typeorm";

/** Runs work between BEGIN and COMMIT, or undoes it. */
export async function within<Result>(
  runner: QueryRunner,
  begin: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await runner.query(begin);
  try {
    const result = await work();
    await runner.query("COMMIT");
    return result;
  } catch (error) {
    // The engine may have rolled back by itself, or be gone; the first error is the one that matters.
    await runner.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
