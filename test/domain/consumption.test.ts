import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Micros, micros, zero } from "../../server/domain/amount.js";
import { decideConsumption, rateUsage } from "../../server/domain/consumption.js";
import { type CreditGrant, grantSources } from "../../server/domain/grant.js";
import { addMs, type Instant } from "../../server/domain/instant.js";
import type { WalletState } from "../../server/domain/wallet.js";
import { type Call, type History, histories, play } from "./histories.js";
import { amount } from "./pricing.js";
import { at, grantOf, memoryLedger, planOf, stateOf, subscribed } from "./wallets.js";

const total = (amounts: readonly number[]): number => amounts.reduce((sum, part) => sum + part, 0);

/** What may pay for the operation now, first to be burned first; written from the rules, not from the code. */
function payers(state: WalletState, operation: string, now: Instant): CreditGrant[] {
  const key = ({ priority, expiresAt, source, effectiveAt }: CreditGrant) =>
    [priority, expiresAt ?? Number.MAX_VALUE, grantSources.indexOf(source), effectiveAt] as const;
  const inForce = ({ state: status, effectiveAt, expiresAt }: CreditGrant) =>
    status === "ACTIVE" && effectiveAt <= now && now < (expiresAt ?? Number.MAX_VALUE);
  return state.grants
    .filter((grant) => inForce(grant) && (grant.operations ?? [operation]).includes(operation))
    .toSorted((a, b) => {
      const different = key(a).findIndex((part, index) => part !== key(b)[index]);
      if (different < 0) return a.id < b.id ? -1 : 1;
      return (key(a)[different] ?? 0) - (key(b)[different] ?? 0);
    });
}

function expectedDraws(call: Call, required: number) {
  const draws: { grantId: string; amount: number }[] = [];
  let open = required;
  for (const grant of payers(call.before, call.use.operation, call.now)) {
    const part = Math.min(grant.remaining, open);
    if (part > 0) draws.push({ grantId: grant.id, amount: part });
    open -= part;
  }
  return { draws, postpaid: open };
}

const roomOf = ({ plan }: History, owed: Micros): number => {
  if (plan.overage.policy === "BLOCK") return 0;
  return plan.overage.limit === null ? Number.MAX_VALUE : Math.max(0, plan.overage.limit - owed);
};

const prices: Readonly<Record<string, number>> = { image: 1, video: 2.5, label: 0 };

/** Judges every call of random histories, and fails when none of them was of interest. */
function everyCall(judge: (call: Call, history: History) => boolean): void {
  let seen = 0;
  fc.assert(
    fc.property(histories, (history) => {
      for (const call of play(history).calls) if (judge(call, history)) seen += 1;
    }),
    { numRuns: 200 },
  );
  expect(seen).toBeGreaterThan(50);
}

describe("every call that is let through", () => {
  test("is paid in full: its draws and its postpaid part add up to its amount", () =>
    everyCall(({ decision }) => {
      if (decision.kind !== "consumed") return false;
      const { draws, postpaid, amount: required } = decision.usageRecord;
      expect(total(draws.map((draw) => draw.amount)) + postpaid).toBe(required);
      expect(postpaid).toBeGreaterThanOrEqual(0);
      for (const draw of draws) expect(draw.amount).toBeGreaterThan(0);
      return draws.length > 0 && postpaid > 0;
    }));

  test("draws from the grants in burn order, and from none that is expired, to come, or for other operations", () =>
    everyCall((call) => {
      if (call.decision.kind !== "consumed") return false;
      const { draws, postpaid, amount: required } = call.decision.usageRecord;
      expect({ draws, postpaid }).toEqual(expectedDraws(call, required));
      return draws.length > 1;
    }));

  test("leaves no grant below zero or above what was granted", () =>
    everyCall(({ decision }) => {
      if (decision.kind !== "consumed") return false;
      for (const { remaining, amount: granted } of decision.state.changedGrants.values()) {
        expect(remaining).toBeGreaterThanOrEqual(0);
        expect(remaining).toBeLessThanOrEqual(granted);
      }
      return true;
    }));

  test("costs what it was quoted", () =>
    everyCall(({ use, decision }, { plan }) => {
      const quote = rateUsage(plan, { ...use, attributes: {} }, zero);
      if (decision.kind === "unpricedUsage") expect(decision).toEqual(quote);
      if (quote.kind === "unpricedUsage") return false;
      const required = decision.kind === "consumed" ? decision.usageRecord.amount : undefined;
      if (decision.kind === "insufficientCredits") expect(decision.required).toBe(quote.amount);
      if (required !== undefined) expect(required).toBe(quote.amount);
      expect(quote.amount).toBe(use.quantity * (prices[use.operation] ?? Number.NaN));
      return required !== undefined;
    }));

  test("tells the balance it left, before anything of it came back", () =>
    everyCall(({ before, decision }) => {
      if (decision.kind !== "consumed") return false;
      const { amount: required, balanceAfter } = decision.usageRecord;
      expect(balanceAfter).toBe(before.wallet.posted - required);
      const { wallet, entries } = decision.state;
      const back = entries.slice(before.entries.length + 1);
      for (const { type } of back) expect(type).toBe("RETURN");
      expect(wallet.posted).toBe(balanceAfter + total(back.map((entry) => entry.amount)));
      return true;
    }));
});

