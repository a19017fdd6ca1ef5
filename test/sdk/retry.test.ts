import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMs, retryAfterMs, shouldRetry } from "../../sdk/src/retry.js";

describe("a failed attempt is repeated", () => {
  const first = { attempt: 1, attemptsMax: 3, status: null, repeatable: true };
  test.each([
    ["after a broken connection or a timeout", first, true],
    ["after 429 Too Many Requests", { ...first, status: 429 }, true],
    ["after 500", { ...first, status: 500 }, true],
    ["after 503", { ...first, status: 503 }, true],
    ["but not after an error in a 200", { ...first, status: 200 }, false],
    ["but not after 400", { ...first, status: 400 }, false],
    ["but not after 401", { ...first, status: 401 }, false],
    ["but not after 404", { ...first, status: 404 }, false],
    ["but not when the call might take effect twice", { ...first, repeatable: false }, false],
    [
      "but not after 503 when the call might take effect twice",
      { ...first, status: 503, repeatable: false },
      false,
    ],
    ["up to the last attempt but one", { ...first, attempt: 2 }, true],
    ["but not after the last attempt", { ...first, attempt: 3 }, false],
    ["but not when there is only one", { ...first, attemptsMax: 1 }, false],
  ])("%s", (_, attempt, expected) => {
    expect(shouldRetry(attempt)).toBe(expected);
  });
});

describe("the wait before the next attempt", () => {
  const attempts = fc.integer({ min: 1, max: 1_000 });
  const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test("doubles from 100 ms to 5 s, and lies between half of that and all of it", () => {
    fc.assert(
      fc.property(attempts, randoms, (attempt, random) => {
        const ceiling = Math.min(5_000, 100 * 2 ** (attempt - 1));
        const wait = backoffMs({ attempt, random });
        expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
        expect(wait).toBeLessThanOrEqual(ceiling);
      }),
    );
  });

  test("is never the same for two clients that drew different numbers", () => {
    expect(backoffMs({ attempt: 2, random: 0 })).toBe(100);
    expect(backoffMs({ attempt: 2, random: 0.5 })).toBe(150);
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-04-15T00:00:00Z");
  test.each([
    [null, null],
    ["0", 0],
    ["2", 2_000],
    [" 7 ", 7_000],
    ["Wed, 15 Apr 2026 00:00:05 GMT", 5_000],
    ["Tue, 14 Apr 2026 00:00:00 GMT", 0],
    ["soon", null],
    ["", null],
    ["-5", null],
  ])("%j is read as %j ms", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
