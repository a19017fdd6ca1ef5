import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands between a client and a server, and can take the connections away. */
export interface Relay {
  readonly origin: string;
  /** Ends every connection at once, as a network does that goes away. */
  cut(): void;
  /** How many connections there have been. */
  readonly connections: number;
  /** Lets nothing through to the clients any more, but keeps their connections. */
  hold(): void;
  /** Ends what was held, and lets new connections through again. */
  letGo(): void;
  /** Swallows the next answer that holds these bytes, and cuts its connection. */
  lose(answer: string): void;
  /** How many answers were lost. */
  readonly lost: number;
  close(): Promise<void>;
}

export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let connections = 0;
  let isHeld = false;
  let unwanted: string | null = null;
  let lost = 0;
  const server = createServer((client) => {
    connections += 1;
    const upstream = connect({ host: hostname, port: Number(port) });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    upstream.on("data", (answer: Buffer) => {
      if (unwanted === null || !answer.includes(unwanted)) return;
      unwanted = null;
      lost += 1;
      for (const socket of [client, upstream]) socket.destroy();
    });
    client.pipe(upstream);
    if (!isHeld) upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    origin: `http://127.0.0.1:${own}`,
    cut,
    get connections() {
      return connections;
    },
    hold: () => {
      isHeld = true;
      for (const socket of sockets) socket.unpipe();
    },
    letGo: () => {
      isHeld = false;
      cut();
    },
    lose: (answer) => {
      unwanted = answer;
    },
    get lost() {
      return lost;
    },
    close: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
