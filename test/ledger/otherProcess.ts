import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../server/storage/database.js";
import { addOne, insertRow } from "./rows.js";

/** Long enough for the other side to look before it ends, however busy the machine. */
const heldMs = 1_000;

/**
 * What another process does to the same file, as the command line does beside the server. It is a process of its own
 * because SQLite waits for a lock without letting anything else of its process run.
 */
const jobs: Record<string, () => Promise<void>> = {
  "open when told": async () => {
    process.stdout.write("ready\n");
    await once(process.stdin, "data");
    const database = await openDatabase({ engine: "sqlite", path });
    await database.close();
    process.exit();
  },
  count: async () => {
    const database = await openDatabase({ engine: "sqlite", path });
    process.stdout.write("ready\n");
    for (let index = 0; index < 40; index += 1) await database.transact((tx) => addOne(tx, () => sleep(1)));
    await database.close();
  },
  hold: async () => {
    const database = await openDatabase({ engine: "sqlite", path });
    await database.transact(async (tx) => {
      await insertRow(tx, "held");
      process.stdout.write("ready\n");
      await sleep(heldMs);
    });
    await database.close();
  },
  "write until killed": async () => {
    const database = await openDatabase({ engine: "sqlite", path });
    for (let index = 0; ; index += 1) {
      await database.transact((tx) => insertRow(tx, `row ${index}`));
      process.stdout.write(`row ${index}\n`);
    }
  },
};

const [path = "", job = ""] = process.argv.slice(2);
await jobs[job]?.();
