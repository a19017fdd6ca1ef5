import { createHmac, timingSafeEqual } from "node:crypto";
import { type Clock, hourMs } from "../domain/instant.js";
import type { Database } from "../storage/database.js";
import { keptSecret } from "./secrets.js";

/** How long a link opens its document; whoever needs it longer asks for a new one. */
const linkMs = hourMs;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
}

export const linkedKinds = ["invoice", "credit note"] as const;

/** What a link opens. */
export interface Linked {
  readonly kind: (typeof linkedKinds)[number];
  readonly id: string;
}

/** Tokens that open one document to whoever has them, for browsers, which send no API key of their own. */
export interface DocumentLinks {
  sign(document: Linked): Promise<string>;
  verify(document: Linked, token: string): Promise<boolean>;
}

export function makeDocumentLinks({ database, clock }: Needs): DocumentLinks {
  const secret = keptSecret(database, secretKey);
  return {
    sign: async (document) => {
      const until = clock() + linkMs;
      return `${until}.${signature(await secret(), document, until).toString("base64url")}`;
    },
    verify: async (document, token) => {
      const [, until, given] = tokenText.exec(token) ?? [];
      if (until === undefined || given === undefined) return false;
      const expected = signature(await secret(), document, Number(until));
      return timingSafeEqual(Buffer.from(given, "base64url"), expected) && clock() < Number(until);
    },
  };
}

/** When it ends, in milliseconds since 1970, and 32 bytes. */
const tokenText = /^(\d{13,15})\.([A-Za-z0-9_-]{43})$/;

const signature = (secret: string, { kind, id }: Linked, until: number): Buffer =>
  createHmac("sha256", secret).update(`${kind}\n${id}\n${until}`).digest();

const secretKey = "document-links";
