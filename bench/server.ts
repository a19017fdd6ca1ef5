import { pino } from "pino";
import { createApp } from "../server/app/app.js";
import { readConfig } from "../server/config.js";
import { instant } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { openDatabase } from "../server/storage/database.js";
import { emptyConsume } from "./baseline/emptyConsume.js";

// A server in a process of its own, as in production, but on a database that is filled already; with "empty" its
// consume decides and stores nothing, which leaves what HTTP, authentication and GraphQL cost by themselves.
const [mode = "real"] = process.argv.slice(2);
const config = readConfig(process.env);
const database = await openDatabase(config.database);
const app = await createApp({
  config,
  database,
  clock: () => instant(Date.now()),
  newId: timeOrderedId,
  logger: pino({ level: "silent" }),
  replaced: mode === "empty" ? { consume: emptyConsume } : {},
});
process.stdout.write(`${(await app.listen()).port}\n`);
process.once("SIGTERM", async () => {
  await app.close();
  await database.close();
});
