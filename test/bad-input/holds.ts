import { goodCall } from "../harness/untouched.js";
import { badText, type Case, fault, inherited, long, nul, problem, spoiling, withProblems } from "./case.js";

const reserve = spoiling(withProblems("mutation", "reserve", "ReserveInput"), {
  ...goodCall,
  idempotencyKey: "hold",
});
const seconds = fault("input.expiresInSeconds", "must be from 1 to 86400, got");

const reservations: readonly Case[] = [
  reserve("a hold of nothing", { quantity: "0" }, fault("input.quantity", "must be above 0")),
  reserve("a hold of 0 seconds", { expiresInSeconds: 0 }, seconds),
  reserve("a hold of a day and a second", { expiresInSeconds: 86_401 }, seconds),
  reserve(
    "a hold of half a second",
    { expiresInSeconds: 0.5 },
    fault("input.expiresInSeconds", "Int cannot"),
  ),
  reserve("a hold under an empty key", { idempotencyKey: "" }, fault("input.idempotencyKey", "1 to 255")),
  reserve("a hold for nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
  reserve("a hold without a plan", { customerId: "bob" }, problem("SUBSCRIPTION_INACTIVE", "bob")),
  ...inherited.map((operation) =>
    reserve(
      `a hold for the operation ${operation}`,
      { operation },
      {
        ...problem("UNPRICED_USAGE", "it has image."),
      },
    ),
  ),
];

const known = { customerId: "ada", holdId: "hold_0", idempotencyKey: "hold" };
const capture = spoiling(withProblems("mutation", "capture", "CaptureInput"), known);
const extend = spoiling(withProblems("mutation", "extendHold", "ExtendHoldInput"), {
  ...known,
  expiresInSeconds: 60,
});
const release = spoiling(withProblems("mutation", "release", "ReleaseInput"), known);
const noHold = problem("HOLD_NOT_FOUND", "has no hold");

const onHolds: readonly Case[] = [
  ...["hold_0", ...inherited, "x".repeat(255)].flatMap((holdId) => [
    capture(`a capture of ${holdId}`, { holdId }, noHold),
    extend(`more time for ${holdId}`, { holdId }, noHold),
    release(`a release of ${holdId}`, { holdId }, noHold),
  ]),
  capture("a capture of nothing", { quantity: "0" }, fault("input.quantity", "must be above 0")),
  capture("a capture of less than nothing", { quantity: "-1" }, fault("input.quantity", "must be above 0")),
  capture("a capture of no hold", { holdId: "" }, fault("input.holdId", "must not be empty")),
  capture("a capture of a long name", { holdId: long }, fault("input.holdId", "at most 255 characters")),
  capture("a capture of NUL", { holdId: nul }, fault("input.holdId", badText)),
  capture("a capture that is perhaps final", { final: "perhaps" }, fault("input.final", "Boolean cannot")),
  capture("a capture for nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
  extend("no more time", { expiresInSeconds: 0 }, seconds),
  extend(
    "time without a number",
    { expiresInSeconds: null },
    fault("input.expiresInSeconds", "non-nullable"),
  ),
  release("a release for nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
];

const reverse = spoiling(withProblems("mutation", "reverseUsage", "ReverseUsageInput"), {
  customerId: "ada",
  usageRecordId: "usage_0",
  idempotencyKey: "undo",
});

const reversals: readonly Case[] = [
  ...["usage_0", ...inherited].map((usageRecordId) =>
    reverse(
      `undoing ${usageRecordId}`,
      { usageRecordId },
      problem("USAGE_RECORD_NOT_FOUND", "no usage record"),
    ),
  ),
  reverse("undoing nothing", { amount: "0" }, fault("input.amount", "must be above 0")),
  reverse("undoing less than nothing", { amount: "-0.000001" }, fault("input.amount", "must be above 0")),
  reverse("undoing with 7 decimals", { amount: "0.0000001" }, fault("input.amount", "A Decimal")),
  reverse("undoing for a long reason", { reason: long }, fault("input.reason", "at most 255 characters")),
  reverse("undoing for nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
];

const looking = (what: string, field: string, expected: ReturnType<typeof fault>): Case => ({
  what,
  query: `{ ${field} { __typename } }`,
  variables: {},
  ...expected,
});

const looks: readonly Case[] = [
  looking("a hold without an id", 'hold(customerId: "ada", id: "")', fault("id", "must not be empty")),
  looking("101 holds", 'holds(customerId: "ada", first: 101)', fault("first", "must be from 1 to 100")),
  looking(
    "a wallet as of tomorrow",
    'wallet(customerId: "ada", asOf: "9000-01-01T00:00:00Z")',
    fault("asOf", "must not be after now"),
  ),
];

export const holds: readonly Case[] = [...reservations, ...onHolds, ...reversals, ...looks];
