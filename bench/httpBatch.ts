import { join } from "node:path";
import { bareLoop } from "./baseline/bareLoop.js";
import { openBooks } from "./books.js";
import { drive } from "./drive.js";
import { withFolder } from "./folder.js";
import { fullAnswer, inputOf, openClient } from "./http.js";
import { startServer } from "./process.js";
import { compare, type Effort, type Result } from "./result.js";

const customers = 1_000;
const batchItems = 100;
/** As many callers as keep the server busy: while it works on one batch, the next are read. */
const inFlight = 4;

/** Records a second through HTTP, in batches, against the bare driver; first told only what became of each call. */
export const benchHttpBatch = (effort: Effort): Promise<Result[]> =>
  withFolder(async (folder) => {
    const paths = [join(folder, "ours.db"), join(folder, "bare.db")] as const;
    for (const path of paths) await (await openBooks({ engine: "sqlite", path }, customers)).close();
    const server = await startServer("real", `sqlite:${paths[0]}`);
    const client = openClient(server.origin, inFlight);
    const loop = bareLoop(paths[1]);
    const { seconds } = effort;
    const results: Result[] = [];
    const body = (n: number, answer: string): string => {
      const items = Array.from({ length: batchItems }, (_, index) =>
        inputOf(n * batchItems + index, customers),
      );
      const query = `mutation ($input: ConsumeBatchInput!) { consumeBatch(input: $input) { results { ${answer} } } }`;
      return JSON.stringify({ query, variables: { input: { items } } });
    };
    const answers = [
      ["http-batch", "told what became of each", "≥ 0.6", "__typename"],
      ["http-batch-full", "told everything about each", "none", fullAnswer],
    ] as const;
    try {
      for (const [id, told, target, answer] of answers)
        results.push(
          await compare(effort, {
            id,
            bench: `HTTP consumeBatch of ${batchItems} on SQLite, ${told} / a bare loop`,
            counts: "records/s",
            target,
            ours: () =>
              drive({
                inFlight,
                seconds,
                weight: batchItems,
                call: (n) => client.consume(body(n, answer), batchItems),
              }),
            baseline: () =>
              drive({
                inFlight: 1,
                seconds,
                weight: loop.rowsInTransaction,
                call: async (n) => loop.transaction(n),
              }),
          }),
        );
    } finally {
      await client.close();
      await server.stop();
      loop.close();
    }
    for (const path of paths) await (await openBooks({ engine: "sqlite", path }, 0)).verify();
    return results;
  });
