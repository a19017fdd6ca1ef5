import { expect, test } from "vitest";
import { advance, withNextDue } from "../../server/domain/advance.js";
import { zero } from "../../server/domain/amount.js";
import type { Hold } from "../../server/domain/hold.js";
import { startHold } from "../../server/domain/holding.js";
import { addMs, hourMs } from "../../server/domain/instant.js";
import { amount } from "./pricing.js";
import { at, grantOf, stateOf } from "./wallets.js";

const made = at("2026-04-15T00:00:00Z");
const end = addMs(made, 3 * hourMs);

const holdOf = (id: string, credits: string): Hold => ({
  ...{ id, customerId: "acme", unit: "credit", operation: "image", quantity: amount("1"), attributes: {} },
  ...{ group: null, apiKeyId: null },
  ...{ amount: amount(credits), captured: zero, postpaid: zero, status: "ACTIVE", endedAt: null },
  ...{ planKey: "plan", planVersion: 1, idempotencyKey: id, createdAt: made, expiresAt: end },
  draws: [{ grantId: "lot", amount: amount(credits), reserved: amount(credits) }],
});

test("holds that end at one instant end in the order in which they were made, however they were read", () => {
  const lot = grantOf("lot", "15", { expiresAt: addMs(made, hourMs) });
  const first = startHold(stateOf([lot]), holdOf("hold_1", "10"));
  const state = startHold(first, holdOf("hold_2", "5"));
  const ends = [state, { ...state, holds: new Map([...state.holds].toReversed()) }].map((read) =>
    advance(withNextDue(read), end).entries.map((entry) => entry.amount),
  );
  expect(ends).toEqual([
    [amount("-10"), amount("-5")],
    [amount("-10"), amount("-5")],
  ]);
});
