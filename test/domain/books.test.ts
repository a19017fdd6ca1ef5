import { describe, expect, test } from "vitest";
import { advance } from "../../server/domain/advance.js";
import { draw, hold as holdIn } from "../../server/domain/grant.js";
import { take } from "../../server/domain/hold.js";
import { applyEntry, applyHold, markGrant, type WalletState } from "../../server/domain/wallet.js";
import { amount } from "./pricing.js";
import { at, grantOf, holdOf, stateOf } from "./wallets.js";

const now = at("2026-04-15T00:00:00Z");
const grant = grantOf("a", "10");
const state = stateOf([grant]);
const used = { type: "USAGE", amount: amount("-4"), occurredAt: now } as const;

const hold = holdOf({
  amount: amount("4"),
  draws: [{ grantId: "a", amount: amount("4"), reserved: amount("4") }],
});

/** The last line of defence: a mistake elsewhere ends as an error and a rolled back transaction, not as a wrong book. */
describe("books that do not add up are never returned", () => {
  test("an entry must be what its grants lose", () => {
    expect(applyEntry(state, used, { grants: [draw(grant, amount("4"))] }).wallet.posted).toBe(amount("6"));
    expect(() => applyEntry(state, used, { grants: [draw(grant, amount("3"))] })).toThrow("does not match");
  });

  test("an entry must be what its grants lose and what is owed", () => {
    const effect = { grants: [draw(grant, amount("3"))], postpaid: amount("1") };
    expect(applyEntry(state, used, effect).wallet).toMatchObject({
      posted: amount("6"),
      postpaid: amount("1"),
    });
    const owesMore = { ...effect, postpaid: amount("2") };
    expect(() => applyEntry(state, used, owesMore)).toThrow("does not match");
  });

  test("a hold must be what its grants reserve", () => {
    expect(applyHold(state, hold, [holdIn(grant, amount("4"))]).wallet.held).toBe(amount("4"));
    expect(() => applyHold(state, hold, [holdIn(grant, amount("3"))])).toThrow("Hold hold_1 changes by");
  });

  test("a grant never gives what a hold has reserved of it, nor less than nothing", () => {
    const reserved = holdIn(grant, amount("4"));
    expect(draw(reserved, amount("6")).remaining).toBe(amount("4"));
    expect(() => draw(reserved, amount("6.000001"))).toThrow("Grant a cannot give");
    expect(() => draw(reserved, amount("-1"))).toThrow("Grant a cannot give");
  });

  test("a grant reserves no more than it has, and gives back no more than it reserved", () => {
    expect(() => holdIn(grant, amount("10.000001"))).toThrow("Grant a cannot hold");
    expect(() => holdIn(grant, amount("-1"))).toThrow("Grant a cannot hold");
  });

  test("a hold gives no more than it has", () => {
    expect(() => take(hold, amount("4.000001"))).toThrow("Hold hold_1 cannot give");
  });

  test("what is said of a grant changes no credits", () => {
    expect(markGrant(state, { ...grant, expiryTurns: { CUSTOMER: 1 } }).grants[0]?.expiryTurns).toEqual({
      CUSTOMER: 1,
    });
    expect(() => markGrant(state, { ...grant, remaining: amount("11") })).toThrow(
      "change by an entry or a hold",
    );
    expect(() => markGrant(state, { ...grant, held: amount("1") })).toThrow("change by an entry or a hold");
  });
});

describe("credits that a window gives back", () => {
  const supply = { ...draw(grantOf("a", "10", { source: "SUPPLY", windowDays: 30 }), amount("4")) };
  const due = (back: string): WalletState => {
    const opened = stateOf([supply]);
    const dueReturns = [{ grantId: "a", at: now, amount: amount(back) }];
    return { ...opened, dueReturns, wallet: { ...opened.wallet, nextDueAt: now } };
  };

  test("come back by an entry, and are not due again", () => {
    const returned = advance(due("4"), now);
    expect(returned.wallet.posted).toBe(amount("10"));
    expect(returned.entries.map(({ type, amount }) => [type, amount])).toEqual([["RETURN", amount("4")]]);
    expect(returned).toMatchObject({ returnedUntil: now, dueReturns: [] });
  });

  test("leave no entry when all of them were undone before", () => {
    const returned = advance(due("0"), now);
    expect(returned.entries).toEqual([]);
    expect(returned).toMatchObject({ returnedUntil: now, dueReturns: [] });
  });

  test("are never more than were granted", () => {
    expect(() => advance(due("4.000001"), now)).toThrow("would hold more than was granted");
  });
});
