import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type ExecutionArgs, type ExecutionResult, GraphQLError, GraphQLSchema, parse } from "graphql";
import { CloseCode, handleProtocols, makeServer } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { Caller } from "../access/keys.js";
import { faults } from "../domain/errors.js";
import { StreamEnded, type StreamResult } from "../graphql/stream.js";
import { bearerKey, notAKey } from "./bearer.js";
import { problem } from "./problem.js";
import { type Farewell, type LiveNeeds, Stalled, unlessStalled, type Visitors } from "./visitors.js";

interface Needs extends LiveNeeds {
  readonly present: Visitors;
}

/** As large as a request may be over HTTP. */
const messageMaxBytes = 1024 * 1024;
/** How long a client may take to say goodbye as well. */
const closeMs = 5_000;

/** What a close code tells a client: whether to come back, and that it can go on where it was. */
const farewells: Readonly<Record<Farewell, readonly [code: number, reason: string]>> = {
  stopping: [1001, "The server is stopping; come back and go on after the last sequence."],
  slow: [1013, "What was sent was not read; come back and go on after the last sequence."],
  unauthenticated: [CloseCode.Unauthorized, notAKey],
  unavailable: [1013, "The database cannot be asked at the moment; come back."],
};

/** Who speaks over a socket, once that is known. */
interface Extra {
  readonly requestId: string;
  readonly header: string | undefined;
  readonly close: (why: Farewell) => void;
  readonly streams: Map<string, AbortController>;
  session: { readonly key: string; readonly caller: Caller } | null;
}

/** Subscriptions over WebSockets at /graphql, in the protocol of graphql-ws. */
export function graphqlSockets(server: Server, needs: Needs): void {
  const { present } = needs;
  const protocol = protocolOver(needs);
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols,
    maxPayload: messageMaxBytes,
  });
  sockets.on("connection", (socket: WebSocket, request: IncomingMessage) =>
    attend(socket, request, { ...needs, protocol }),
  );
  server.on("upgrade", (request, connection, head) => {
    // Whoever asks may have sent anything as a path, and nobody catches what is thrown here.
    if (request.url?.split("?", 1)[0] !== "/graphql")
      return turnAway(connection, "NOT_FOUND", "WebSockets are at /graphql.");
    if (present.isFull)
      return turnAway(connection, "OVERLOADED", "There are too many streams; try again in a moment.");
    sockets.handleUpgrade(request, connection, head, (socket) => sockets.emit("connection", socket, request));
  });
}

