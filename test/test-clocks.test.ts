import { expectResult, type ScripClient } from "@scrip/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

let scrip: RunningScrip;
let sdk: ScripClient;
let id: string;

beforeEach(async () => {
  scrip = await startScrip("ximilar");
  sdk = scrip.sdk;
  ({ id } = await sdk.createTestClock({ now: "2026-01-01T00:00:00.000Z" }));
  for (const name of ["ann", "bob"]) {
    const created = await sdk.createCustomer({ id: name, plan: "business", testClockId: id });
    expectResult(created, "CustomerCreated");
  }
});
afterEach(() => scrip.close());

/** What others see of the clock while it moves. */
async function watched(moves: Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  let isOver = false;
  const over = moves.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const clock = await sdk.testClock({ id });
    if (clock !== null && seen.at(-1) !== clock.now) seen.push(clock.now);
  }
  await over;
  return seen;
}

test("how far a long jump has come is seen by everybody who looks", async () => {
  const seen = await watched(sdk.advanceTestClock({ id, to: "2026-12-31T00:00:00.000Z" }));
  expect(seen.length).toBeGreaterThan(3);
  expect(seen).toEqual(seen.toSorted());
  // In between it stands where something fell due.
  expect(seen.slice(1, -1).filter((now) => now.startsWith("2026-12-31"))).toEqual([]);
  const fees = (await sdk.invoices({ customerId: "ann", first: 100 })).nodes;
  expect(fees).toHaveLength(12);
});

test("two who move one clock at once never set it back, and nothing is charged twice", async () => {
  const jumps = ["2026-12-15", "2027-06-15", "2026-03-15", "2027-02-15"].map((day) =>
    sdk.advanceTestClock({ id, to: `${day}T00:00:00.000Z` }).catch((error: { code?: string }) => {
      // The clock was further by the time it came to this one.
      expect(error.code).toBe("BAD_INPUT");
    }),
  );
  const seen = await watched(Promise.all(jumps));
  expect(seen).toEqual(seen.toSorted());
  expect((await sdk.testClock({ id }))?.now).toBe("2027-06-15T00:00:00.000Z");
  const fees = (await sdk.invoices({ customerId: "ann", first: 100 })).nodes;
  expect(fees).toHaveLength(18);
});
