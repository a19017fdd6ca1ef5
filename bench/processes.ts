import { openBooks } from "./books.js";
import { drive, type Measured } from "./drive.js";
import { type Client, fullAnswer, inputOf, openClient } from "./http.js";
import { startPostgres } from "./postgres.js";
import { startServer } from "./process.js";
import { compare, type Effort, type Result } from "./result.js";

const customers = 1_000;
const inFlight = 64;
const processes = 4;
const query = `mutation ($input: ConsumeInput!) { consume(input: $input) { ${fullAnswer} } }`;

/** The same load on one server process and spread over four, which share one PostgreSQL. */
export async function benchProcesses(effort: Effort): Promise<Result[]> {
  const postgres = await startPostgres();
  try {
    const url = await postgres.createDatabase("shared");
    await (await openBooks({ engine: "postgres", url, poolSize: 8 }, customers)).close();
    const servers = await Promise.all(Array.from({ length: processes }, () => startServer("real", url)));
    const clients = servers.map(({ origin }) => openClient(origin, inFlight));
    const over = (used: readonly Client[]) => (): Promise<Measured> =>
      drive({
        inFlight,
        seconds: effort.seconds,
        call: async (n) => {
          const body = JSON.stringify({ query, variables: { input: inputOf(n, customers) } });
          await used[n % used.length]?.consume(body, 1);
        },
      });
    const result = await compare(effort, {
      id: "processes",
      bench: `HTTP consume on PostgreSQL: ${processes} server processes / one`,
      counts: "calls/s",
      target: "none",
      ours: over(clients),
      baseline: over(clients.slice(0, 1)),
    });
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all(servers.map((server) => server.stop()));
    return [result];
  } finally {
    await postgres.stop();
  }
}
