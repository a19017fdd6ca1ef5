import { describe, expect, test } from "vitest";
import { attempts, type Trouble } from "../../server/storage/attempts.js";

const outage = (mayPassSoon: boolean): Trouble => ({ kind: "outage", message: "It is away.", mayPassSoon });

/** A database of which every error is the given trouble, and how often a caller has tried it. */
function database(trouble: Trouble | null) {
  const { run, areFailing } = attempts(() => trouble);
  const state = { failures: Number.POSITIVE_INFINITY };
  return {
    areFailing,
    /** Answers again after so many more failures. */
    healAfter: (failures: number) => {
      state.failures = failures;
    },
    call: async () => {
      let made = 0;
      const answer = run(async () => {
        made += 1;
        state.failures -= 1;
        if (state.failures >= 0) throw noAnswer;
        return "done";
      });
      const outcome: unknown = await answer.catch((error: unknown) => error);
      return { made, outcome };
    },
  };
}

const noAnswer = new Error("no");
const away = { code: "UNAVAILABLE", message: expect.stringMatching(/^It is away\. Send/), cause: noAnswer };

describe("a transaction that fails", () => {
  test("for a reason that soon passes is tried again, and the caller notices nothing", async () => {
    const { call, healAfter } = database(outage(true));
    healAfter(3);
    expect(await call()).toEqual({ made: 4, outcome: "done" });
  });

  test("for long is given up; who comes later tries but twice, until one gets through", async () => {
    const { call, healAfter, areFailing } = database(outage(true));
    const first = await call();
    expect(first).toMatchObject({ outcome: away });
    expect(first.made).toBeGreaterThan(10);
    expect(await call()).toMatchObject({ made: 2, outcome: away });
    expect(areFailing()).toBe(true);
    healAfter(0);
    expect(await call()).toEqual({ made: 1, outcome: "done" });
    expect(areFailing()).toBe(false);
    healAfter(2);
    expect(await call()).toEqual({ made: 3, outcome: "done" });
  });

  test("for a reason that does not soon pass is given up at once", async () => {
    const { call, areFailing } = database(outage(false));
    expect(await call()).toMatchObject({ made: 1, outcome: away });
    expect(areFailing()).toBe(true);
  });

  test("because somebody has held a lock for long is not tried again, and may be sent again", async () => {
    const { call, areFailing } = database({ kind: "conflict", afterWait: true });
    expect(await call()).toMatchObject({ made: 1, outcome: { code: "OVERLOADED" } });
    expect(areFailing()).toBe(false);
  });

  test("because others were faster is tried again, and in the end may be sent again", async () => {
    const { call, healAfter } = database({ kind: "conflict" });
    expect(await call()).toMatchObject({ made: 5, outcome: { code: "OVERLOADED" } });
    healAfter(4);
    expect(await call()).toEqual({ made: 5, outcome: "done" });
  });

  test("for a reason of its own is not tried again", async () => {
    expect(await database(null).call()).toEqual({ made: 1, outcome: noAnswer });
  });
});
