import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Micros, micros, zero } from "../../server/domain/amount.js";
import { claim, takeBack } from "../../server/domain/clawback.js";
import { creditable } from "../../server/domain/creditNote.js";
import { type CreditGrant, draw, free, hold } from "../../server/domain/grant.js";
import { decideRefund, refundMayBecome, unusedValue } from "../../server/domain/refund.js";
import { grantOf as grantIn } from "../../server/domain/wallet.js";
import { amount } from "./pricing.js";
import { at, grantOf, stateOf } from "./wallets.js";

const cent = 10_000;

interface Step {
  readonly kind: "use" | "reserve" | "release" | "undo" | "refund";
  /** Which part of what is possible, in thousandths. */
  readonly part: number;
  /** A refund of all that is unused. */
  readonly whole: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("use", "reserve", "release", "undo", "refund"),
    part: fc.integer({ min: 0, max: 1_000 }),
    whole: fc.boolean(),
  }),
  { maxLength: 30 },
);

/** Amounts as large as they may be, and as small, so that products are far beyond what a number holds exactly. */
const credits = fc.oneof(
  fc.integer({ min: 1, max: 1_000 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
);
const price = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }).map((cents) => cents * cent),
  fc.integer({ min: 1, max: Math.floor(Number.MAX_SAFE_INTEGER / cent) }).map((cents) => cents * cent),
);

const partOf = (whole: number, thousandths: number): Micros =>
  micros(Number((BigInt(whole) * BigInt(thousandths)) / 1_000n));

/** Credits that were bought, and what becomes of them and of their price. */
function buy(lot: number, paidFor: number) {
  const paid = micros(paidFor);
  let state = stateOf([grantOf("g", "1", { amount: micros(lot), remaining: micros(lot) })]);
  let [used, refunded, taken] = [zero, zero, zero];
  const grant = () => grantIn(state, "g");
  const now = at("2026-04-15T00:00:00Z");
  const become = (changed: CreditGrant) => {
    state = { ...state, grants: [changed] };
  };
  const refund = (part: number, whole: boolean) => {
    const left = micros(paid - refunded);
    const purchase = { paid, currency: "USD", creditable: left, grant: grant() };
    const asked = whole ? null : micros(Math.floor(partOf(left, part) / cent) * cent);
    // Both are refused before anything is decided.
    if (left === zero || (asked ?? unusedValue(purchase)) === zero) return;
    const decision = decideRefund(purchase, asked);
    become(grant());
    state = takeBack(state, "g", { ...decision, at: now });
    refunded = micros(refunded + decision.amount);
    taken = micros(taken + decision.voided + decision.clawback);
  };
  return {
    play({ kind, part, whole }: Step) {
      if (kind === "refund") refund(part, whole);
      if (kind === "use") {
        const spent = partOf(free(grant()), part);
        used = micros(used + spent);
        become(draw(grant(), spent));
      }
      if (kind === "undo") {
        const back = partOf(used, part);
        used = micros(used - back);
        become({ ...grant(), state: "ACTIVE", remaining: micros(grant().remaining + back) });
      }
      if (kind === "reserve") become(hold(grant(), partOf(free(grant()), part)));
      if (kind === "release") become(hold(grant(), micros(-partOf(grant().held, part))));
      if (kind === "undo" || kind === "release") state = claim(state, "g", now);
    },
    figures: () => ({ ...grant(), paid, used, refunded, taken }),
  };
}

