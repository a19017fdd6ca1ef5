import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Fault } from "../domain/errors.js";
import { StreamEnded, type StreamResult } from "../graphql/stream.js";
import { bearerKey, notAKey, requireKey } from "./bearer.js";
import { problem } from "./problem.js";
import { type Farewell, type LiveNeeds, Stalled, unlessStalled, type Visitors } from "./visitors.js";

interface Needs extends LiveNeeds {
  readonly present: Visitors;
}

/** After we have said our last, how long a reader may take to take it. */
const goodbyeMs = 5_000;

/** Subscriptions as server-sent events, one to a request: the "distinct connections mode" of GraphQL over SSE. */
export async function eventStreams(app: FastifyInstance, needs: Needs): Promise<void> {
  app.post(
    "/graphql/stream",
    { onRequest: requireKey(needs.authenticate, { customers: true }) },
    (request, reply) => stream(request, reply, needs),
  );
}

async function stream(request: FastifyRequest, reply: FastifyReply, needs: Needs): Promise<unknown> {
  const { caller, id: requestId } = request;
  const { present, limits, open, context, ended } = needs;
  if (present.isFull) throw new Fault("OVERLOADED", "There are too many streams; try again in a moment.");
  if (caller === null) throw new Error("Nobody gets this far without a key.");
  const ending = new AbortController();
  const { raw } = reply;
  raw.once("close", () => ending.abort());
  const leave = present.enter({ end: (why) => end(why) });
  raw.once("close", leave);
  let farewell: Farewell | null = null;
  const end = (why: Farewell): void => {
    if (farewell === null) ended(why);
    farewell ??= why;
    ending.abort();
  };
  try {
    const results = await open({
      body: request.body,
      requestId,
      context: () => context(caller, requestId),
      signal: ending.signal,
    });
    reply.hijack();
    raw.writeHead(200, { ...asHeaders(reply), ...streamHeaders });
    const stopWatching = keepAlive(raw, { ...needs, request, end });
    raw.once("close", stopWatching);
    await send(raw, results, { stalledMs: limits.stalledMs, signal: ending.signal, end });
    stopWatching();
    if (farewell === "unauthenticated") raw.write(message(unauthenticated));
    sayGoodbye(raw);
    return undefined;
  } catch (error) {
    if (!(error instanceof StreamEnded)) throw error;
    leave();
    return reply.code(error.status).send({ errors: error.errors });
  }
}

const streamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  // A proxy that gathers answers before it passes them on would hold back what is meant to be live.
  "x-accel-buffering": "no",
};

const asHeaders = (reply: FastifyReply): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === "number" ? String(value) : value]],
    ),
  );

const unauthenticated: StreamResult = {
  errors: problem("UNAUTHENTICATED", notAKey).errors,
};

const message = (result: StreamResult): string => `event: next\ndata: ${JSON.stringify(result)}\n\n`;

/** Sends as fast as the reader takes it, and no faster: what it has not asked for yet is still in the database. */
async function send(
  raw: ServerResponse,
  results: AsyncIterable<StreamResult>,
  { stalledMs, signal, end }: { stalledMs: number; signal: AbortSignal; end: (why: Farewell) => void },
): Promise<void> {
  const drained = () => once(raw, "drain", { signal }).catch(() => undefined);
  try {
    for await (const result of results) {
      if (signal.aborted) return;
      if (!raw.write(message(result))) await unlessStalled(drained(), stalledMs);
    }
  } catch (error) {
    // It ends without an event that says that it is complete, so that the client comes back for the rest.
    if (error instanceof StreamEnded) raw.write(message({ errors: error.errors }));
    else if (error instanceof Stalled) end("slow");
    else raw.destroy(error instanceof Error ? error : undefined);
  }
}

interface Watching extends Needs {
  readonly request: FastifyRequest;
  readonly end: (why: Farewell) => void;
}

/** Shows the client that we are there, and looks whether its key still counts. */
function keepAlive(raw: ServerResponse, { limits, authenticate, request, end }: Watching): () => void {
  raw.write(":\n\n");
  const key = bearerKey(request.headers.authorization);
  const timer = setInterval(async () => {
    if (!raw.writableNeedDrain) raw.write(":\n\n");
    // A database that is away says nothing about a key.
    const caller = key === null ? null : await authenticate(key).catch(() => request.caller);
    if (caller === null) end("unauthenticated");
  }, limits.keepAliveMs);
  return () => clearInterval(timer);
}

/** What is on its way still arrives, if the reader takes it. */
function sayGoodbye(raw: ServerResponse): void {
  raw.end();
  const timer = setTimeout(() => raw.destroy(), goodbyeMs).unref();
  raw.once("close", () => clearTimeout(timer));
}
