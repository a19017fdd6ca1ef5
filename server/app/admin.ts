import { makeCreateKey, makeListKeys, makeRevokeKey } from "../access/keys.js";
import { loadCatalog, makeApplyCatalog } from "../billing/catalog/store.js";
import { presentBy } from "../billing/catchUp.js";
import { type CompareProgress, type CompareQuestion, makeComparePlans } from "../billing/comparePlans.js";
import type { Config } from "../config.js";
import { makeDeliveries } from "../events/deliveries.js";
import { makeEndpoints, makeFindEndpoint } from "../events/endpoints.js";
import { makeReplay, makeReplayDue } from "../events/replay.js";
import { makeExportLedger } from "../ledger/exportLedger.js";
import { makeVerify } from "../ledger/verify.js";
import { makeExportUsage } from "../metering/exportUsage.js";
import { openDatabase } from "../storage/database.js";
import type { Outside } from "./core.js";

/** What an operator does from the command line, without a server running. */
export async function openAdmin(config: Pick<Config, "database">, outside: Outside) {
  const database = await openDatabase(config.database);
  const needs = { ...outside, database, present: presentBy(outside.clock) };
  return {
    database,
    createKey: makeCreateKey(needs),
    listKeys: makeListKeys(database),
    revokeKey: makeRevokeKey(needs),
    loadCatalog: loadCatalog(database),
    applyCatalog: makeApplyCatalog(needs),
    /** It takes the time that it takes, so it knows no limit. */
    comparePlans: (question: CompareQuestion, onProgress: (progress: CompareProgress) => void) =>
      makeComparePlans({
        ...needs,
        most: { calls: Number.MAX_SAFE_INTEGER - 1, callsOfAllPlans: Number.POSITIVE_INFINITY },
        onProgress,
      })(question),
    verify: makeVerify(database),
    exportUsage: makeExportUsage(needs),
    exportLedger: makeExportLedger(needs),
    webhookEndpoints: makeEndpoints(database),
    webhookEndpoint: makeFindEndpoint(database),
    webhookDeliveries: makeDeliveries(database),
    replayWebhooks: makeReplay(needs),
    /** One step of the replays under way; says how many events it has looked at. */
    replayStep: makeReplayDue(needs),
    close: () => database.close(),
  };
}

export type Admin = Awaited<ReturnType<typeof openAdmin>>;
