import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { type Clock, hourMs } from "../domain/instant.js";
import type { Database, Tx } from "../storage/database.js";
import { SecretRow } from "../storage/rows/access.js";

/** How long a link opens its invoice; whoever needs it longer asks for a new one. */
const linkMs = hourMs;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
}

/** Tokens that open one invoice to whoever has them, for browsers, which send no API key of their own. */
export interface InvoiceLinks {
  sign(invoiceId: string): Promise<string>;
  verify(invoiceId: string, token: string): Promise<boolean>;
}

export function makeInvoiceLinks({ database, clock }: Needs): InvoiceLinks {
  let known: Promise<string> | null = null;
  const secret = (): Promise<string> => {
    known ??= loadSecret(database).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
  return {
    sign: async (invoiceId) => {
      const until = clock() + linkMs;
      return `${until}.${signature(await secret(), invoiceId, until).toString("base64url")}`;
    },
    verify: async (invoiceId, token) => {
      const [, until, given] = tokenText.exec(token) ?? [];
      if (until === undefined || given === undefined) return false;
      const expected = signature(await secret(), invoiceId, Number(until));
      return timingSafeEqual(Buffer.from(given, "base64url"), expected) && clock() < Number(until);
    },
  };
}

/** When it ends, in milliseconds since 1970, and 32 bytes. */
const tokenText = /^(\d{13,15})\.([A-Za-z0-9_-]{43})$/;

const signature = (secret: string, invoiceId: string, until: number): Buffer =>
  createHmac("sha256", secret).update(`invoice\n${invoiceId}\n${until}`).digest();

const secretKey = "invoice-links";

/** Made by the first process that needs it, so that all who share the database open each other's links. */
async function loadSecret(database: Database): Promise<string> {
  const found = await database.read(findSecret);
  if (found !== null) return found;
  return database.transact(async (tx) => {
    await tx.query("INSERT INTO secrets (key, secret) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", [
      secretKey,
      randomBytes(32).toString("base64url"),
    ]);
    const secret = await findSecret(tx);
    if (secret === null) throw new Error("The secret of invoice links could not be kept.");
    return secret;
  });
}

const findSecret = async (tx: Tx): Promise<string | null> =>
  (await tx.manager.findOneBy(SecretRow, { key: secretKey }))?.secret ?? null;
