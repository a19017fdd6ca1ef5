import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { together } from "../../server/storage/together.js";

test("what is told of statements that fail together is the failure that came first, once all have ended", async () => {
  const ended: string[] = [];
  const failing = async (name: string, afterMs: number): Promise<never> => {
    await wait(afterMs);
    ended.push(name);
    throw new Error(name);
  };
  const answers = [failing("the transaction is aborted", 20), failing("the disk is full", 5)] as const;
  await expect(together(answers)).rejects.toThrow("the disk is full");
  expect(ended).toEqual(["the disk is full", "the transaction is aborted"]);
});

test("statements that succeed are answered in their order", async () =>
  expect(await together([wait(5, "first"), "given", wait(1, "last")])).toEqual(["first", "given", "last"]));
