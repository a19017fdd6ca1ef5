import { parseArgs } from "node:util";
import { benchBudgets } from "./budgets.js";
import { benchClosing } from "./closing.js";
import { benchGrowth } from "./growth.js";
import { benchHotWallet } from "./hotWallet.js";
import { benchHttpBatch } from "./httpBatch.js";
import { benchHttpConsume } from "./httpConsume.js";
import { benchLive } from "./live.js";
import { benchPlainTransactions, benchStoredFunction } from "./postgresBaselines.js";
import { benchProcesses } from "./processes.js";
import { type Effort, progress, type Result } from "./result.js";

const benches: Readonly<Record<string, (effort: Effort) => Promise<Result[]>>> = {
  "http-consume": benchHttpConsume,
  "http-batch": benchHttpBatch,
  "postgres-transactions": benchPlainTransactions,
  "postgres-function": benchStoredFunction,
  live: benchLive,
  "hot-wallet": benchHotWallet,
  budgets: benchBudgets,
  growth: benchGrowth("calendar-month"),
  "growth-rolling": benchGrowth("rolling-window"),
  closing: benchClosing,
  processes: benchProcesses,
};

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
  },
});

const names = values.only?.split(",") ?? Object.keys(benches);
const effort = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
const results: Result[] = [];
for (const name of names) {
  const bench = benches[name];
  if (bench === undefined)
    throw new Error(`No bench is called ${name}; there are ${Object.keys(benches).join(", ")}.`);
  progress(`${name} …`);
  results.push(...(await bench(effort)));
}
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
else console.table(results);