describe("a call is refused", () => {
  test("exactly when the credits it may use and the room to be billed later do not reach, and says by how much", () =>
    everyCall((call, history) => {
      const { before, decision, use, now } = call;
      if (decision.kind === "unpricedUsage") return false;
      const credits = total(payers(before, use.operation, now).map((grant) => grant.remaining));
      const available = credits + roomOf(history, before.wallet.postpaid);
      const required = use.quantity * (prices[use.operation] ?? Number.NaN);
      expect(decision.kind).toBe(available < required ? "insufficientCredits" : "consumed");
      if (decision.kind === "consumed") return false;
      expect(decision).toMatchObject({ required, available, shortBy: required - available });
      return true;
    }));

  test("without changing anything", () =>
    everyCall(({ before, now, use, decision }, { plan }) => {
      if (decision.kind === "consumed") return false;
      const copy = structuredClone(before);
      const command = {
        ...use,
        occurredAt: now,
        attributes: {},
        usageRecordId: "usage",
        idempotencyKey: "key",
      };
      const again = decideConsumption(
        { state: before, plan, periodQuantity: zero, billed: null, now },
        command,
      );
      expect(again).toEqual(decision);
      expect(again).not.toHaveProperty("state");
      expect(before).toEqual(copy);
      return true;
    }));

  const now = at("2026-01-10T00:00:00Z");
  const scheduled = { state: "SCHEDULED", remaining: zero, effectiveAt: addMs(now, 7) } as const;
  const refused = (grants: readonly CreditGrant[], supplier = subscribed(planOf({ supply: null }), now)) => {
    const state = stateOf(grants, supplier);
    const command = { usageRecordId: "usage", idempotencyKey: "key", attributes: {}, occurredAt: now };
    const usage = { operation: "image", quantity: amount("10") };
    return decideConsumption(
      { state, plan: supplier.plan, periodQuantity: zero, billed: null, now },
      { ...command, ...usage },
    );
  };

  test.each([
    ["what is missing to the last millionth", [grantOf("a", "9.999999")], "0.000001"],
    ["everything when the wallet is empty", [], "10"],
    ["credits that start later as missing", [grantOf("a", "50", scheduled)], "10"],
    ["credits that expire this very instant as missing", [grantOf("a", "50", { expiresAt: now })], "10"],
    ["credits for other operations as missing", [grantOf("a", "50", { operations: ["video"] })], "10"],
  ] as const)("counting %s", (_why, grants, shortBy) =>
    expect(refused(grants)).toMatchObject({ kind: "insufficientCredits", shortBy: amount(shortBy) }),
  );

  test("telling when credits arrive without being bought: a grant that starts, else the next supply", () => {
    expect(refused([])).toMatchObject({ nextSupplyAt: null });
    expect(refused([grantOf("a", "50", scheduled)])).toMatchObject({ nextSupplyAt: addMs(now, 7) });
    const ledger = memoryLedger(subscribed(planOf({ supply: "5" }), now));
    const decision = ledger.consume({ operation: "image", quantity: amount("10") }, now);
    expect(decision).toMatchObject({ nextSupplyAt: at("2026-02-01T00:00:00Z"), shortBy: amount("5") });
  });

  test("naming the operations there are when it asks for another, even one that every object has", () => {
    const ledger = memoryLedger(subscribed(planOf(), now));
    for (const operation of ["nothing", "constructor", "__proto__"])
      expect(ledger.consume({ operation, quantity: amount("1") }, now)).toMatchObject({
        kind: "unpricedUsage",
        reason: "OPERATION_UNKNOWN",
        allowed: "image, video, label",
      });
  });
});

