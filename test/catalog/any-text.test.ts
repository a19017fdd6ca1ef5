import fc from "fast-check";
import { expect, test } from "vitest";
import { readCatalog } from "../../server/billing/catalog/read.js";
import { fileText } from "./shipped.js";

/** Either a catalogue or at least one problem, each at a place that the file has; never an exception. */
function readsOrTells(text: string): void {
  const read = readCatalog(text, "any.yaml");
  if (read.ok) return;
  expect(read.problems.length).toBeGreaterThan(0);
  const lineCount = text.split("\n").length;
  for (const { line, column, message } of read.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lineCount);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe("");
  }
}

test("any text", () =>
  fc.assert(fc.property(fc.string({ unit: "binary" }), readsOrTells), { numRuns: 2_000 }));

const yamlPiece = fc.constantFrom(
  ..."{}[]:,-?&*!|>#%@'\"\n\t ",
  "a: ",
  "  ",
  "&a ",
  "*a",
  "<<: ",
  "---\n",
  "plans:",
  "1e3",
);
test("any text that looks like YAML", () =>
  fc.assert(
    fc.property(
      fc.array(yamlPiece, { maxLength: 40 }).map((pieces) => pieces.join("")),
      readsOrTells,
    ),
    {
      numRuns: 5_000,
    },
  ));

test("any value in the place of a catalogue", () =>
  fc.assert(fc.property(fc.json({ maxDepth: 6 }), readsOrTells), { numRuns: 1_000 }));

test("a shipped catalogue with a piece cut out, doubled or replaced", () => {
  const whole = fileText("scenario-payg.yaml");
  const place = fc.nat({ max: whole.length });
  const property = fc.property(
    place,
    fc.nat({ max: 40 }),
    fc.oneof(yamlPiece, fc.json()),
    (at, length, piece) => readsOrTells(whole.slice(0, at) + piece + whole.slice(at + length)),
  );
  fc.assert(property, { numRuns: 300 });
});

test.each([
  ["a flood of brackets", "[".repeat(20_000)],
  ["a flood of levels", "name: x\nunits: ".concat("{a: ".repeat(5_000), "}".repeat(5_000))],
  ["a catalogue of a megabyte", `name: ${"x".repeat(1_000_000)}`],
  ["an alias that holds itself", "name: &a [*a]"],
  ["aliases that double", `a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]`],
  ["more aliases than anyone writes", `a: &a [1]\nb: [${"*a, ".repeat(1_001)}]`],
  ["an alias to nothing", "name: *nothing"],
  ["a prototype", "__proto__: { name: x }"],
  ["a map as key", "? { a: 1 }\n: 2"],
  ["a tag of its own", "name: !float 1"],
  ["two documents", "name: a\n---\nname: b"],
  ["nothing", ""],
])("%s is refused", (_, text) => {
  readsOrTells(text);
  expect(readCatalog(text, "any.yaml").ok).toBe(false);
});
