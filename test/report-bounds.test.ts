import { expectResult } from "@scrip/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningScrip, startScrip, wallClock } from "./harness/scenario.js";

const hour = Date.parse(wallClock) - (Date.parse(wallClock) % 3_600_000) - 3_600_000;
const range = {
  customerId: "ann",
  from: new Date(hour),
  to: new Date(hour + 3_600_000),
  groupBy: ["API_KEY" as const],
};

describe("a report of more than can be read or shown at once", () => {
  let scrip: RunningScrip;
  let made = 0;
  beforeAll(async () => {
    scrip = await startScrip("imagine");
    expectResult(await scrip.sdk.createCustomer({ id: "ann", plan: "free" }), "CustomerCreated");
  });
  afterAll(() => scrip.close());

  /** So many hourly sums in all, each of another key's calls. */
  async function sums(count: number): Promise<void> {
    await scrip.database.transact((tx) =>
      tx.query(
        `INSERT INTO usage_rollups (customer_id, hour, operation, unit, plan_key, api_key_id, attributes, calls, quantity,
                                    amount, allowance, postpaid, reversed)
         WITH RECURSIVE numbers(n) AS (SELECT CAST($1 AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $2)
         SELECT 'ann', $3, 'image.text-to-image', 'token', 'free', 'key_' || n, '{}', 1, 1000000, 5000000, 0, 0, 0
         FROM numbers`,
        [made, count, hour],
      ),
    );
    made = count;
  }

  test("is answered up to 10,000 rows, and refused beyond with what to do", async () => {
    await sums(10_000);
    const { rows, totals } = await scrip.sdk.usageReport(range);
    expect([rows.length, totals[0]?.calls, totals[0]?.amount]).toEqual([10_000, 10_000, "50000"]);
    await sums(10_001);
    await expect(scrip.sdk.usageReport(range)).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining(
        "would give 10001 rows; at most 10000 are answered. Group by less, or ask for less time.",
      ),
    });
  });

  test("is answered up to 250,000 hourly sums, and refused beyond with what to do", async () => {
    await sums(250_000);
    const whole = { ...range, groupBy: [] };
    expect((await scrip.sdk.usageReport(whole)).totals).toMatchObject([
      { calls: 250_000, amount: "1250000" },
    ]);
    await sums(250_001);
    await expect(scrip.sdk.usageReport(whole)).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining(
        "there are more than 250000 hourly sums in this time. Ask for a part of it, or name operations.",
      ),
    });
  });

  test("tells more calls than a 32-bit number holds", async () => {
    await scrip.database.transact((tx) =>
      tx.query("UPDATE usage_rollups SET calls = 3000000000 WHERE api_key_id = 'key_7'"),
    );
    const { rows } = await scrip.sdk.usageReport({ ...range, apiKeyIds: ["key_7"] });
    expect(rows).toMatchObject([{ calls: 3_000_000_000 }]);
  });
});
