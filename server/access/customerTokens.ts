import { jwtVerify, SignJWT } from "jose";
import { type Clock, type Instant, instant } from "../domain/instant.js";
import type { Database } from "../storage/database.js";
import { keptSecret } from "./secrets.js";

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
}

/** How long a token may be good for, in seconds. It cannot be revoked, so this is short. */
export const tokenSeconds = { min: 60, max: 86_400, usual: 3_600 };

/** A customer's token, and when it is no longer one. */
interface CustomerToken {
  readonly token: string;
  readonly expiresAt: Instant;
}

/** Tokens for browsers and the like: whoever has one is one customer, for a while. */
export interface CustomerTokens {
  issue(customerId: string, expiresInSeconds: number): Promise<CustomerToken>;
  /** Null when it is none of ours, or is over. */
  read(token: string): Promise<{ readonly customerId: string; readonly expiresAt: Instant } | null>;
}

const secretKey = "customer-tokens";
const named = { issuer: "scrip", audience: "scrip-customer" };
const algorithm = "HS256";
const second = 1_000;

export function makeCustomerTokens({ database, clock }: Needs): CustomerTokens {
  const secret = keptSecret(database, secretKey);
  const signedWith = async () => Buffer.from(await secret(), "base64url");
  return {
    issue: async (customerId, expiresInSeconds) => {
      const now = Math.floor(clock() / second);
      const expires = now + expiresInSeconds;
      const token = await new SignJWT()
        .setProtectedHeader({ alg: algorithm, typ: "JWT" })
        .setSubject(customerId)
        .setIssuer(named.issuer)
        .setAudience(named.audience)
        .setIssuedAt(now)
        .setExpirationTime(expires)
        .sign(await signedWith());
      return { token, expiresAt: instant(expires * second) };
    },
    read: async (token) => {
      const key = await signedWith();
      const terms = { ...named, algorithms: [algorithm], currentDate: new Date(clock()) };
      const verified = await jwtVerify(token, key, terms).catch(() => null);
      const { sub, exp } = verified?.payload ?? {};
      if (sub === undefined || exp === undefined) return null;
      return { customerId: sub, expiresAt: instant(exp * second) };
    },
  };
}

/** Three parts, as a JWT has, so that an API key is not taken for one. */
export const isTokenText = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
