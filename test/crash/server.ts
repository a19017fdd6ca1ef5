import { pino } from "pino";
import { openAdmin } from "../../server/app/admin.js";
import { createApp } from "../../server/app/app.js";
import { readCatalogFile } from "../../server/catalogFile.js";
import { instant } from "../../server/domain/instant.js";
import { timeOrderedId } from "../../server/ids.js";
import type { DatabaseOptions } from "../../server/storage/database.js";
import { broken, type Mistake } from "./broken.js";
import { withFailpoints } from "./failpoints.js";
import type { KillPlan } from "./plan.js";

// A server in a process of its own. It loads its code at once and opens the database when it is told to, so that the
// next one can stand by, loaded, while the present one is killed.

export interface Opening {
  readonly database: DatabaseOptions;
  readonly apiKey: string;
  readonly mistake: Mistake | null;
}

export type Order =
  | { readonly kind: "open"; readonly opening: Opening }
  | { readonly kind: "arm"; readonly plan: KillPlan };
export type Report = { readonly kind: "loaded" } | { readonly kind: "open"; readonly port: number };

const report = (text: Report) => process.send?.(text);
let arm: (plan: KillPlan) => void = () => undefined;

async function open({ database, apiKey, mistake }: Opening): Promise<void> {
  const outside = { clock: () => instant(Date.now()), newId: timeOrderedId };
  const admin = await openAdmin({ database }, outside);
  await admin.applyCatalog(readCatalogFile("ximilar"));
  const failing = withFailpoints(broken(admin.database, mistake));
  arm = failing.arm;
  const config = { host: "127.0.0.1", port: 0, adminKey: apiKey };
  const logger = pino({ level: "error" }, pino.destination(2));
  const app = await createApp({ config, database: failing.database, logger, ...outside });
  report({ kind: "open", port: (await app.listen()).port });
}

process.on("message", (order: Order) => {
  if (order.kind === "arm") arm(order.plan);
  else void open(order.opening);
});
// Whoever started it is gone, and nobody else would end it.
process.once("disconnect", () => process.exit(1));
report({ kind: "loaded" });
