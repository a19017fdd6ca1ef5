import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { Database } from "../storage/database.js";
import { ApiKeyRow } from "../storage/rows/access.js";
import { type CustomerTokens, isTokenText } from "./customerTokens.js";

/** ADMIN may do everything; METER may quote, consume and read. */
export const roles = ["ADMIN", "METER"] as const;
export type Role = (typeof roles)[number];

/** Who calls, as far as a key or a token tells. */
export interface Caller {
  /** CUSTOMER: whoever has a token of one customer. */
  readonly role: Role | "CUSTOMER";
  /** Null for the bootstrap key, which is on no list, and for a token. */
  readonly apiKeyId: string | null;
  /** Whose token it is; null for a key, which is good for all customers. */
  readonly customerId: string | null;
}

export interface ApiKey {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

interface Needs {
  readonly database: Database;
  readonly clock: () => Instant;
  readonly newId: NewId;
}

/** 256 random bits need no slow hash: there is no dictionary to try. */
const hash = (secret: string): string => createHash("sha256").update(secret).digest("hex");

const sameHash = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(a, "hex"), Buffer.from(b, "hex"));

/** Creates a key. Its text is returned this once and stored nowhere; it holds the id, so that it can be looked up. */
export const makeCreateKey =
  ({ database, clock, newId }: Needs) =>
  async ({ name, role }: { name: string; role: Role }): Promise<{ apiKey: ApiKey; text: string }> => {
    const keyId = newId("key");
    const secret = randomBytes(32).toString("base64url");
    const apiKey: ApiKey = { keyId, name, role, createdAt: clock(), revokedAt: null };
    await database.transact(async (tx) => {
      // A transaction whose COMMIT was not answered is tried again, and may have happened.
      if (!(await tx.manager.existsBy(ApiKeyRow, { keyId })))
        await tx.manager.insert(ApiKeyRow, { ...apiKey, secretHash: hash(secret) });
    });
    return { apiKey, text: `scrip_${keyId.replace(/^key_/, "")}_${secret}` };
  };

export const makeListKeys = (database: Database) => (): Promise<ApiKey[]> =>
  database.read(async (tx) => {
    const rows = await tx.manager.find(ApiKeyRow, { order: { createdAt: "ASC", keyId: "ASC" } });
    return rows.map(({ secretHash: _, ...apiKey }) => apiKey);
  });

/** False when there is no such key; revoking one twice keeps the first time. */
export const makeRevokeKey =
  ({ database, clock }: Omit<Needs, "newId">) =>
  (keyId: string): Promise<boolean> =>
    database.transact(async (tx) => {
      const row = await tx.manager.findOneBy(ApiKeyRow, { keyId });
      if (row !== null && row.revokedAt === null)
        await tx.manager.update(ApiKeyRow, { keyId }, { revokedAt: clock() });
      return row !== null;
    });

/** How long a key that was looked up is trusted, and so how long a revoked one may still work. */
const trustMs = 5_000;
const trustedMax = 10_000;

interface AuthenticateNeeds extends Omit<Needs, "newId"> {
  readonly adminKey: string | null;
  readonly customerTokens: Pick<CustomerTokens, "read">;
}

/**
 * Tells whose key or token a text is; null when nobody's. A key is looked up once in a few seconds, not with every
 * call. The bootstrap key of the environment is compared first and never stored.
 */
export function makeAuthenticate({ database, clock, adminKey, customerTokens }: AuthenticateNeeds) {
  const trusted = new Map<string, { readonly caller: Caller | null; readonly until: number }>();
  const adminHash = adminKey === null ? null : hash(adminKey);
  return async (text: string): Promise<Caller | null> => {
    const textHash = hash(text);
    if (adminHash !== null && sameHash(textHash, adminHash)) return bootstrap;
    const now = clock();
    const known = trusted.get(textHash);
    if (known !== undefined && now < known.until) return known.caller;
    const token = isTokenText(text) ? await customerTokens.read(text) : null;
    const caller = token === null ? await lookUp(database, text) : bearerOf(token);
    if (trusted.size >= trustedMax) trusted.clear();
    trusted.set(textHash, { caller, until: Math.min(now + trustMs, token?.expiresAt ?? now + trustMs) });
    return caller;
  };
}

const bootstrap: Caller = { role: "ADMIN", apiKeyId: null, customerId: null };

const bearerOf = ({ customerId }: { customerId: string }): Caller => ({
  role: "CUSTOMER",
  apiKeyId: null,
  customerId,
});

const keyText = /^scrip_([A-Za-z0-9-]{1,64})_([A-Za-z0-9_-]{43})$/;

async function lookUp(database: Database, text: string): Promise<Caller | null> {
  const [, id, secret] = keyText.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  const row = await database.read((tx) => tx.manager.findOneBy(ApiKeyRow, { keyId: `key_${id}` }));
  const isValid = row !== null && row.revokedAt === null && sameHash(hash(secret), row.secretHash);
  return isValid ? { role: row.role, apiKeyId: row.keyId, customerId: null } : null;
}
