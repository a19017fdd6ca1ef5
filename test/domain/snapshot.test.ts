import { describe, expect, test } from "vitest";
import type { PeriodRule } from "../../server/domain/catalog.js";
import { addMs, dayMs, type Instant } from "../../server/domain/instant.js";
import { snapshot } from "../../server/domain/snapshot.js";
import { amount, plain } from "./pricing.js";
import { at, grantOf, type MemoryLedger, memoryLedger, planOf, subscribed } from "./wallets.js";

const start = at("2026-04-15T13:45:00Z");
const turn = at("2026-05-15T13:45:00Z");
const monthly: PeriodRule = { type: "ANCHOR", every: "MONTH" };

const shownAt = (ledger: MemoryLedger, now: Instant) => snapshot(ledger.look(now), now);
const supplyAt = (ledger: MemoryLedger, now: Instant) => {
  const { supply } = shownAt(ledger, now);
  if (supply === null) return null;
  const { amount: all, used, remaining, renewsAt } = supply;
  return [plain(all), plain(used), plain(remaining), renewsAt];
};
const use = (ledger: MemoryLedger, quantity: string, now: Instant) => {
  expect(ledger.consume({ operation: "image", quantity: amount(quantity) }, now).kind).toBe("consumed");
};

describe("the supply that a wallet shows", () => {
  const bought = () => memoryLedger(subscribed(planOf({ period: monthly }), start));

  test("is whole when the period begins, and says when it is renewed", () =>
    expect(supplyAt(bought(), start)).toEqual(["100", "0", "100", turn]));

  test("goes down by what was used, to nothing, and is still shown then", () => {
    const ledger = bought();
    use(ledger, "30.5", start);
    expect(supplyAt(ledger, start)).toEqual(["100", "30.5", "69.5", turn]);
    use(ledger, "69.5", start);
    expect(supplyAt(ledger, start)).toEqual(["100", "100", "0", turn]);
  });

  test("is whole again from the instant of its renewal, and not a millisecond before", () => {
    const ledger = bought();
    use(ledger, "30", start);
    expect(supplyAt(ledger, addMs(turn, -1))).toEqual(["100", "30", "70", turn]);
    expect(supplyAt(ledger, turn)).toEqual(["100", "0", "100", at("2026-06-15T13:45:00Z")]);
  });

  test("does not count packs and gifts, neither what they hold nor what was used of them", () => {
    const ledger = bought();
    ledger.grant(grantOf("pack", "50", { effectiveAt: start }), start);
    ledger.grant(
      grantOf("gift", "5", { source: "SUPPLY", effectiveAt: start, expiresAt: addMs(turn, dayMs) }),
      start,
    );
    use(ledger, "120", start);
    expect(supplyAt(ledger, start)).toEqual(["100", "100", "0", turn]);
    expect(plain(shownAt(ledger, start).wallet.posted)).toBe("35");
  });

  test("of a rolling window has used what the last 30 days used, and no day on which all begins anew", () => {
    const ledger = memoryLedger(subscribed(planOf({ period: { type: "ROLLING", days: 30 } }), start));
    use(ledger, "10", start);
    use(ledger, "20", addMs(start, 10 * dayMs));
    expect(supplyAt(ledger, addMs(start, 29 * dayMs))).toEqual(["100", "30", "70", null]);
    expect(supplyAt(ledger, addMs(start, 30 * dayMs))).toEqual(["100", "20", "80", null]);
  });

  test("of a plan without periods is not renewed", () =>
    expect(supplyAt(memoryLedger(subscribed(planOf({ period: { type: "NONE" } }), start)), start)).toEqual([
      "100",
      "0",
      "100",
      null,
    ]));

  test("is not renewed when the subscription ends with the period, and is gone then", () => {
    const ledger = memoryLedger(subscribed(planOf({ period: monthly }), start, turn));
    expect(supplyAt(ledger, start)).toEqual(["100", "0", "100", null]);
    use(ledger, "100", start);
    const refused = ledger.consume({ operation: "image", quantity: amount("1") }, start);
    expect(refused).toMatchObject({ kind: "insufficientCredits", nextSupplyAt: null });
    expect(supplyAt(ledger, turn)).toBeNull();
  });

  test.each([
    ["a plan that supplies nothing", subscribed(planOf({ supply: null }), start)],
    ["no plan", null],
    ["a plan that begins later", subscribed(planOf({ period: monthly }), addMs(start, 1))],
  ])("is none with %s", (_why, supplier) => expect(supplyAt(memoryLedger(supplier), start)).toBeNull());
});

describe("the grants that a wallet shows", () => {
  test("are those that can be burned now, first to be burned first", () => {
    const ledger = memoryLedger(subscribed(planOf({ period: monthly, supply: "10" }), start));
    ledger.grant(grantOf("pack", "5", { effectiveAt: start }), start);
    ledger.grant(grantOf("empty-soon", "3", { effectiveAt: start, priority: -1 }), start);
    ledger.grant(grantOf("to-come", "5", { effectiveAt: addMs(start, 1) }), start);
    ledger.grant(grantOf("brief", "5", { effectiveAt: start, expiresAt: addMs(start, 2) }), start);
    use(ledger, "3", start);
    const idsAt = (now: Instant) => shownAt(ledger, now).grants.map(({ id }) => id);
    expect(idsAt(start)).toEqual(["brief", "grant_1_00000", "pack"]);
    expect(idsAt(addMs(start, 1))).toEqual(["brief", "grant_1_00000", "pack", "to-come"]);
    expect(idsAt(addMs(start, 2))).toEqual(["grant_1_00000", "pack", "to-come"]);
  });

  test("leave out a supply that is used up, which is shown as such instead", () => {
    const ledger = memoryLedger(subscribed(planOf({ period: monthly }), start));
    use(ledger, "100", start);
    const { grants, supply } = shownAt(ledger, start);
    expect(grants).toEqual([]);
    expect(supply).toMatchObject({ remaining: 0 });
  });
});
