import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { Instant } from "../domain/instant.js";

/** What an endpoint's requests are signed with: the old secret, too, for a while after it was replaced. */
export interface Secrets {
  readonly secret: string;
  readonly previousSecret: string | null;
  readonly previousSecretUntil: Instant | null;
}

/** 256 bits, in the form of the Standard Webhooks. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

interface Message {
  readonly id: string;
  readonly body: string;
  readonly at: Instant;
}

/** The headers by which a receiver knows that we have sent this, and when. */
export function signedHeaders({ id, body, at }: Message, secrets: Secrets): Readonly<Record<string, string>> {
  const { secret, previousSecret, previousSecretUntil } = secrets;
  const isOldValid = previousSecret !== null && previousSecretUntil !== null && at < previousSecretUntil;
  const inForce = isOldValid ? [secret, previousSecret] : [secret];
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1_000)),
    "webhook-signature": inForce.map((one) => new Webhook(one).sign(id, new Date(at), body)).join(" "),
  };
}
