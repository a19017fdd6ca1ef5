import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addMs, hourMs, type Instant, instantFrom } from "../../server/domain/instant.js";
import {
  decideNext,
  failuresMin,
  freshLane,
  type Lane,
  retryDelayMs,
  type SendResult,
  tryingMs,
} from "../../server/domain/webhook.js";

const began = instantFrom("2026-03-10T12:00:00Z");
const taken: SendResult = { statusCode: 204, error: null, response: null };
const refused: SendResult = { statusCode: 500, error: "Status 500.", response: null };
const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

describe("the time to the next attempt", () => {
  test("grows from 10 seconds to 8 hours", () => {
    const delays = Array.from({ length: 12 }, (_, n) => retryDelayMs(n + 1, 0.5) / 1_000);
    expect(delays).toEqual([10, 30, 90, 270, 810, 2_430, 7_290, 21_870, 28_800, 28_800, 28_800, 28_800]);
  });

  test("is spread by a tenth either way, and longer than the one before while it grows", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), chance, chance, (failures, one, other) => {
        const middle = retryDelayMs(failures, 0.5);
        const delay = retryDelayMs(failures, one);
        expect(Math.abs(delay - middle)).toBeLessThanOrEqual(middle / 10 + 1);
        expect(Number.isSafeInteger(delay)).toBe(true);
        if (failures < 8) expect(retryDelayMs(failures + 1, other)).toBeGreaterThan(delay);
      }),
    ));
});

/** Attempts until the endpoint is given up, each as soon as it is due, or so much later. */
function tries(chances: readonly number[], lateMs: number): Instant[] {
  let lane: Lane = freshLane;
  const times: Instant[] = [];
  for (let now = began; ; ) {
    times.push(now);
    const next = decideNext(lane, {
      result: refused,
      now,
      chance: chances[times.length % chances.length] ?? 0,
    });
    if (next.kind !== "wait") {
      expect(next).toMatchObject({ kind: "giveUp", trouble: "FAILING", since: began });
      return times;
    }
    expect(next.lane).toEqual({ failures: times.length, failingSince: began });
    lane = next.lane;
    now = addMs(next.until, lateMs);
  }
}

describe("an event that is refused", () => {
  test("is tried for three days and no less, about 17 times", () =>
    fc.assert(
      fc.property(fc.array(chance, { minLength: 1, maxLength: 20 }), (chances) => {
        const times = tries(chances, 0);
        expect(times.length).toBeGreaterThanOrEqual(15);
        expect(times.length).toBeLessThanOrEqual(19);
        expect((times.at(-1) ?? 0) - began).toBeGreaterThanOrEqual(tryingMs);
        expect((times.at(-2) ?? 0) - began).toBeLessThan(tryingMs);
      }),
    ));

  test("is tried some times at least, though nobody has tried for days: to be late alone gives nothing up", () => {
    expect(tries([0.5], 100 * hourMs)).toHaveLength(failuresMin);
  });

  test("is taken, and the next one begins anew", () => {
    const lane = { failures: 12, failingSince: began };
    expect(decideNext(lane, { result: taken, now: addMs(began, 2 * tryingMs), chance: 0 })).toEqual({
      kind: "goOn",
    });
  });

  test("by an endpoint that is gone is not tried again", () => {
    const gone = { statusCode: 410, error: "Status 410.", response: null };
    expect(decideNext(freshLane, { result: gone, now: began, chance: 0 })).toMatchObject({
      ...{ kind: "giveUp", trouble: "GONE", since: began },
    });
  });
});
