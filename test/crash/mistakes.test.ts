import { expect, test } from "vitest";
import { runCampaign } from "./campaign.js";
import { sqliteFile } from "./databases.js";

test.for([
  ["answers before COMMIT", / was done, and there are 0 of: /],
  ["keeps keys later", / is there in part: /],
  // Or they are put there when the line was found empty, and nobody looks any more.
  [
    "puts events in line later",
    / is an event that is not in line for the endpoint: | customer with waiting deliveries and no lane: /,
  ],
] as const)(
  "a server that %s is found out by being killed",
  { timeout: 240_000 },
  async ([mistake, found]) => {
    const { options: database, drop } = await sqliteFile();
    try {
      // Every ten kills hold each kind of kill, of which some cannot find this mistake; it ends when one does.
      const { violations } = await runCampaign({ database, kills: 60, seed: 7, mistake });
      expect(violations.join("\n")).toMatch(found);
    } finally {
      await drop();
    }
  },
);
