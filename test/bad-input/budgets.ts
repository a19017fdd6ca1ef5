import { type Case, fault, inherited, long, nul, problem, spoiling, withProblems } from "./case.js";

const set = spoiling(withProblems("mutation", "setBudget", "SetBudgetInput"), {
  customerId: "ada",
  name: "A month",
  window: "MONTH",
  limit: "50",
  idempotencyKey: "budget",
});
const away = spoiling(withProblems("mutation", "deleteBudget", "DeleteBudgetInput"), {
  customerId: "ada",
  budgetId: "budget_1",
  idempotencyKey: "away",
});
const watch = spoiling(withProblems("mutation", "setBalanceAlert", "SetBalanceAlertInput"), {
  customerId: "ada",
  below: "5",
  idempotencyKey: "watch",
});
const thresholds = "input.thresholds";
const alerts =
  'query ($first: Int, $after: String) { alerts(customerId: "ada", first: $first, after: $after) { nodes { id } } }';

export const budgets: readonly Case[] = [
  set("a budget for nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
  set("a budget in no unit", { unit: "EUR" }, problem("UNIT_NOT_FOUND", "there are USD")),
  set("a budget in no unit of its own", { customerId: "bob" }, problem("UNIT_NOT_FOUND", "name one of USD")),
  set("a change of no budget", { budgetId: "budget_1" }, problem("BUDGET_NOT_FOUND", "budget_1")),
  set("a budget without a name", { name: "" }, fault("input.name", "must not be empty")),
  set("a budget with a long name", { name: long }, fault("input.name", "at most 255")),
  set("a budget with NUL in its name", { name: nul }, fault("input.name", "must not contain NUL")),
  set(
    "a budget below nothing",
    { limit: "-0.000001" },
    fault("input.limit", "must not be below 0, got -0.000001"),
  ),
  set("a budget of 7 decimals", { limit: "0.0000001" }, fault("input.limit", /Decimal/)),
  set("a budget of nobody knows what", { window: "WEEK" }, fault("input.window", /BudgetWindow/)),
  ...[...inherited, "image"].map((operation) =>
    set(
      `a budget for ${operation}`,
      { operation },
      fault("input.operation", "must be one of image.generate, "),
    ),
  ),
  ...[...inherited, "generation"].map((group) =>
    set(`a budget for the group ${group}`, { group }, fault("input.group", "must be one of Generation, ")),
  ),
  set(
    "a budget for an operation and a group",
    { operation: "image.generate", group: "Generation" },
    fault("input.group", "must not be given together with operation"),
  ),
  set("a budget for no key", { apiKeyId: "key_1" }, fault("input.apiKeyId", "must be the id of an API key")),
  set("a rolling budget of no length", { window: "ROLLING" }, fault("input.days", "must be given")),
  ...[0, -1, 367].map((days) =>
    set(
      `a rolling budget of ${days} days`,
      { window: "ROLLING", days },
      fault("input.days", "must be from 1 to 366"),
    ),
  ),
  set("a month of 30 days", { days: 30 }, fault("input.days", "only for a window that is ROLLING")),
  ...[[0], [50, 1001], [-1]].map((percent) =>
    set(`thresholds of ${percent}`, { thresholds: percent }, fault(thresholds, "must be from 1 to 1000")),
  ),
  set("a threshold twice", { thresholds: [80, 80] }, fault(thresholds, "must all be different")),
  set(
    "eleven thresholds",
    { thresholds: Array.from({ length: 11 }, (_, n) => n + 1) },
    fault(thresholds, "must be at most 10, got 11"),
  ),
  set("half a threshold", { thresholds: [0.5] }, fault("input.thresholds.0", /Int/)),
  set("a budget under an empty key", { idempotencyKey: "" }, fault("input.idempotencyKey", "1 to 255")),
  away("no budget of nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
  away("no budget", {}, problem("BUDGET_NOT_FOUND", "budget_1")),
  away("an empty budget", { budgetId: "" }, fault("input.budgetId", "must not be empty")),
  away("a long budget", { budgetId: long }, fault("input.budgetId", "at most 255")),
  watch("an alert for nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
  watch("an alert in no unit", { unit: "EUR" }, problem("UNIT_NOT_FOUND", "there are USD")),
  ...[0, 367].map((days) =>
    watch(
      `an alert ${days} days before`,
      { daysBeforeExpiry: days },
      fault("input.daysBeforeExpiry", "from 1 to 366"),
    ),
  ),
  {
    what: "a page of 101 alerts",
    query: alerts,
    variables: { first: 101 },
    ...fault("first", "from 1 to 100"),
  },
  { what: "alerts after nothing", query: alerts, variables: { after: "x" }, ...fault("after", "endCursor") },
];
