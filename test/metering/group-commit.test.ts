import { describe, expect, test } from "vitest";
import { Fault } from "../../server/domain/errors.js";
import { groupCommit, type Settled } from "../../server/metering/groupCommit.js";

interface Request {
  readonly customer: string;
  readonly calls: number;
}

const call = (customer: string, calls = 1): Request => ({ customer, calls });

/** A commit that waits until it is let through, and remembers what came in which group. */
function gate(judge: (request: Request) => Settled<string> = answered) {
  const groups: string[][] = [];
  const opened: (() => void)[] = [];
  const run = async (requests: readonly Request[]): Promise<Settled<string>[]> => {
    groups.push(requests.map(({ customer }) => customer));
    await new Promise<void>((open) => opened.push(open));
    return requests.map(judge);
  };
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const underWay = async () => {
    while (opened.length === 0) await settled();
  };
  const letAllThrough = async () => {
    let idleTurns = 0;
    while (idleTurns < 3) {
      await settled();
      idleTurns = opened.length === 0 ? idleTurns + 1 : 0;
      for (const open of opened.splice(0)) open();
    }
  };
  return { groups, run, underWay, letAllThrough };
}

const answered = ({ customer }: Request): Settled<string> => ({
  kind: "answered",
  answer: `for ${customer}`,
});

const options = {
  weightOf: ({ calls }: Request) => calls,
  laneOf: ({ customer }: Request) => customer,
  weightMax: 4,
  waitingMax: 100,
  waitingWeightMax: 1_000,
};

describe("group commit", () => {
  test("requests that arrive during a commit share the next one, and each gets its own answer", async () => {
    const { groups, run, underWay, letAllThrough } = gate();
    const commit = groupCommit<Request, string>({ ...options, run });
    const first = commit(call("a"));
    await underWay();
    const others = ["b", "c", "d"].map((customer) => commit(call(customer)));
    await letAllThrough();
    expect(await Promise.all([first, ...others])).toEqual(["for a", "for b", "for c", "for d"]);
    expect(groups).toEqual([["a"], ["b", "c", "d"]]);
  });

  test("a group grows no heavier than allowed, but a single heavy request still goes through", async () => {
    const { groups, run, letAllThrough } = gate();
    const commit = groupCommit<Request, string>({ ...options, run });
    const answers = [call("a", 2), call("b", 2), call("c", 3), call("heavy", 9), call("d")].map(commit);
    await letAllThrough();
    await Promise.all(answers);
    expect(groups).toEqual([["a", "b"], ["c"], ["heavy"], ["d"]]);
  });

  test("what waits beyond the limit is refused at once, and may be sent again later", async () => {
    const { run, letAllThrough } = gate();
    const commit = groupCommit<Request, string>({ ...options, waitingMax: 2, run });
    const waiting = [commit(call("a")), commit(call("b"))];
    await expect(commit(call("c"))).rejects.toMatchObject({ code: "OVERLOADED" });
    await letAllThrough();
    await Promise.all(waiting);
    const later = commit(call("c"));
    await letAllThrough();
    expect(await later).toBe("for c");
  });

  test("heavy requests fill the queue sooner, but one that finds nobody waiting is served however heavy", async () => {
    const { run, letAllThrough } = gate();
    const commit = groupCommit<Request, string>({ ...options, waitingWeightMax: 10, run });
    const waiting = [commit(call("heavy", 11))];
    await expect(commit(call("a"))).rejects.toMatchObject({ code: "OVERLOADED" });
    await letAllThrough();
    waiting.push(commit(call("b", 6)), commit(call("c", 4)));
    await expect(commit(call("d"))).rejects.toMatchObject({ code: "OVERLOADED" });
    await letAllThrough();
    expect(await Promise.all(waiting)).toEqual(["for heavy", "for b", "for c"]);
    const later = commit(call("d", 10));
    await letAllThrough();
    expect(await later).toBe("for d");
  });

  test("a customer whom somebody else keeps locked is waited for once, and the others are served", async () => {
    const tried: string[][] = [];
    const locked = new Fault("OVERLOADED", "locked");
    const run = async (requests: readonly Request[]): Promise<Settled<string>[]> => {
      tried.push(requests.map(({ customer }) => customer));
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (requests.some(({ customer }) => customer === "locked")) throw locked;
      return requests.map(answered);
    };
    const commit = groupCommit<Request, string>({ ...options, weightMax: 9, run });
    const names = ["a", "locked", "b", "locked", "locked", "a"];
    const settled = await Promise.allSettled(names.map((customer) => commit(call(customer))));
    expect(settled).toEqual(
      names.map((name) =>
        name === "locked"
          ? { status: "rejected", reason: locked }
          : { status: "fulfilled", value: `for ${name}` },
      ),
    );
    expect(tried).toEqual([names, ["a"], ["locked"], ["b"], ["a"]]);
  });

  test("a request that cannot be judged fails alone", async () => {
    const fault = new Fault("BAD_INPUT", "no call at all");
    const { run, letAllThrough } = gate((request) =>
      request.customer === "bad" ? { kind: "fault", fault } : answered(request),
    );
    const commit = groupCommit<Request, string>({ ...options, run });
    const answers = ["first", "good", "bad", "fine"].map((customer) => commit(call(customer)));
    const settled = Promise.allSettled(answers);
    await letAllThrough();
    expect((await settled).map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    await expect(answers[2]).rejects.toBe(fault);
  });

  test("when a whole group fails its requests are tried one by one, so that one never fails another", async () => {
    const tried: string[][] = [];
    const run = async (requests: readonly Request[]): Promise<Settled<string>[]> => {
      tried.push(requests.map(({ customer }) => customer));
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (requests.some(({ customer }) => customer === "poison")) throw new Error("cannot be stored");
      return requests.map(answered);
    };
    const commit = groupCommit<Request, string>({ ...options, run });
    const answers = ["first", "a", "poison", "b"].map((customer) => commit(call(customer)));
    const settled = await Promise.allSettled(answers);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(tried).toEqual([["first", "a", "poison", "b"], ["first"], ["a"], ["poison"], ["b"]]);
  });

  test("when the database is unavailable the whole group is told so, and is not tried one by one", async () => {
    const tried: string[][] = [];
    const away = new Fault("UNAVAILABLE", "no database");
    const run = async (requests: readonly Request[]): Promise<Settled<string>[]> => {
      tried.push(requests.map(({ customer }) => customer));
      throw away;
    };
    const commit = groupCommit<Request, string>({ ...options, run });
    const settled = await Promise.allSettled(["a", "b", "c"].map((customer) => commit(call(customer))));
    expect(settled).toEqual(Array.from({ length: 3 }, () => ({ status: "rejected", reason: away })));
    expect(tried).toEqual([["a", "b", "c"]]);
  });

  test("requests keep the order in which they came, from one group to the next", async () => {
    const { groups, run, letAllThrough } = gate();
    const commit = groupCommit<Request, string>({ ...options, run });
    const names = ["a", "b", "a", "c", "b", "a", "d", "c", "a"];
    const answers = names.map((customer) => commit(call(customer)));
    await letAllThrough();
    await Promise.all(answers);
    expect(groups.flat()).toEqual(names);
    expect(groups.length).toBeGreaterThan(1);
  });
});
