import { expect, test } from "vitest";
import { timeOrderedId } from "../server/ids.js";

test("ids sort by when they were made, also those of one millisecond, and none comes twice", () => {
  const ids = Array.from({ length: 20_000 }, () => timeOrderedId("usage"));
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids.slice(0, 10)) expect(id).toMatch(/^usage_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
});
