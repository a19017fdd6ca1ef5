import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance } from "../../server/domain/advance.js";
import { zero } from "../../server/domain/amount.js";
import type { PeriodRule } from "../../server/domain/catalog.js";
import { addMs, dayMs, type Instant, toIso } from "../../server/domain/instant.js";
import type { LedgerEntry } from "../../server/domain/wallet.js";
import {
  grantSteps,
  type History,
  histories,
  interrupted,
  lapse,
  periodRules,
  play,
  startTimes,
} from "./histories.js";
import { amount, plain } from "./pricing.js";
import { at, grantOf, type MemoryLedger, memoryLedger, planOf, type Rows, subscribed } from "./wallets.js";

const monthly: PeriodRule = { type: "ANCHOR", every: "MONTH" };
const stops = fc.array(lapse(400), { maxLength: 12, size: "max" });
const visit = (ledger: MemoryLedger, now: Instant) => void ledger.visit(now);

/** What a history leaves when it is only looked at where it must be, and when it is looked at all the time. */
function bothWays(history: History, looks: readonly number[]): [late: Rows, prompt: Rows] {
  const late = play(history);
  late.ledger.visit(late.end);
  const prompt = play(interrupted(history, looks), visit);
  prompt.ledger.visit(prompt.end);
  return [late.ledger.rows(), prompt.ledger.rows()];
}

/** What must be equal even where returns are added up: everything but the entries and their number. */
const balances = ({ wallet: { sequence: _, ...wallet }, entries: __, ...rows }: Rows) => ({
  ...rows,
  wallet,
});

const shown = (entries: readonly LedgerEntry[]) =>
  entries.map(({ type, amount: change, occurredAt }) => {
    const sign = change < 0 ? "-" : "+";
    return `${toIso(occurredAt)} ${type} ${sign}${plain(Math.abs(change))}`;
  });

const isRolling = ({ plan }: History) => plan.period.type === "ROLLING";

describe("being late changes nothing", () => {
  const jumps: fc.Arbitrary<History> = fc.record({
    plan: fc
      .record({ period: fc.constantFrom(...periodRules), supply: fc.constantFrom(null, "30") })
      .map(planOf),
    startsAt: fc.constantFrom(...startTimes),
    steps: fc
      .tuple(fc.array(grantSteps, { maxLength: 8 }), lapse(1_000))
      .map(([grants, ms]) => [...grants, { kind: "wait", ms } as const]),
  });

  test("one jump leaves the same grants, balances and entries as any number of steps", () =>
    fc.assert(
      fc.property(jumps, stops, (history, looks) => {
        const [late, prompt] = bothWays(history, looks);
        expect(late).toEqual(prompt);
      }),
      { numRuns: 200 },
    ));

  test("also with grants and calls on the way", () =>
    fc.assert(
      fc.property(
        histories.filter((history) => !isRolling(history)),
        stops,
        (history, looks) => {
          const [late, prompt] = bothWays(history, looks);
          expect(late).toEqual(prompt);
        },
      ),
      { numRuns: 200 },
    ));

  test("a rolling window has the same balances, however its returns are added up", () =>
    fc.assert(
      fc.property(histories.filter(isRolling), stops, (history, looks) => {
        const [late, prompt] = bothWays(history, looks);
        expect(balances(late)).toEqual(balances(prompt));
      }),
      { numRuns: 200 },
    ));

  test("nothing that is due is left undone, and everything is done at its own time and in order", () =>
    fc.assert(
      fc.property(jumps, (history) => {
        const { ledger, end } = play(history);
        ledger.visit(end);
        const { grants, entries, returns } = ledger.rows();
        for (const { state, effectiveAt, expiresAt } of grants) {
          const isOver = expiresAt !== null && expiresAt <= end;
          expect(state).toBe(isOver ? "ENDED" : effectiveAt <= end ? "ACTIVE" : "SCHEDULED");
        }
        const times = new Map(grants.map(({ id, effectiveAt, expiresAt }) => [id, [effectiveAt, expiresAt]]));
        for (const { type, grantId, occurredAt } of entries)
          expect(times.get(grantId ?? "")?.[type === "GRANT" ? 0 : 1]).toBe(occurredAt);
        const order = entries.map(({ occurredAt, type }) => occurredAt + (type === "EXPIRY" ? 0 : 0.5));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(returns).toEqual([]);
      }),
      { numRuns: 200 },
    ));

  test("every call gets the same answer", () =>
    fc.assert(
      fc.property(histories, stops, (history, looks) => {
        // No caller is told the place in the ledger, which follows from how returns were added up.
        const answers = ({ decision }: { decision: object }) =>
          "usageRecord" in decision ? { ...(decision.usageRecord as object), sequence: null } : decision;
        const prompt = play(interrupted(history, looks), visit);
        expect(play(history).calls.map(answers)).toEqual(prompt.calls.map(answers));
      }),
      { numRuns: 200 },
    ));

  test("looking twice is looking once, and looking changes nothing by itself", () =>
    fc.assert(
      fc.property(histories, lapse(100), (history, ms) => {
        const { ledger, end } = play(history);
        const now = addMs(end, ms);
        const stored = structuredClone(ledger.rows());
        const seen = ledger.look(now);
        expect(advance(seen, now)).toBe(seen);
        expect(ledger.rows()).toEqual(stored);
        ledger.visit(now);
        const once = structuredClone(ledger.rows());
        ledger.visit(now);
        expect(ledger.rows()).toEqual(once);
      }),
      { numRuns: 200 },
    ));
});

