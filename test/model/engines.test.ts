import { expect, test } from "vitest";
import { freshDatabase } from "../harness/engine.js";
import { openEngine } from "./engine.js";
import { playMany } from "./session.js";
import { all, newTally } from "./tally.js";

test("any history has the same books on PostgreSQL and on SQLite, row by row and hash by hash", async () => {
  const { options, drop } = await freshDatabase();
  const engines = [await openEngine({ engine: "sqlite", path: ":memory:" }), await openEngine(options)];
  const tally = newTally();
  try {
    expect(await playMany(engines, { histories: 20, commandsMax: 70, tally })).toBe(null);
    expect(all(tally.commands)).toBeGreaterThan(300);
  } finally {
    for (const engine of engines) await engine.close();
    await drop();
  }
}, 240_000);
