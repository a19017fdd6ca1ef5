import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { createApp, openAdmin } from "../server/app.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { instant } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { emptyConsume } from "./baseline/emptyConsume.js";

// A server in a process of its own, as in production; with "empty" its consume decides and stores nothing, which
// leaves what HTTP, authentication and GraphQL cost by themselves.
const [mode = "real", apiKey = ""] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "scrip-bench-"));
const outside = { clock: () => instant(Date.now()), newId: timeOrderedId };
const admin = await openAdmin({ database: { engine: "sqlite", path: join(folder, "bench.db") } }, outside);
await admin.applyCatalog(readCatalogFile("scenario-payg"));
const config = { host: "127.0.0.1", port: 0, adminKey: apiKey };
const replaced = mode === "empty" ? { consume: emptyConsume } : {};
const logger = pino({ level: "silent" });
const app = await createApp({ config, database: admin.database, logger, ...outside, replaced });
process.stdout.write(`${(await app.listen()).port}\n`);
process.once("SIGTERM", async () => {
  await app.close();
  await admin.close();
  rmSync(folder, { recursive: true, force: true });
});
