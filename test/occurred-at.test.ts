import { expectResult } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";

// Years from the server's own time, so that a limit kept by the wrong clock would show.
const now = "2030-03-01T12:00:00.000Z";
const operation = "image.tag";
const shifted = (ms: number) => new Date(Date.parse(now) + ms).toISOString();
const minute = 60_000;
const day = 1_440 * minute;

const refused = (field: string) => ({
  code: "BAD_INPUT",
  status: 400,
  field,
  message: `${field} must be at most 366 days ago and at most 5 minutes ahead for the customer, whose time is ${now}.`,
});

describe("when a call is said to have happened is taken by the customer's clock:", () => {
  test.each([
    ["now, when nothing is said", undefined, now],
    ["an hour ago", shifted(-60 * minute), shifted(-60 * minute)],
    ["366 days ago, to the millisecond", shifted(-366 * day), shifted(-366 * day)],
    ["written with another offset", "2030-03-01T10:00:00.5+01:00", "2030-03-01T09:00:00.500Z"],
    ["a moment ahead, which is taken as now", shifted(1), now],
    ["5 minutes ahead, to the millisecond, which is taken as now", shifted(5 * minute), now],
  ])("%s", async (_, occurredAt, taken) => {
    await scenario("ximilar", async ({ sdk, customer }) => {
      const { id } = await customer("free", now);
      const call = { customerId: id, operation, ...(occurredAt && { occurredAt }) };
      const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
      expect(usageRecord).toMatchObject({ occurredAt: taken, recordedAt: now });
    });
  });

  test.each([
    ["a millisecond more than 366 days ago", shifted(-366 * day - 1)],
    ["a millisecond more than 5 minutes ahead", shifted(5 * minute + 1)],
    ["the server's own time, which is years from the customer's", "2026-01-15T12:00:00.000Z"],
  ])("%s is refused, costs nothing and leaves the key free", async (_, occurredAt) => {
    await scenario("ximilar", async ({ sdk, customer }) => {
      const { id, available } = await customer("free", now);
      const call = { customerId: id, operation, idempotencyKey: "call" };
      await expect(sdk.consume({ ...call, occurredAt })).rejects.toMatchObject(refused("input.occurredAt"));
      expect(await available()).toBe("3000");
      expect(expectResult(await sdk.consume(call), "Consumed").replayed).toBe(false);
    });
  });

  test("in a batch the refusal names the call, and none of the batch has an effect", async () => {
    await scenario("ximilar", async ({ sdk, customer }) => {
      const { id, available } = await customer("free", now);
      const good = { customerId: id, operation };
      const items = [good, good, good, { ...good, occurredAt: shifted(day) }, good];
      const batch = sdk.consumeBatch({ items });
      await expect(batch).rejects.toMatchObject(refused("input.items.3.occurredAt"));
      expect(await available()).toBe("3000");
      expect((await sdk.usageRecords({ customerId: id })).nodes).toEqual([]);
    });
  });

  test("a call that was taken is replayed when it has become too old, alone and in a batch", async () => {
    await scenario("ximilar", async ({ sdk, customer }) => {
      const { id, goTo } = await customer("free", now);
      const call = { customerId: id, operation, idempotencyKey: "call", occurredAt: shifted(-day) };
      const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
      await goTo("2032-03-01T12:00:00.000Z");
      const again = expectResult(await sdk.consume(call), "Consumed");
      expect(again).toMatchObject({ replayed: true, usageRecord: { id: usageRecord.id } });
      const [inBatch] = await sdk.consumeBatch({ items: [call] });
      expect(inBatch).toMatchObject({ replayed: true, usageRecord: { id: usageRecord.id } });
    });
  });
});
