import { randomUUID } from "node:crypto";
import { createScripClient, type ScripClient } from "@scrip/sdk";
import { pino } from "pino";
import { openAdmin } from "../server/app/admin.js";
import { createApp } from "../server/app/app.js";
import type { Catalog } from "../server/domain/catalog.js";
import { instantFrom } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { start } from "./time.js";

type Story = (sdk: ScripClient, url: string) => Promise<void>;

/** Runs a story against a server of its own, which keeps everything in memory and is gone afterwards. */
export async function withServer(catalog: Catalog, story: Story): Promise<void> {
  // A fixed clock and a test clock make every tour of a catalogue print the same.
  const outside = { clock: () => instantFrom(start), newId: timeOrderedId };
  const admin = await openAdmin({ database: { engine: "sqlite", path: ":memory:" } }, outside);
  try {
    await admin.applyCatalog(catalog);
    const config = { host: "127.0.0.1", port: 0, adminKey: randomUUID() };
    const logger = pino({ level: "silent" });
    const app = await createApp({ config, database: admin.database, logger, ...outside });
    const { port } = await app.listen();
    const url = `http://${config.host}:${port}/graphql`;
    try {
      await story(createScripClient({ url, apiKey: config.adminKey }), url);
    } finally {
      await app.close();
    }
  } finally {
    await admin.close();
  }
}
