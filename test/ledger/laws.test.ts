import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCatalogFile, shippedCatalogs } from "../../server/catalogFile.js";
import { tiers } from "./book.js";
import { commandsFor } from "./commands.js";
import { startHistory, type Tally } from "./history.js";
import { expectLawsToHold, expectNothingOverdue } from "./laws.js";

const catalogs = ["imagine", "scenario-payg", "scenario-units", "scrollsequence", "ximilar"];

test("all catalogues that come with Scrip are tried", () => expect(shippedCatalogs()).toEqual(catalogs));

describe.each([...catalogs, tiers])("whatever happens with the catalogue %s", (name) => {
  test("the books balance, a key has one effect, and a refusal changes nothing", async () => {
    const tally: Tally = new Map();
    await fc.assert(
      fc.asyncProperty(commandsFor(readCatalogFile(name)), async (commands) => {
        const history = await startHistory(name, tally);
        try {
          for (const command of commands) await history.run(command);
          await expectLawsToHold(history.book.database);
          await expectNothingOverdue(history.book.database, await history.toTheEnd());
          await expectLawsToHold(history.book.database);
        } finally {
          await history.book.close();
        }
      }),
      { numRuns: 20 },
    );
    const { creditPacks } = readCatalogFile(name);
    const happened = ["consumed", "creditsGranted", "unpricedUsage", "customerNotFound"];
    const sentAgain = ["consumed", "creditsGranted", "idempotencyConflict"];
    expect([...tally.keys()], "all of it was tried").toEqual(
      expect.arrayContaining([
        ...happened,
        ...sentAgain.map((kind) => `retried ${kind}`),
        creditPacks.length > 0 ? "purchased" : "packNotAvailable",
        ...(name === "scenario-payg" ? [] : ["insufficientCredits"]),
      ]),
    );
  });
});
