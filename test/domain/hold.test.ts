import { describe, expect, test } from "vitest";
import { hold as holdIn } from "../../server/domain/grant.js";
import { heldBy, take } from "../../server/domain/hold.js";
import { amount } from "./pricing.js";
import { grantOf, holdOf } from "./wallets.js";

const held = holdOf({
  amount: amount("9"),
  draws: [
    { grantId: "a", amount: amount("4"), reserved: amount("4") },
    { grantId: "b", amount: amount("3"), reserved: amount("3") },
  ],
  postpaid: amount("2"),
});

describe("a hold gives", () => {
  test.each([
    ["0", [], "0", "9"],
    ["4", [{ grantId: "a", amount: amount("4") }], "0", "5"],
    [
      "6.5",
      [
        { grantId: "a", amount: amount("4") },
        { grantId: "b", amount: amount("2.5") },
      ],
      "0",
      "2.5",
    ],
    [
      "9",
      [
        { grantId: "a", amount: amount("4") },
        { grantId: "b", amount: amount("3") },
      ],
      "2",
      "0",
    ],
  ])("%s from its grants in burn order, then from what no grant covers", (asked, draws, postpaid, left) => {
    const taken = take(held, amount(asked));
    expect(taken.draws).toEqual(draws);
    expect(taken.postpaid).toBe(amount(postpaid));
    expect(heldBy(taken.hold)).toBe(amount(left));
  });

  test("no more than it holds", () => {
    expect(() => take(held, amount("9.000001"))).toThrow("cannot give");
  });
});

describe("a grant", () => {
  const grant = grantOf("g", "10");

  test("holds at most what remains of it", () => {
    expect(holdIn(grant, amount("10")).held).toBe(amount("10"));
    expect(() => holdIn(grant, amount("10.000001"))).toThrow("cannot hold");
  });

  test("gives back at most what it holds", () => {
    const holding = holdIn(grant, amount("3"));
    expect(holdIn(holding, amount("-3")).held).toBe(amount("0"));
    expect(() => holdIn(holding, amount("-3.000001"))).toThrow("cannot hold");
  });
});