describe("a supply", () => {
  test("expires unused at the period's end, and the next arrives at that instant, the old one gone before", () => {
    const ledger = memoryLedger(subscribed(planOf({ period: monthly }), at("2026-01-31T08:30:00Z")));
    ledger.consume({ operation: "image", quantity: amount("30") }, at("2026-02-10T00:00:00Z"));
    ledger.visit(at("2026-03-31T08:30:00Z"));
    expect(shown(ledger.rows().entries)).toEqual([
      "2026-01-31T08:30:00.000Z GRANT +100",
      "2026-02-10T00:00:00.000Z USAGE -30",
      "2026-02-28T08:30:00.000Z EXPIRY -70",
      "2026-02-28T08:30:00.000Z GRANT +100",
      "2026-03-31T08:30:00.000Z EXPIRY -100",
      "2026-03-31T08:30:00.000Z GRANT +100",
    ]);
    expect(ledger.rows().entries.map((entry) => plain(entry.balanceAfter))).toEqual([
      "100",
      "70",
      "0",
      "100",
      "0",
      "100",
    ]);
  });

  test("is the old period's to its last millisecond, and the new period's from the next", () => {
    const turn = at("2026-02-28T08:30:00Z");
    const ledger = memoryLedger(subscribed(planOf({ period: monthly }), at("2026-01-31T08:30:00Z")));
    const idsAt = (now: Instant) => ledger.look(now).grants.map(({ id }) => id);
    expect(idsAt(addMs(turn, -1))).toEqual(["grant_1_00000"]);
    expect(idsAt(turn)).toEqual(["grant_1_00001"]);
  });

  test("does not arrive before its subscription begins, nor once it has ended", () => {
    const startsAt = at("2026-01-15T12:00:00Z");
    const endsAt = at("2026-03-15T12:00:00Z");
    const ledger = memoryLedger(subscribed(planOf({ period: monthly }), startsAt, endsAt));
    const postedAt = (now: Instant) => plain(ledger.look(now).wallet.posted);
    expect(postedAt(addMs(startsAt, -1))).toBe("0");
    expect(postedAt(startsAt)).toBe("100");
    expect(postedAt(addMs(endsAt, -1))).toBe("100");
    expect(postedAt(endsAt)).toBe("0");
    expect(postedAt(addMs(endsAt, 400 * dayMs))).toBe("0");
  });

  test("without periods is given once and stays", () => {
    const start = at("2026-01-15T12:00:00Z");
    const ledger = memoryLedger(subscribed(planOf({ period: { type: "NONE" } }), start));
    ledger.visit(addMs(start, 3_000 * dayMs));
    expect(shown(ledger.rows().entries)).toEqual(["2026-01-15T12:00:00.000Z GRANT +100"]);
    expect(ledger.rows().wallet.nextDueAt).toBeNull();
  });

  test("that was used up is not written off a second time", () => {
    const start = at("2026-01-01T00:00:00Z");
    const ledger = memoryLedger(subscribed(planOf(), start));
    ledger.consume({ operation: "image", quantity: amount("100") }, start);
    ledger.visit(at("2026-02-01T00:00:00Z"));
    expect(shown(ledger.rows().entries).slice(1)).toEqual([
      "2026-01-01T00:00:00.000Z USAGE -100",
      "2026-02-01T00:00:00.000Z GRANT +100",
    ]);
  });
});

