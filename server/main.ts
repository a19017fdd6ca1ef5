#!/usr/bin/env node
import { runCli } from "./cli.js";
import { instant } from "./domain/instant.js";
import { timeOrderedId } from "./ids.js";

// The process entry, and the only place that knows the wall clock.
process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  outside: { clock: () => instant(Date.now()), newId: timeOrderedId },
  print: (text) => process.stdout.write(`${text}\n`),
  printError: (text) => process.stderr.write(`${text}\n`),
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
    }),
});
