import { readFileSync } from "node:fs";
import { buildSchema, lexicographicSortSchema, printSchema } from "graphql";
import { expect, test } from "vitest";
import { contractFile } from "../../server/files.js";
import { buildApiSchema } from "../../server/graphql/schema.js";

const contract = readFileSync(contractFile, "utf8");
const printed = (text: string) => printSchema(lexicographicSortSchema(buildSchema(text)));

test("the code builds exactly what schema.graphql says, descriptions included", async () => {
  const built = await buildApiSchema(contract);
  expect(printSchema(lexicographicSortSchema(built))).toBe(printed(contract));
});

test.each([
  ["has a field that the code lacks", "type Query {", 'type Query {\n  "New."\n  news: String!'],
  ["lacks a field that the code has", '  "Who pays."\n  customerId: ID!\n', ""],
  ["says another default", "first: Int = 50", "first: Int = 51"],
  ["allows null where the code does not", "customer: Customer!", "customer: Customer"],
  ["has another member in a union", "| IdempotencyConflict", "| IdempotencyConflict | PlanNotFound"],
])("a contract that %s keeps the server from starting, and the difference is shown", async (_, from, to) => {
  const other = contract.replace(from, to);
  expect(other).not.toBe(contract);
  await expect(buildApiSchema(other)).rejects.toThrow(/schema\.graphql has:[\s\S]*The code has:/);
});