describe("the edges of what can be used", () => {
  const now = at("2026-01-10T00:00:00Z");
  const plan = planOf({ supply: null });
  const spend = (parts: Partial<CreditGrant>, quantity = "10") => {
    const ledger = memoryLedger(subscribed(plan, now));
    ledger.grant(grantOf("a", "10", { effectiveAt: now, ...parts }), now);
    return { ledger, use: { operation: "image", quantity: amount(quantity) } };
  };

  test("all that there is can be used, to the last millionth", () => {
    const { ledger, use } = spend({});
    expect(ledger.consume(use, now)).toMatchObject({ kind: "consumed", usageRecord: { balanceAfter: 0 } });
    expect(ledger.consume({ ...use, quantity: micros(1) }, now).kind).toBe("insufficientCredits");
  });

  test("a grant pays from the millisecond it starts to the one before it expires", () => {
    const lot = { effectiveAt: addMs(now, 5), expiresAt: addMs(now, 9) };
    const kindAt = (ms: number) => {
      const { ledger, use } = spend(lot);
      return ledger.consume(use, addMs(now, ms)).kind;
    };
    expect([4, 5, 8, 9].map(kindAt)).toEqual([
      "insufficientCredits",
      "consumed",
      "consumed",
      "insufficientCredits",
    ]);
  });

  test("a call without a price is recorded, also on an empty wallet", () => {
    const ledger = memoryLedger(subscribed(plan, now));
    const decision = ledger.consume({ operation: "label", quantity: amount("3") }, now);
    expect(decision).toMatchObject({ kind: "consumed", usageRecord: { amount: 0, draws: [], postpaid: 0 } });
    expect(ledger.rows().entries).toMatchObject([{ type: "USAGE", amount: 0, usageRecordId: "usage_1" }]);
  });

  test("the limit of what is billed later is reached to the millionth and not passed", () => {
    const limited = planOf({ supply: "4", overage: { policy: "POSTPAID", limit: amount("6") } });
    const ledger = memoryLedger(subscribed(limited, now));
    const use = { operation: "image", quantity: amount("10") };
    expect(ledger.consume({ ...use, quantity: amount("10.000001") }, now)).toMatchObject({
      kind: "insufficientCredits",
      available: amount("10"),
      shortBy: 1,
    });
    expect(ledger.consume(use, now)).toMatchObject({ usageRecord: { postpaid: amount("6") } });
    expect(ledger.rows().wallet).toMatchObject({ posted: amount("-6"), postpaid: amount("6") });
    expect(ledger.consume({ ...use, quantity: micros(1) }, now)).toMatchObject({ available: 0, shortBy: 1 });
  });
});

describe("after any sequence of grants, calls and waiting", () => {
  test("the balance is the sum of the ledger, and what the grants hold less what is owed", () =>
    fc.assert(
      fc.property(histories, (history) => {
        play(history, (ledger) => {
          const { wallet, grants, entries } = ledger.rows();
          const held = total(grants.map((grant) => grant.remaining));
          expect(wallet.posted).toBe(held - wallet.postpaid);
          expect(wallet.posted).toBe(total(entries.map((entry) => entry.amount)));
          for (const { state, remaining, amount: granted } of grants) {
            expect(state === "ACTIVE" ? remaining : -remaining).toBeGreaterThanOrEqual(0);
            expect(remaining).toBeLessThanOrEqual(granted);
          }
        });
      }),
      { numRuns: 200 },
    ));

  test("the ledger's entries are numbered without gaps, each with the balance after it", () =>
    fc.assert(
      fc.property(histories, (history) => {
        const { wallet, entries } = play(history).ledger.rows();
        let balance = 0;
        for (const [index, entry] of entries.entries()) {
          balance += entry.amount;
          expect(entry).toMatchObject({ sequence: index + 1, balanceAfter: balance });
        }
        expect(wallet.sequence).toBe(entries.length);
      }),
      { numRuns: 200 },
    ));
});