describe("24 months late in one jump", () => {
  const start = at("2024-01-31T10:00:00Z");
  const later = at("2026-01-31T10:00:00Z");

  test.each([
    ["CALENDAR_MONTH", { type: "CALENDAR_MONTH" }, 25, "2026-01-01T00:00:00.000Z"],
    ["ANCHOR", monthly, 25, "2026-01-31T10:00:00.000Z"],
    ["ANCHOR yearly", { type: "ANCHOR", every: "YEAR" }, 3, "2026-01-31T10:00:00.000Z"],
  ] as const)("%s: every supply came and went at its own time, and the pack is untouched", (...row) => {
    const [, period, supplies, lastStart] = row;
    const ledger = memoryLedger(subscribed(planOf({ period }), start));
    ledger.grant(grantOf("pack", "7", { effectiveAt: start }), start);
    ledger.visit(later);
    const { wallet, entries, grants, nextPeriodIndex } = ledger.rows();
    expect(plain(wallet.posted)).toBe("107");
    expect(nextPeriodIndex).toBe(supplies);
    const ofSupply = entries.filter((entry) => entry.grantId !== "pack");
    expect(ofSupply.map((entry) => entry.type)).toEqual(
      Array.from({ length: 2 * supplies - 1 }, (_, index) => (index % 2 === 0 ? "GRANT" : "EXPIRY")),
    );
    expect(toIso(ofSupply.at(-1)?.occurredAt ?? start)).toBe(lastStart);
    const live = grants.filter(({ state }) => state !== "ENDED").map(({ id }) => id);
    expect(live).toEqual([`grant_1_${String(supplies - 1).padStart(5, "0")}`, "pack"]);
  });
});

describe("a scheduled grant", () => {
  const now = at("2026-01-10T00:00:00Z");
  const startsAt = addMs(now, 10 * dayMs);

  function scheduled(expiresAt: Instant | null): MemoryLedger {
    const ledger = memoryLedger(null);
    ledger.grant(grantOf("gift", "5", { source: "PROMOTION", effectiveAt: startsAt, expiresAt }), now);
    return ledger;
  }

  test("counts nothing until its time, and then all of it", () => {
    const ledger = scheduled(null);
    expect(ledger.rows().grants).toMatchObject([{ state: "SCHEDULED", remaining: zero }]);
    expect(plain(ledger.look(addMs(startsAt, -1)).wallet.posted)).toBe("0");
    expect(plain(ledger.look(startsAt).wallet.posted)).toBe("5");
    expect(shown(ledger.visit(addMs(startsAt, 99)).entries)).toEqual([`${toIso(startsAt)} GRANT +5`]);
  });

  test("that starts now counts at once", () => {
    const ledger = memoryLedger(null);
    ledger.grant(grantOf("gift", "5", { effectiveAt: now }), now);
    expect(plain(ledger.rows().wallet.posted)).toBe("5");
  });

  test("whose time came and went while nobody looked leaves both entries", () => {
    const ledger = scheduled(addMs(startsAt, 1));
    ledger.visit(addMs(startsAt, 50 * dayMs));
    expect(shown(ledger.rows().entries)).toEqual([
      `${toIso(startsAt)} GRANT +5`,
      `${toIso(addMs(startsAt, 1))} EXPIRY -5`,
    ]);
  });

  test("that starts when another one ends comes after it", () => {
    const ledger = scheduled(null);
    ledger.grant(grantOf("zz-old", "3", { effectiveAt: now, expiresAt: startsAt }), now);
    ledger.visit(startsAt);
    expect(ledger.rows().entries.map(({ type, grantId }) => `${type} ${grantId}`)).toEqual([
      "GRANT zz-old",
      "EXPIRY zz-old",
      "GRANT gift",
    ]);
  });
});
