import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { micros, zero } from "../../server/domain/amount.js";
import type { CreditPack } from "../../server/domain/catalog.js";
import { claim } from "../../server/domain/clawback.js";
import {
  agreedAvailability,
  deliverAgain,
  firstAskAt,
  isOverdue,
  nextAskAt,
  withdraw,
} from "../../server/domain/delivery.js";
import { type CreditGrant, draw, free, hold } from "../../server/domain/grant.js";
import { addMs, dayMs, hourMs, type Instant } from "../../server/domain/instant.js";
import { grantOf as grantIn } from "../../server/domain/wallet.js";
import { amount } from "./pricing.js";
import { at, grantOf, stateOf } from "./wallets.js";

const begunAt = at("2026-04-15T00:00:00Z");
const expiresAt = at("2026-05-15T00:00:00Z");

describe("what is agreed when a purchase begins", () => {
  const pack = (availability: CreditPack["availability"]): CreditPack => ({
    ...{ key: "ten", name: "Ten", unit: "credit", credits: amount("10"), bonuses: [], priority: 100 },
    ...{ price: { amount: amount("1"), currency: "USD" }, expiresAfterDays: null, availability },
  });

  test.each([
    ["ON_PURCHASE", false, "ON_PURCHASE"],
    ["ON_PURCHASE", true, "ON_PAYMENT"],
    ["ON_PAYMENT", false, "ON_PAYMENT"],
    ["ON_PAYMENT", true, "ON_PAYMENT"],
  ] as const)("%s to one who owes credits (%s) is %s", (offered, owes, agreed) => {
    expect(agreedAvailability(pack(offered), { owesCredits: owes })).toBe(agreed);
  });
});

test("it is asked after hourly at first, then less and less often, weekly in the end, and after 14 days", () => {
  const asked: number[] = [];
  for (let next = firstAskAt(begunAt); asked.length < 12; next = nextAskAt(begunAt, next))
    asked.push((next - begunAt) / hourMs);
  expect(asked).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 336, 504, 672]);
  expect(isOverdue(begunAt, (addMs(begunAt, 14 * dayMs) - 1) as Instant)).toBe(false);
});

interface Step {
  readonly kind: "use" | "reserve" | "release" | "undo";
  /** Of what is possible, in thousandths. */
  readonly part: number;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("use", "reserve", "release", "undo"),
    part: fc.integer({ min: 0, max: 1_000 }),
  }),
  { maxLength: 12 },
);

const partOf = (whole: number, thousandths: number) =>
  micros(Number((BigInt(whole) * BigInt(thousandths)) / 1_000n));

/** Credits that were delivered before they are paid for, and how much of them is used. */
function delivered(credits: number) {
  const lot = micros(credits);
  let state = stateOf([grantOf("g", "1", { amount: lot, remaining: lot })]);
  let used = zero;
  const grant = () => grantIn(state, "g");
  const become = (changed: CreditGrant) => {
    state = { ...state, grants: [changed], wallet: { ...state.wallet, posted: changed.remaining } };
  };
  return {
    play({ kind, part }: Step): void {
      if (kind === "use") {
        const spent = partOf(free(grant()), part);
        used = micros(used + spent);
        become(draw(grant(), spent));
      }
      if (kind === "reserve") become(hold(grant(), partOf(free(grant()), part)));
      if (kind === "release") become(hold(grant(), micros(-partOf(grant().held, part))));
      if (kind === "undo") {
        const back = partOf(used, part);
        used = micros(used - back);
        become({ ...grant(), state: "ACTIVE", remaining: micros(grant().remaining + back) });
      }
      if (kind === "undo" || kind === "release") state = claim(state, "g", begunAt);
    },
    withdraw: () => {
      state = withdraw(state, "g", begunAt);
    },
    payAfterAll: () => {
      state = deliverAgain(state, "g", { at: begunAt, expiresAt });
    },
    figures: () => ({ ...grant(), used, entries: state.entries }),
  };
}

describe("credits that were delivered before they are paid for", () => {
  test("when they are withdrawn nothing of them is left to spend, whatever happens before and after", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), steps, steps, (credits, before, after) => {
        const lot = delivered(credits);
        for (const step of before) lot.play(step);
        lot.withdraw();
        for (const step of [...after, { kind: "release", part: 1_000 } as const]) {
          const { held, used, clawback, remaining } = lot.figures();
          expect(remaining).toBe(held);
          expect(used + held).toBe(clawback);
          lot.play(step);
        }
        lot.play({ kind: "undo", part: 1_000 });
        expect(lot.figures()).toMatchObject({ remaining: 0, clawback: 0, used: 0 });
      }),
    );
  });

  test("when they are paid after all they are worth what was bought, and what was used of them stays used", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), steps, steps, steps, (credits, before, between, after) => {
        const lot = delivered(credits);
        for (const step of before) lot.play(step);
        lot.withdraw();
        for (const step of between) lot.play(step);
        lot.payAfterAll();
        expect(lot.figures().expiresAt).toBe(expiresAt);
        for (const step of after) {
          const { used, remaining, clawback } = lot.figures();
          expect([used + remaining, clawback]).toEqual([credits, 0]);
          lot.play(step);
        }
      }),
    );
  });

  test("what is given again is an entry of its own, and none when all of it had been used", () => {
    const last = (lot: ReturnType<typeof delivered>) => lot.figures().entries.at(-1);
    const lot = delivered(100);
    lot.play({ kind: "use", part: 300 });
    lot.withdraw();
    expect(last(lot)).toMatchObject({ type: "VOID", amount: -70, grantId: "g" });
    lot.payAfterAll();
    expect(last(lot)).toMatchObject({ type: "GRANT", amount: 70, grantId: "g" });
    const spent = delivered(100);
    spent.play({ kind: "use", part: 1_000 });
    spent.withdraw();
    spent.payAfterAll();
    expect(spent.figures()).toMatchObject({ state: "ENDED", remaining: 0, clawback: 0, entries: [] });
  });

  test("what a dispute has frozen stays frozen", () => {
    const frozen = stateOf([grantOf("g", "5", { state: "FROZEN" })]);
    const again = deliverAgain(withdraw(frozen, "g", begunAt), "g", { at: begunAt, expiresAt });
    expect(grantIn(again, "g")).toMatchObject({ state: "FROZEN", remaining: amount("5"), clawback: 0 });
  });
});
