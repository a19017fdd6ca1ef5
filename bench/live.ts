import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createScripClient } from "@scrip/sdk";
import { openBooks } from "./books.js";
import { drive, type Measured } from "./drive.js";
import { withFolder } from "./folder.js";
import { fullAnswer, inputOf, openClient } from "./http.js";
import { apiKey, startServer } from "./process.js";
import { compare, type Effort, progress, type Result } from "./result.js";

const customers = 1_000;
const inFlight = 64;
const query = `mutation ($input: ConsumeInput!) { consume(input: $input) { ${fullAnswer} } }`;

/**
 * What it costs a process that 1,000 customers follow their wallets on it while calls go on. Counted by the processor's
 * time that the server takes, until every change is told: what the followers themselves take is not its cost.
 */
export const benchLive = ({ rounds, seconds }: Effort): Promise<Result[]> =>
  withFolder(async (folder) => {
    const start = async (name: string) => {
      const path = join(folder, `${name}.db`);
      await (await openBooks({ engine: "sqlite", path }, customers)).close();
      const server = await startServer("real", `sqlite:${path}`);
      return { server, client: openClient(server.origin, inFlight) };
    };
    const followed = await start("followed");
    const alone = await start("alone");
    const followers = await follow(followed.server.origin);
    const round = async (
      side: typeof alone,
      caughtUp: (calls: number) => Promise<void>,
    ): Promise<Measured> => {
      const before = await cpuSeconds(side.server.origin);
      let calls = 0;
      const call = (n: number) => {
        calls += 1;
        const variables = { input: inputOf(n, customers) };
        return side.client.consume(JSON.stringify({ query, variables }), 1);
      };
      const measured = await drive({ inFlight, seconds, call });
      await caughtUp(calls);
      return { ...measured, perSecond: calls / ((await cpuSeconds(side.server.origin)) - before) };
    };
    try {
      const result = await compare(
        { rounds, seconds },
        {
          id: "live",
          bench: "HTTP consume on SQLite, 1,000 wallets followed / none, by the server's CPU time",
          counts: "calls/CPU s",
          target: "reported",
          ours: () => round(followed, followers.caughtUp),
          baseline: () => round(alone, async () => undefined),
        },
      );
      progress(`${followers.told()} changes were told, each once and in order.`);
      return [result];
    } finally {
      await followers.stop();
      await Promise.all([followed.client.close(), alone.client.close()]);
      await Promise.all([followed.server.stop(), alone.server.stop()]);
    }
  });

/** What the process has taken of the processor so far. */
async function cpuSeconds(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const [, seconds] = /^process_cpu_seconds_total ([\d.]+)/m.exec(text) ?? [];
  if (seconds === undefined) throw new Error("The server does not say how much of the processor it takes.");
  return Number(seconds);
}

/** One stream for each customer. A change that is missing, repeated or out of order stops the bench. */
async function follow(origin: string) {
  const leaving = new AbortController();
  const { signal } = leaving;
  setMaxListeners(0, signal);
  const sdk = createScripClient({ url: `${origin}/graphql`, apiKey });
  let told = 0;
  let expected = 0;
  const begun: Promise<void>[] = [];
  const followers: Promise<void>[] = [];
  for (let n = 0; n < customers; n += 1) {
    const changes = sdk.walletChanged({ customerId: `customer-${n}` }, { signal });
    const first = changes.next();
    begun.push(first.then(() => undefined));
    followers.push(
      first.then(async (opening) => {
        let last = opening.value?.sequence ?? 0;
        for await (const { sequence } of changes) {
          if (sequence !== last + 1) throw new Error(`After ${last} came ${sequence}.`);
          last = sequence;
          told += 1;
        }
      }),
    );
  }
  const failed = Promise.all(followers);
  failed.catch((error: unknown) => progress(String(error)));
  await Promise.all(begun);
  return {
    told: () => told,
    /** Resolves when so many more changes have been told. */
    caughtUp: async (calls: number) => {
      expected += calls;
      while (told < expected) await wait(5);
    },
    stop: async () => {
      leaving.abort();
      await failed;
    },
  };
}
