import { type Expected, goodCall, loneCursor } from "../harness/untouched.js";
import { type Case, fault, type Input, inherited, long, problem, spoiling, withProblems } from "./case.js";

const { idempotencyKey: _, ...question } = goodCall;
const quote = spoiling(withProblems("query", "quote", "QuoteInput"), question);
const either = fault("input", "must have either customerId or plan");
const forPlan = (plan: string): Input => ({ customerId: undefined, plan });

const quotes: readonly Case[] = [
  quote("a quote for a customer and a plan", { plan: "payg" }, either),
  quote("a quote for neither", { customerId: undefined }, either),
  quote("a quote for null", { customerId: null, plan: null }, either),
  quote("a quote for an unknown customer", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
  quote(
    "a quote for a customer without a plan",
    { customerId: "bob" },
    problem("SUBSCRIPTION_INACTIVE", "bob"),
  ),
  ...["pro", ...inherited].map((plan) =>
    quote(
      `a quote for the plan ${plan}`,
      forPlan(plan),
      problem("PLAN_NOT_FOUND", "on offer are payg, payg-volume"),
    ),
  ),
  quote("a quote for an empty plan", forPlan(""), fault("input.plan", "must not be empty")),
  quote("a quote for a plan of 300 characters", forPlan(long), fault("input.plan", "at most 255 characters")),
  quote("a quote for nothing of it", { quantity: "0" }, fault("input.quantity", "must be above 0")),
  quote(
    "a quote for an unknown operation",
    { operation: "toString" },
    problem("UNPRICED_USAGE", "it has image."),
  ),
];

const list = (what: string, field: string, expected: Expected): Case => ({
  what,
  query: `{ ${field} { __typename } }`,
  variables: {},
  ...expected,
});
const notCursor = fault("after", "must be the endCursor of an earlier page of this list");
const pages = [
  'usageRecords(filter: { customerId: "ada" }',
  'ledgerEntries(customerId: "ada"',
  'invoices(customerId: "ada"',
  'creditNotes(customerId: "ada"',
  'holds(customerId: "ada"',
  'events(customerId: "ada"',
  'webhookDeliveries(endpointId: "endpoint_1"',
];
const report = (parts: string) => `usageReport(input: { customerId: "ada", ${parts} })`;

const lists: readonly Case[] = [
  ...pages.flatMap((page) => [
    ...[0, 101, -1].map((first) =>
      list(
        `${page}, first: ${first})`,
        `${page}, first: ${first})`,
        fault("first", `must be from 1 to 100, got ${first}`),
      ),
    ),
    ...["", "garbage", "bnVsbA", loneCursor, long].map((after) =>
      list(`${page}, after: "${after}")`, `${page}, after: "${after}")`, notCursor),
    ),
  ]),
  list(
    "a customer of 300 characters",
    `customer(id: "${long}")`,
    fault("id", "at most 255 characters, got 300"),
  ),
  list("an invoice without an id", 'invoice(id: "")', fault("id", "must not be empty")),
  list("a credit note without an id", 'creditNote(id: "")', fault("id", "must not be empty")),
  list(
    "a credit note of 300 characters",
    `creditNote(id: "${long}")`,
    fault("id", "at most 255 characters, got 300"),
  ),
  list(
    "a wallet in an empty unit",
    'wallet(customerId: "ada", unit: "")',
    fault("unit", "must not be empty"),
  ),
  list(
    "a report that ends first",
    report('from: "2026-04-15T00:00:00Z", to: "2026-04-01T00:00:00Z"'),
    fault("input.from", "before input.to"),
  ),
  list(
    "a report by an attribute that is not reported",
    report('groupBy: [ATTRIBUTE], attributes: ["steps"]'),
    fault("input.attributes.0", 'names "steps", which no operation is reported by'),
  ),
  list(
    "a report by attributes that are not named",
    report("groupBy: [ATTRIBUTE]"),
    fault("input.attributes", "must name the attributes that ATTRIBUTE groups by"),
  ),
  list(
    "a report of attributes without their dimension",
    report('attributes: ["model"]'),
    fault("input.groupBy", "must have ATTRIBUTE"),
  ),
  ...inherited.map((name) =>
    list(
      `a report by the attribute ${name}`,
      report(`groupBy: [ATTRIBUTE], attributes: ["${name}"]`),
      fault("input.attributes.0", "which no operation is reported by"),
    ),
  ),
  list(
    "a report of 101 operations",
    report(`operations: [${Array(101).fill('"x"')}]`),
    fault("input.operations", "at most 100, got 101"),
  ),
  list("a report of an empty plan", report('plans: [""]'), fault("input.plans.0", "must not be empty")),
  list(
    "a report of an empty key",
    report('apiKeyIds: [null, ""]'),
    fault("input.apiKeyIds.1", "must not be empty"),
  ),
  list(
    "records by a key of 300 characters",
    `usageRecords(filter: { customerId: "ada", idempotencyKey: "${long}" })`,
    fault("filter.idempotencyKey", "at most 255 characters, got 300"),
  ),
  list(
    "records between amounts that are upside down",
    'usageRecords(filter: { customerId: "ada", minAmount: "2", maxAmount: "1" })',
    fault("filter.minAmount", "at most filter.maxAmount"),
  ),
  list(
    "records of 101 keys",
    `usageRecords(filter: { customerId: "ada", apiKeyIds: [${Array(101).fill('"x"')}] })`,
    fault("filter.apiKeyIds", "at most 100, got 101"),
  ),
  list(
    "entries of an empty grant",
    'ledgerEntries(customerId: "ada", filter: { grantId: "" })',
    fault("filter.grantId", "must not be empty"),
  ),
  list(
    "a report by colour",
    report("groupBy: [COLOUR]"),
    problem("GRAPHQL_VALIDATION_FAILED", '"COLOUR" does not exist'),
  ),
];

export const reads: readonly Case[] = [...quotes, ...lists];
