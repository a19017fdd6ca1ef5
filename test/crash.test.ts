import { expect, test } from "vitest";
import { runCampaign } from "./crash/campaign.js";
import { sqliteFile } from "./crash/databases.js";
import { freshDatabase } from "./harness/engine.js";

// docs/crash-testing.md tells what is done here, and of longer runs. The seed is fixed so that each run draws the same
// calls and kills; what is under way when a kill comes still differs from run to run.

const kills = 20;
const seed = 2026;

test("a server that is killed at any moment has done every call that it answered, once, and no call twice", {
  timeout: 300_000,
}, async () => {
  const isPostgres = process.env.SCRIP_TEST_ENGINE === "postgres";
  const { options: database, drop } = await (isPostgres ? freshDatabase() : sqliteFile());
  try {
    const result = await runCampaign({ database, kills, seed });
    expect(result.violations).toEqual([]);
    expect(result.kills).toBe(kills);
    expect(result.acknowledged).toBeGreaterThan(kills);
    // Each kind of kill came, and interrupted calls.
    expect(result.tallies.size).toBe(6);
    for (const [point, tally] of result.tallies)
      if (point !== "while it opens") expect(tally.unanswered, point).toBeGreaterThan(0);
  } finally {
    await drop();
  }
});
