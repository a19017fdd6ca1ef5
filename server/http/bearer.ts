import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../access/keys.js";
import { problem } from "./problem.js";

export type Authenticate = (key: string) => Promise<Caller | null>;

/** Lets nobody in without an API key: the others have their answer already. */
export const requireKey =
  (authenticate: Authenticate) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const key = bearerKey(request.headers.authorization);
    request.caller = key === null ? null : await authenticate(key);
    if (request.caller !== null) return undefined;
    const why =
      key === null
        ? "Send an API key as Authorization: Bearer <key>."
        : "This API key is unknown or revoked.";
    return reply.code(401).header("www-authenticate", "Bearer").send(problem("UNAUTHENTICATED", why));
  };

function bearerKey(header: string | undefined): string | null {
  const [, key] = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(header ?? "") ?? [];
  return key ?? null;
}
