import type { FaultCode as SdkFaultCode } from "@scrip/sdk";
import { buildSchema, isEnumType } from "graphql";
import { expect, expectTypeOf, test } from "vitest";
import { type FaultCode, faults } from "../../server/domain/errors.js";
import { read } from "./sources.js";

/** The rows of the markdown table with these columns, each as its cells; a code stands in backticks. */
function tableOf(...columns: string[]): string[][] {
  const rows = read("docs/errors.md")
    .split("\n")
    .map((line) => (line.startsWith("|") ? line.split("|").slice(1, -1) : []))
    .map((cells) => cells.map((cell) => cell.trim()));
  const head = rows.findIndex((cells) => cells.join() === columns.join());
  if (head < 0) throw new Error(`docs/errors.md has no table with the columns ${columns.join(", ")}.`);
  const end = rows.findIndex((cells, index) => index > head && cells.length === 0);
  return rows.slice(head + 2, end);
}

test("docs/errors.md lists every fault with its status and meaning", () => {
  const rows = Object.entries(faults).map(([code, { status, meaning }]) => [
    `\`${code}\``,
    String(status),
    meaning,
  ]);
  expect(tableOf("Code", "HTTP status", "Meaning")).toEqual(rows);
});

test("docs/errors.md lists every problem with its description", () => {
  const codes = buildSchema(read("schema.graphql")).getType("ProblemCode");
  if (!isEnumType(codes)) throw new Error("ProblemCode is an enum.");
  const rows = codes.getValues().map(({ name, description }) => [`\`${name}\``, description]);
  expect(tableOf("Code", "Meaning")).toEqual(rows);
});

test("the SDK's types know every fault of the server", () => {
  expectTypeOf<SdkFaultCode>().toEqualTypeOf<FaultCode>();
});
