import { expect, test } from "vitest";
import { openEngine } from "./engine.js";
import { playMany } from "./session.js";
import { all, newTally } from "./tally.js";

test("any history answers, and leaves the books, as a naive model of it says", async () => {
  const engine = await openEngine({ engine: "sqlite", path: ":memory:" });
  const tally = newTally();
  try {
    expect(await playMany([engine], { histories: 60, commandsMax: 90, tally })).toBe(null);
    expect(all(tally.commands)).toBeGreaterThan(2_000);
    for (const what of [
      "changePlan: planChanged",
      "payInvoice: invoicePaid",
      "refundPurchase: purchaseRefunded",
    ])
      expect(tally.answers.get(what), what).toBeGreaterThan(10);
  } finally {
    await engine.close();
  }
}, 240_000);
