import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { Instant } from "../domain/instant.js";

/** What an endpoint's requests are signed with: old secrets, too, for a while after they were replaced. */
export interface Secrets {
  readonly secret: string;
  readonly oldSecrets: readonly OldSecret[];
}

export interface OldSecret {
  readonly secret: string;
  readonly until: Instant;
}

export const inForceAt = (oldSecrets: readonly OldSecret[], at: Instant): OldSecret[] =>
  oldSecrets.filter(({ until }) => at < until);

/** 256 bits, in the form of the Standard Webhooks. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

interface Message {
  readonly id: string;
  readonly body: string;
  readonly at: Instant;
}

/** The headers by which a receiver knows that we have sent this, and when. */
export function signedHeaders({ id, body, at }: Message, secrets: Secrets): Readonly<Record<string, string>> {
  const inForce = [secrets.secret, ...inForceAt(secrets.oldSecrets, at).map(({ secret }) => secret)];
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1_000)),
    "webhook-signature": inForce.map((one) => new Webhook(one).sign(id, new Date(at), body)).join(" "),
  };
}
