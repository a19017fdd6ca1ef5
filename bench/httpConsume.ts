import { join } from "node:path";
import { openBooks } from "./books.js";
import { drive, type Measured } from "./drive.js";
import { withFolder } from "./folder.js";
import { type Client, fullAnswer, inputOf, openClient } from "./http.js";
import { startServer } from "./process.js";
import { compare, type Effort, type Result } from "./result.js";

const customers = 1_000;
const inFlight = 64;
const query = `mutation ($input: ConsumeInput!) { consume(input: $input) { ${fullAnswer} } }`;

/** What metering and storing cost beside HTTP, authentication and GraphQL. */
export const benchHttpConsume = ({ rounds, seconds }: Effort): Promise<Result[]> =>
  withFolder(async (folder) => {
    const path = join(folder, "bench.db");
    await (await openBooks({ engine: "sqlite", path }, customers)).close();
    const real = await startServer("real", `sqlite:${path}`);
    const empty = await startServer("empty", `sqlite:${join(folder, "empty.db")}`);
    const clients = { real: openClient(real.origin, inFlight), empty: openClient(empty.origin, inFlight) };
    const round = (client: Client): Promise<Measured> =>
      drive({
        inFlight,
        seconds,
        call: (n) =>
          client.consume(JSON.stringify({ query, variables: { input: inputOf(n, customers) } }), 1),
      });
    try {
      const result = await compare(
        { rounds, seconds },
        {
          id: "http-consume",
          bench: "HTTP consume on SQLite / an empty mutation",
          counts: "calls/s",
          target: "≥ 0.65",
          ours: () => round(clients.real),
          baseline: () => round(clients.empty),
        },
      );
      return [result];
    } finally {
      await Promise.all([clients.real.close(), clients.empty.close()]);
      await Promise.all([real.stop(), empty.stop()]);
    }
  });
