import { randomBytes } from "node:crypto";
import type { Database, Tx } from "../storage/database.js";
import { SecretRow } from "../storage/rows/access.js";

/**
 * Gives what this installation signs with, by what it is for. It is made by the first process that needs it, so that
 * all who share the database know each other's signatures, and is read once.
 */
export function keptSecret(database: Database, key: string): () => Promise<string> {
  let known: Promise<string> | null = null;
  return () => {
    known ??= loadSecret(database, key).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}

async function loadSecret(database: Database, key: string): Promise<string> {
  const found = await database.read((tx) => findSecret(tx, key));
  if (found !== null) return found;
  return database.transact(async (tx) => {
    await tx.query("INSERT INTO secrets (key, secret) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", [
      key,
      randomBytes(32).toString("base64url"),
    ]);
    const secret = await findSecret(tx, key);
    if (secret === null) throw new Error(`The secret of ${key} could not be kept.`);
    return secret;
  });
}

const findSecret = async (tx: Tx, key: string): Promise<string | null> =>
  (await tx.manager.findOneBy(SecretRow, { key }))?.secret ?? null;
