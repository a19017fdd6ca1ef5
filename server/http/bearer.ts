import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../access/keys.js";
import { problem } from "./problem.js";

export type Authenticate = (key: string) => Promise<Caller | null>;

interface Door {
  /** Whether customers' tokens are taken; what is behind has to look whose they are. */
  readonly customers?: boolean;
}

/** Lets nobody in without an API key, or a token where those are taken: the others have their answer already. */
export const requireKey =
  (authenticate: Authenticate, { customers = false }: Door = {}) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const key = bearerKey(request.headers.authorization);
    request.caller = key === null ? null : await authenticate(key);
    if (request.caller?.role === "CUSTOMER" && !customers)
      return reply.code(403).send(problem("FORBIDDEN", "A customer's token is not good for this."));
    if (request.caller !== null) return undefined;
    const why = key === null ? "Send an API key as Authorization: Bearer <key>." : notAKey;
    return reply.code(401).header("www-authenticate", "Bearer").send(problem("UNAUTHENTICATED", why));
  };

export const notAKey = "This API key is unknown or revoked, or this token is over.";

export function bearerKey(header: string | undefined): string | null {
  const [, key] = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(header ?? "") ?? [];
  return key ?? null;
}
