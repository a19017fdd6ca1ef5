import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Micros, micros } from "../../server/domain/amount.js";
import { addMs, dayMs, type Instant, toIso } from "../../server/domain/instant.js";
import { amount, plain } from "./pricing.js";
import { at, type MemoryLedger, memoryLedger, planOf, subscribed } from "./wallets.js";

const start = at("2026-01-01T00:00:00Z");
const windowMs = 30 * dayMs;
const allowance = amount("100");
const plan = planOf({ period: { type: "ROLLING", days: 30 } });
const rollingLedger = () => memoryLedger(subscribed(plan, start));

interface Used {
  /** When the call is told of, and how long before that it happened. */
  readonly at: Instant;
  readonly lateBy: number;
  readonly quantity: Micros;
}

const happened = (call: Used): Instant => addMs(call.at, -call.lateBy);

/** allowance − Σ usage in (t − 30 days, t] */
const availableAt = (time: Instant, used: readonly Used[]): number =>
  used
    .filter((call) => time - windowMs < happened(call) && happened(call) <= time)
    .reduce((rest, call) => rest - call.quantity, Number(allowance));

/** Multiples of ten days, or a millisecond beside them, so that calls meet the edges of each other's window. */
const offset = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(-1, 0, 0, 1))
    .map(([tens, beside]) => Math.max(0, tens * 10 * dayMs + beside)),
  fc.integer({ min: 0, max: 120 * dayMs }),
);
const quantity = fc.integer({ min: 1, max: 70_000_000 }).map(micros);
const lateBy = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: offset });
const calls = fc
  .array(fc.record({ at: offset.map((ms) => addMs(start, ms)), lateBy, quantity }), {
    maxLength: 20,
    size: "max",
  })
  .map((unsorted) => unsorted.toSorted((a, b) => a.at - b.at));

const tell = (ledger: MemoryLedger, call: Used) =>
  ledger.consume({ operation: "image", quantity: call.quantity, occurredAt: happened(call) }, call.at);

/** Makes the calls that the window has room for, and says which they were. */
function use(
  ledger: MemoryLedger,
  wanted: readonly Used[],
  check: (call: Used, used: readonly Used[]) => void,
) {
  const used: Used[] = [];
  for (const call of wanted) {
    check(call, used);
    const decision = tell(ledger, call);
    if (decision.kind !== "consumed") continue;
    used.push(call);
    expect(decision.state.wallet.posted).toBe(availableAt(call.at, used));
  }
  return used;
}

describe("a rolling window of 30 days", () => {
  test("has available, at any time, the allowance less what was used in the 30 days before", () =>
    fc.assert(
      fc.property(calls, fc.array(offset, { maxLength: 5 }), (wanted, probes) => {
        const ledger = rollingLedger();
        const used = use(ledger, wanted, (call, before) =>
          expect(ledger.look(call.at).wallet.posted).toBe(availableAt(call.at, before)),
        );
        const last = wanted.at(-1)?.at ?? start;
        const edges = used.flatMap((call) =>
          [-1, 0, 1].map((beside) => addMs(happened(call), windowMs + beside)),
        );
        for (const time of [...edges, ...probes.map((ms) => addMs(last, ms))])
          if (time >= last) expect(ledger.look(time).wallet.posted).toBe(availableAt(time, used));
      }),
      { numRuns: 250 },
    ));

  test("refuses a call exactly when what is available does not reach", () =>
    fc.assert(
      fc.property(calls, (wanted) => {
        const ledger = rollingLedger();
        const used: Used[] = [];
        for (const call of wanted) {
          const room = availableAt(call.at, used);
          const { kind } = tell(ledger, call);
          expect(kind).toBe(call.quantity <= room ? "consumed" : "insufficientCredits");
          if (kind === "consumed") used.push(call);
        }
      }),
      { numRuns: 250 },
    ));

  test("never has more than the allowance, and what is used and what comes back make it up", () =>
    fc.assert(
      fc.property(calls, (wanted) => {
        const ledger = rollingLedger();
        use(ledger, wanted, (call) => {
          ledger.visit(call.at);
          const { wallet, returns } = ledger.rows();
          expect(returns.reduce((sum, back) => sum + back.amount, wallet.posted as number)).toBe(allowance);
        });
      }),
      { numRuns: 200 },
    ));

  test("gives back what was used at exactly 30 days, not a millisecond before", () => {
    const ledger = rollingLedger();
    const noon = at("2026-01-05T12:00:00Z");
    ledger.consume({ operation: "image", quantity: amount("100") }, noon);
    const back = addMs(noon, windowMs);
    expect(toIso(back)).toBe("2026-02-04T12:00:00.000Z");
    expect(ledger.look(addMs(back, -1)).wallet.posted).toBe(0);
    expect(ledger.look(back).wallet.posted).toBe(allowance);
    expect(ledger.rows().wallet.nextDueAt).toBe(back);
  });

  test("counts a call from when it happened, also when it is told of later", () => {
    const ledger = rollingLedger();
    const noon = at("2026-01-05T12:00:00Z");
    const told = addMs(noon, 10 * dayMs);
    ledger.consume({ operation: "image", quantity: amount("40"), occurredAt: noon }, told);
    expect(plain(ledger.look(addMs(noon, windowMs - 1)).wallet.posted)).toBe("60");
    expect(plain(ledger.look(addMs(noon, windowMs)).wallet.posted)).toBe("100");
  });

  test("takes nothing for a call whose 30 days are over when it is told of, and has it on record", () => {
    const ledger = rollingLedger();
    const told = at("2026-03-01T00:00:00Z");
    const late = { operation: "image", quantity: amount("40") };
    const over = ledger.consume({ ...late, occurredAt: addMs(told, -windowMs) }, told);
    expect(over).toMatchObject({ kind: "consumed", usageRecord: { balanceAfter: amount("60") } });
    expect(plain(ledger.rows().wallet.posted)).toBe("100");
    expect(ledger.rows().entries.map(({ type, amount: change }) => [type, change])).toEqual([
      ["GRANT", amount("100")],
      ["USAGE", amount("-40")],
      ["RETURN", amount("40")],
    ]);
    ledger.consume({ ...late, occurredAt: addMs(told, 1 - windowMs) }, told);
    expect(plain(ledger.rows().wallet.posted)).toBe("60");
  });

  test("tells who is refused when the first credits come back", () => {
    const ledger = rollingLedger();
    const first = addMs(start, dayMs);
    ledger.consume({ operation: "image", quantity: amount("60") }, first);
    ledger.consume({ operation: "image", quantity: amount("40") }, addMs(first, dayMs));
    expect(
      ledger.consume({ operation: "image", quantity: amount("1") }, addMs(first, 2 * dayMs)),
    ).toMatchObject({
      kind: "insufficientCredits",
      available: 0,
      nextSupplyAt: addMs(first, windowMs),
    });
  });

  test("24 months late in one jump is as full as it was on its first day", () => {
    const ledger = rollingLedger();
    for (let day = 0; day < 20; day += 1)
      ledger.consume({ operation: "image", quantity: amount("5") }, addMs(start, day * dayMs));
    expect(ledger.rows().wallet.posted).toBe(0);
    ledger.visit(at("2028-01-20T00:00:00Z"));
    const { wallet, returns, nextPeriodIndex } = ledger.rows();
    expect(wallet).toMatchObject({ posted: allowance, nextDueAt: null });
    expect(returns).toEqual([]);
    expect(nextPeriodIndex).toBe(1);
  });
});
