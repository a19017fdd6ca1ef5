import type { Tx } from "./database.js";

/** More than a page, so that it needs room of its own. */
const text = "x".repeat(16_384);

/** Writes something that nobody needs and takes it away again: it fails while nothing can be written. */
export async function probeWrite(tx: Tx): Promise<void> {
  await tx.query("INSERT INTO secrets (key, secret) VALUES ('probe', $1)", [text]);
  await tx.query("DELETE FROM secrets WHERE key = 'probe'");
}
