import { expect, test } from "vitest";
import { type Change, type Sight, unexplained } from "./explain.js";

const change = (id: string, [sentAt, answeredAt]: [number, number], figures: [number, number]): Change => ({
  id,
  sentAt,
  answeredAt,
  amount: figures[0],
  balanceAfter: figures[1],
});
const sight = ([sentAt, answeredAt]: [number, number], seen: number, after?: string): Sight => ({
  what: `a sight of ${seen}`,
  sentAt,
  answeredAt,
  fits: (balance) => balance === seen,
  ...(after !== undefined && { after }),
});

const supply = change("supply", [1, 2], [100, 100]);
const [first, second] = [change("first", [3, 6], [-60, 40]), change("second", [4, 5], [-30, 10])];

test("calls under way together may come in any order", () => {
  expect(unexplained([supply, first, second], [sight([3, 6], 40)])).toEqual([]);
  const other = change("second", [4, 5], [-30, 70]);
  expect(unexplained([supply, other, change("first", [3, 6], [-60, 10])], [sight([3, 6], 70)])).toEqual([]);
});

test.for<[why: string, changes: Change[], sights: Sight[], found: string]>([
  [
    "a lost update",
    [supply, first, change("second", [4, 5], [-30, 70])],
    [],
    "leaves 10, and was answered with 70",
  ],
  ["an overdraft", [supply, first, change("second", [4, 5], [-50, -10])], [], "second leaves -10"],
  [
    "an effect that comes after one that was sent later",
    [supply, change("late", [7, 8], [-60, 40]), second],
    [],
    "second was answered before late was sent, and comes after it",
  ],
  ["a balance that never was", [supply, first, second], [sight([3, 6], 70)], "a sight of 70 fits none of"],
  ["a stale balance", [supply, first, second], [sight([7, 8], 40)], "fits none of the balances 10"],
  [
    "a balance of the future",
    [supply, change("late", [7, 8], [-60, 40])],
    [sight([3, 4], 40)],
    "none of the balances 100",
  ],
  [
    "a repeated call that misses itself",
    [supply, first],
    [sight([3, 6], 100, "first")],
    "none of the balances 40",
  ],
  [
    "a balance that goes back",
    [supply, change("slow", [3, 10], [-60, 40])],
    [sight([4, 5], 40), sight([6, 7], 100)],
    "a sight of 100 fits none of the balances 40",
  ],
])("%s is not explained", ([, changes, sights, found]) => {
  expect(unexplained(changes, sights).join("\n")).toContain(found);
});
