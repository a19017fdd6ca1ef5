import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CreditGrant, compareBurnOrder, grantSources } from "../../server/domain/grant.js";
import { addMs, dayMs } from "../../server/domain/instant.js";
import { amount } from "./pricing.js";
import { at, grantOf, memoryLedger, planOf, subscribed } from "./wallets.js";

const january = at("2026-01-01T00:00:00Z");
const february = at("2026-02-01T00:00:00Z");
const march = at("2026-03-01T00:00:00Z");

/** Few values of each, so that ties are common and every rule gets to decide. */
const anyGrant = fc
  .record({
    id: fc.constantFrom("A", "B", "Z", "a", "b", "grant_1", "grant_10", "grant_2", "é", "😀"),
    priority: fc.integer({ min: -1, max: 1 }),
    expiresAt: fc.constantFrom(null, february, march),
    source: fc.constantFrom(...grantSources),
    effectiveAt: fc.constantFrom(january, february),
    state: fc.constantFrom("SCHEDULED" as const, "ACTIVE" as const),
  })
  .map(({ id, ...parts }) => grantOf(id, "1", parts));

const grantsOfOneWallet = fc.uniqueArray(anyGrant, { minLength: 2, maxLength: 10, selector: ({ id }) => id });
const ids = (grants: readonly CreditGrant[]) => grants.map(({ id }) => id);

describe("the burn order", () => {
  test("puts any two grants of a wallet in order, and the same one whichever is asked about first", () =>
    fc.assert(
      fc.property(grantsOfOneWallet, ([a, b]) => {
        fc.pre(a !== undefined && b !== undefined);
        expect(Math.abs(compareBurnOrder(a, b))).toBe(1);
        expect(compareBurnOrder(b, a)).toBe(-compareBurnOrder(a, b));
        expect(compareBurnOrder(a, { ...a })).toBe(0);
      }),
      { numRuns: 500 },
    ));

  test("never goes round in a circle", () =>
    fc.assert(
      fc.property(grantsOfOneWallet, (grants) => {
        const sorted = grants.toSorted(compareBurnOrder);
        for (const [index, earlier] of sorted.entries())
          for (const later of sorted.slice(index + 1)) expect(compareBurnOrder(earlier, later)).toBe(-1);
      }),
      { numRuns: 300 },
    ));

  test("does not depend on the order in which a database returns the rows", () =>
    fc.assert(
      fc.property(
        grantsOfOneWallet.chain((grants) =>
          fc.tuple(
            fc.constant(grants),
            fc.shuffledSubarray(grants, { minLength: grants.length, maxLength: grants.length }),
          ),
        ),
        ([grants, shuffled]) => {
          expect(ids(shuffled.toSorted(compareBurnOrder))).toEqual(ids(grants.toSorted(compareBurnOrder)));
        },
      ),
      { numRuns: 300 },
    ));
});

const bySource = [
  ["CARRY_OVER", "SUPPLY"],
  ["SUPPLY", "PROMOTION"],
  ["PROMOTION", "PACK"],
  ["PACK", "ADJUSTMENT"],
] as const;

// Each row lets everything behind its own rule speak for the second grant.
const later = { expiresAt: march, source: "ADJUSTMENT", effectiveAt: february, id: "z" } as const;
const sooner = { expiresAt: february, source: "CARRY_OVER", effectiveAt: january, id: "a" } as const;

const rules: readonly (readonly [string, Partial<CreditGrant>, Partial<CreditGrant>])[] = [
  ["the lower priority number first", { ...later, priority: 0 }, { ...sooner, priority: 1 }],
  ["a negative priority before all", { ...later, priority: -5 }, { ...sooner, priority: 0 }],
  [
    "what expires earlier before what expires later",
    { ...later, expiresAt: february },
    { ...sooner, expiresAt: addMs(february, 1) },
  ],
  [
    "what expires at all before what never does",
    { ...later, expiresAt: march },
    { ...sooner, expiresAt: null },
  ],
  ...bySource.map(
    ([first, second]) =>
      [
        `${first} before ${second}`,
        { source: first, effectiveAt: february, id: "z" },
        { source: second, effectiveAt: january, id: "a" },
      ] as const,
  ),
  [
    "what began earlier before what began later",
    { effectiveAt: january, id: "z" },
    { effectiveAt: february, id: "a" },
  ],
  ["the lower id when nothing else decides", { id: "grant_1" }, { id: "grant_2" }],
  ["ids by their bytes, as both databases sort them", { id: "B" }, { id: "a" }],
];

describe("burned first is", () => {
  test.each(rules)("%s", (_why, first, second) => {
    const [a, b] = [grantOf("m", "1", first), grantOf("n", "1", second)];
    expect([b, a].toSorted(compareBurnOrder)).toEqual([a, b]);
    expect([a, b].toSorted(compareBurnOrder)).toEqual([a, b]);
  });
});

describe("hence after a change of plan", () => {
  const now = at("2026-01-20T09:00:00Z");

  test("the old plan's supply goes first, then the new supply, then the packs", () => {
    const ledger = memoryLedger(subscribed(planOf({ period: { type: "ANCHOR", every: "MONTH" } }), now));
    ledger.grant(grantOf("pack-bought-long-ago", "50", { effectiveAt: now }), now);
    const oldEnd = addMs(now, 5 * dayMs);
    ledger.grant(grantOf("old-supply", "10", { source: "SUPPLY", effectiveAt: now, expiresAt: oldEnd }), now);
    ledger.visit(now);
    const decision = ledger.consume({ operation: "image", quantity: amount("130") }, now);
    expect(decision.kind === "consumed" && decision.usageRecord.draws).toEqual([
      { grantId: "old-supply", amount: amount("10") },
      { grantId: "grant_1_00000", amount: amount("100") },
      { grantId: "pack-bought-long-ago", amount: amount("20") },
    ]);
  });

  test("what was carried over goes before a supply that ends at the same instant", () => {
    const end = at("2026-02-01T00:00:00Z");
    const carried = grantOf("carried", "1", { source: "CARRY_OVER", effectiveAt: now, expiresAt: end });
    const supply = grantOf("a-supply", "1", { source: "SUPPLY", effectiveAt: january, expiresAt: end });
    expect(ids([supply, carried].toSorted(compareBurnOrder))).toEqual(["carried", "a-supply"]);
  });
});
