import { expect, test } from "vitest";
import { advance, withNextDue } from "../../server/domain/advance.js";
import { startHold } from "../../server/domain/holding.js";
import { addMs, hourMs } from "../../server/domain/instant.js";
import { amount } from "./pricing.js";
import { at, grantOf, holdOf, stateOf } from "./wallets.js";

const made = at("2026-04-15T00:00:00Z");
const end = addMs(made, 3 * hourMs);

const reserving = (id: string, credits: string) =>
  holdOf({
    id,
    amount: amount(credits),
    draws: [{ grantId: "lot", amount: amount(credits), reserved: amount(credits) }],
    createdAt: made,
    expiresAt: end,
  });

test("holds that end at one instant end in the order in which they were made, however they were read", () => {
  const lot = grantOf("lot", "15", { expiresAt: addMs(made, hourMs) });
  const first = startHold(stateOf([lot]), reserving("hold_1", "10"));
  const state = startHold(first, reserving("hold_2", "5"));
  const ends = [state, { ...state, holds: new Map([...state.holds].toReversed()) }].map((read) =>
    advance(withNextDue(read), end).entries.map((entry) => entry.amount),
  );
  expect(ends).toEqual([
    [amount("-10"), amount("-5")],
    [amount("-10"), amount("-5")],
  ]);
});
