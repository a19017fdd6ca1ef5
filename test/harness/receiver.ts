import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ScripEvent } from "@scrip/sdk";

/** What a receiver does with a request. Those of the first line take the event, whatever else they do. */
export type Manner =
  | "take"
  | "take, huge"
  | "take, endless"
  | "take, garbage"
  | "take, break"
  | "refuse"
  | "refuse, huge"
  | "redirect"
  | "gone"
  | "hang"
  | "break"
  | "garbage"
  | "upgrade"
  | "upgrade, reset";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: ScripEvent;
  readonly manner: Manner;
}

export interface Receiver {
  readonly url: string;
  /** All that came, whatever was done with it. */
  readonly received: readonly Received[];
  /** What it has taken and answered with 2xx, in order. */
  taken(): readonly ScripEvent[];
  /** From now on, for each request. */
  behave(manner: Manner | ((event: ScripEvent) => Manner)): void;
  /** When so many requests have come. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A webhook receiver on this machine that does whatever a receiver can do. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let manner: (event: ScripEvent) => Manner = () => "take";
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const event: ScripEvent = JSON.parse(body);
    const chosen = manner(event);
    received.push({ headers: request.headers, body, event, manner: chosen });
    for (const look of waiting) look();
    answer(chosen, response);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Whoever breaks off is no failure of the test.
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    taken: () => received.filter((one) => one.manner.startsWith("take")).map(({ event }) => event),
    behave: (next) => {
      manner = typeof next === "string" ? () => next : next;
    },
    until: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const huge = Buffer.alloc(8 * 1024 * 1024, "x");

function answer(manner: Manner, response: ServerResponse): void {
  const { socket } = response;
  switch (manner) {
    case "take":
      response.writeHead(204).end();
      return;
    case "take, huge":
      response.writeHead(200).end(huge);
      return;
    case "take, endless":
      response.writeHead(200).write("…");
      return;
    case "take, garbage":
      response.writeHead(200).end(Buffer.from([0, 255, 254, 0, 237, 160, 128]));
      return;
    case "take, break":
      // It has taken the event, but nobody hears of it.
      socket?.destroy();
      return;
    case "refuse":
      response.writeHead(500).end("The database is down.");
      return;
    case "refuse, huge":
      response.writeHead(503).end(huge);
      return;
    case "redirect":
      response.writeHead(307, { location: "http://127.0.0.1:9/elsewhere" }).end();
      return;
    case "gone":
      response.writeHead(410).end();
      return;
    case "hang":
      return;
    case "break":
      socket?.write("HTTP/1.1 200 OK");
      socket?.destroy();
      return;
    case "garbage":
      socket?.end("\u0000\u0001 this is no HTTP\r\n\r\n");
      return;
    case "upgrade":
      socket?.end("HTTP/1.1 101 Switching Protocols\r\nupgrade: ws\r\nconnection: upgrade\r\n\r\n");
      return;
    case "upgrade, reset":
      socket?.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: ws\r\nconnection: upgrade\r\n\r\n", () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      );
  }
}