describe("whatever happens to a purchase", () => {
  test("nobody keeps unused credits that were paid back, and no more is paid back than was paid", () => {
    fc.assert(
      fc.property(credits, price, steps, (lot, paidFor, history) => {
        const bought = buy(lot, paidFor);
        for (const step of history) {
          bought.play(step);
          const { remaining, held, clawback, paid, used, refunded, taken } = bought.figures();
          expect(refunded).toBeLessThanOrEqual(paid);
          expect(refunded % cent).toBe(0);
          const voided = lot - remaining - used;
          expect(voided + clawback, "what is taken is void, or will be").toBe(taken);
          expect(clawback === 0 || remaining === held, "what is to be taken is taken first").toBe(true);
          const owed = BigInt(lot) * BigInt(refunded);
          expect(BigInt(taken) * BigInt(paid) >= owed, "the part taken is at least that paid back").toBe(
            true,
          );
          const kept = BigInt(lot - voided - used - held) * BigInt(paid);
          expect(kept <= BigInt(lot) * BigInt(paid) - owed, "what is kept was paid for").toBe(true);
        }
      }),
    );
  });

  test("what is unused is worth at most its part of the price, and all of it all of the price", () => {
    fc.assert(
      fc.property(credits, price, fc.integer({ min: 0, max: 1_000 }), (lot, paidFor, part) => {
        const paid = micros(paidFor);
        const left = partOf(lot, part);
        const grant = grantOf("g", "1", { amount: micros(lot), remaining: left });
        const worth = unusedValue({ paid, currency: "USD", creditable: paid, grant });
        expect(BigInt(worth) * BigInt(lot) <= BigInt(paid) * BigInt(left)).toBe(true);
        expect(BigInt(worth + cent) * BigInt(lot) > BigInt(paid) * BigInt(left)).toBe(true);
      }),
    );
  });
});

describe("a refund by hand", () => {
  const purchase = (remaining: string, currency = "USD") => ({
    paid: amount("10"),
    currency,
    creditable: amount("10"),
    grant: grantOf("g", "300", { remaining: amount(remaining) }),
  });

  test.each([
    { left: "300", asked: null, paidBack: "10", voided: "300", clawback: "0" },
    { left: "200", asked: null, paidBack: "6.66", voided: "200", clawback: "0" },
    { left: "1", asked: null, paidBack: "0.03", voided: "1", clawback: "0" },
    { left: "300", asked: "0.01", paidBack: "0.01", voided: "0.3", clawback: "0" },
    { left: "300", asked: "3.33", paidBack: "3.33", voided: "99.9", clawback: "0" },
    { left: "50", asked: "3.33", paidBack: "3.33", voided: "50", clawback: "49.9" },
    { left: "0", asked: "10", paidBack: "10", voided: "0", clawback: "300" },
  ])("with $left of 300 credits left, of $asked", ({ left, asked, ...decided }) => {
    const decision = decideRefund(purchase(left), asked === null ? null : amount(asked));
    expect(decision).toEqual({
      amount: amount(decided.paidBack),
      voided: amount(decided.voided),
      clawback: amount(decided.clawback),
    });
  });

  test("takes only the credits for what can be given back, where a part of the price cannot", () => {
    const decision = decideRefund({ ...purchase("200"), creditable: amount("6") }, null);
    expect(decision).toEqual({ amount: amount("6"), voided: amount("180"), clawback: amount("0") });
  });

  test("knows the smallest unit of the currency", () => {
    expect(unusedValue(purchase("200", "JPY"))).toBe(amount("6"));
    expect(unusedValue(purchase("200", "KWD"))).toBe(amount("6.666"));
  });
});

test("only what a payment has paid can be refunded; the rest can be kept for the next invoices", () => {
  const nothing = { currency: "USD", lines: [], subtotal: amount("10"), unused: zero, carriedOver: zero };
  const invoice = { ...nothing, total: amount("10"), amountDue: amount("6") };
  const of = (notes: readonly (readonly ["REFUND" | "BALANCE" | "DISPUTE", string])[]) => {
    const made = notes.map(([settlement, money]) => ({ settlement, amount: amount(money) }));
    return (["REFUND", "BALANCE", "DISPUTE"] as const).map((way) => creditable(invoice, made, way) / 1e6);
  };
  expect(of([])).toEqual([6, 10, 6]);
  expect(of([["BALANCE", "3"]])).toEqual([6, 7, 6]);
  expect(of([["BALANCE", "8"]])).toEqual([2, 2, 2]);
  expect(of([["DISPUTE", "5"]])).toEqual([1, 5, 1]);
  expect(creditable({ ...nothing, total: amount("-3"), amountDue: amount("0") }, [], "BALANCE")).toBe(0);
});

test("a refund that has failed stays so; one that was done may turn out to have failed", () => {
  expect(refundMayBecome("PENDING", "SUCCEEDED")).toBe(true);
  expect(refundMayBecome("SUCCEEDED", "FAILED")).toBe(true);
  expect(refundMayBecome("FAILED", "SUCCEEDED")).toBe(false);
  expect(refundMayBecome("SUCCEEDED", "SUCCEEDED")).toBe(false);
});