function turnAway(connection: Duplex, code: "NOT_FOUND" | "OVERLOADED", message: string): void {
  const body = JSON.stringify(problem(code, message));
  const head = [
    `HTTP/1.1 ${faults[code].status} ${code}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  connection.on("error", () => connection.destroy());
  connection.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

type Protocol = ReturnType<typeof protocolOver>;

function attend(
  socket: WebSocket,
  { headers }: IncomingMessage,
  { protocol, present, limits, authenticate, ended }: Needs & { readonly protocol: Protocol },
): void {
  const close = (why: Farewell): void => {
    if (socket.readyState !== socket.OPEN) return;
    ended(why);
    // Nothing more is read for who is not there to take it.
    for (const stream of extra.streams.values()) stream.abort();
    sayGoodbye(socket, why);
  };
  const extra: Extra = {
    requestId: randomUUID(),
    header: headers.authorization,
    close,
    streams: new Map(),
    session: null,
  };
  const leave = present.enter({ end: close });
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => deliver(socket, data, { stalledMs: limits.stalledMs, close }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (listener) =>
        socket.on("message", (data) => {
          listener(String(data)).catch(() => socket.close(CloseCode.InternalServerError, "Internal error"));
        }),
    },
    extra,
  );
  const stopWatching = keepAlive(socket, extra, { limits, authenticate });
  // The close that follows says all that there is to say.
  socket.on("error", () => undefined);
  socket.once("close", (code, reason) => {
    leave();
    stopWatching();
    for (const stream of extra.streams.values()) stream.abort();
    void closed(code, String(reason));
  });
}

/** Resolves when the reader has taken it, so that nothing more is made for one who does not. */
async function deliver(
  socket: WebSocket,
  data: string,
  { stalledMs, close }: { stalledMs: number; close: (why: Farewell) => void },
): Promise<void> {
  if (socket.readyState !== socket.OPEN) return;
  const sent = new Promise<void>((resolve) => socket.send(data, () => resolve()));
  try {
    await unlessStalled(sent, stalledMs);
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    // It reads this once it has read what is on its way; if it never does, the connection is cut after a while.
    close("slow");
  }
}

function sayGoodbye(socket: WebSocket, why: Farewell): void {
  socket.close(...farewells[why]);
  const timer = setTimeout(() => socket.terminate(), closeMs).unref();
  socket.once("close", () => clearTimeout(timer));
}

/** Looks whether the client is there, and whether its key still counts. */
function keepAlive(
  socket: WebSocket,
  extra: Extra,
  { limits, authenticate }: Pick<Needs, "limits" | "authenticate">,
): () => void {
  let isThere = true;
  socket.on("pong", () => {
    isThere = true;
  });
  const timer = setInterval(async () => {
    // One that does not read yet has not seen the ping either.
    if (!isThere && socket.bufferedAmount === 0) socket.terminate();
    isThere = false;
    socket.ping();
    const { session } = extra;
    if (session === null) return;
    // A database that is away says nothing about a key.
    const caller = await authenticate(session.key).catch(() => session.caller);
    if (caller === null) extra.close("unauthenticated");
  }, limits.keepAliveMs);
  return () => clearInterval(timer);
}

function protocolOver({ authenticate, open, context, limits }: Needs) {
  const subscribed = async (extra: Extra, id: string, body: unknown): Promise<ExecutionArgs> => {
    const { session, requestId, streams } = extra;
    if (session === null) throw new Error("Nobody gets this far without a key.");
    if (streams.size >= limits.streamsMax) throw tooManyStreams(limits.streamsMax);
    const { caller } = session;
    const stop = new AbortController();
    streams.set(id, stop);
    const left = () => void (streams.get(id) === stop && streams.delete(id));
    stop.signal.addEventListener("abort", left, { once: true });
    try {
      const asked = { body, requestId, signal: stop.signal, context: () => context(caller, requestId) };
      return { ...opened, rootValue: stoppable(await open(asked), stop) };
    } catch (error) {
      stop.abort();
      throw error;
    }
  };
  return makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: limits.initMs,
    onConnect: async ({ connectionParams, extra }) => {
      const given = connectionParams?.authorization ?? connectionParams?.Authorization;
      const key = bearerKey(typeof given === "string" ? given : extra.header);
      const caller = key === null ? null : await authenticate(key).catch(() => "unavailable" as const);
      if (caller === "unavailable") extra.close("unavailable");
      else if (key === null || caller === null) extra.close("unauthenticated");
      else extra.session = { key, caller };
      return extra.session !== null;
    },
    onSubscribe: ({ extra }, id, body) => subscribed(extra, id, body).catch(asErrors),
    // What comes out of it has been put into a client's words already, which the library only does on the way.
    subscribe: ({ rootValue }) => rootValue as AsyncGenerator<ExecutionResult>,
    onNext: (...[, , , , result]) => result as StreamResult,
    onError: (_context, _id, _body, [error]) =>
      error?.originalError instanceof StreamEnded ? error.originalError.errors : undefined,
  });
}

/** The library wants to be told what runs; here it has been opened before, and is only handed through. */
const opened = { schema: new GraphQLSchema({}), document: parse("subscription { opened }") };

function tooManyStreams(max: number): StreamEnded {
  const { errors } = problem("OVERLOADED", `One connection may have ${max} streams; open another one.`);
  return new StreamEnded(errors, faults.OVERLOADED.status);
}

function asErrors(error: unknown): GraphQLError[] {
  if (!(error instanceof StreamEnded)) throw error;
  return [new GraphQLError(error.message, { originalError: error })];
}

/** A generator that waits cannot be left before it has something; the signal has it stop waiting. */
function stoppable(
  results: AsyncGenerator<StreamResult, void>,
  stop: AbortController,
): AsyncGenerator<StreamResult, void> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      try {
        const next = await results.next();
        if (next.done === true) stop.abort();
        return next;
      } catch (error) {
        stop.abort();
        throw error;
      }
    },
    return: () => {
      stop.abort();
      return results.return();
    },
    throw: (error) => {
      stop.abort();
      return results.throw(error);
    },
  };
}
