import { expect, test } from "vitest";
import { read } from "./sources.js";

/** The tables of the page, in their order, as rows of cells. */
const tables = read("docs/dependencies.md")
  .split("\n\n")
  .filter((part) => part.startsWith("| Package "))
  .map((table) =>
    table
      .trimEnd()
      .split("\n")
      .slice(2)
      .map((row) => row.split("|").map((cell) => cell.trim())),
  );

const [running = [], building = []] = tables.map((rows) =>
  rows.map(([, name = ""]) => name.replaceAll("`", "")),
);
const own = JSON.parse(read("package.json"));
const ofSdk = JSON.parse(read("sdk/package.json"));

const advice = "docs/dependencies.md and package.json name the same packages, by alphabet.";

test("docs/dependencies.md tells of every package that the server runs on, and of no other", () => {
  expect(running, advice).toEqual(Object.keys(own.dependencies).sort());
});

test("docs/dependencies.md tells of every package that builds and tests it, and of no other", () => {
  expect(building, advice).toEqual(Object.keys(own.devDependencies).sort());
});

test("docs/dependencies.md says of each package why it is there", () => {
  const silent = tables.flat().filter(([, , why = ""]) => !/[\w)`]\.$/.test(why));
  expect(silent).toEqual([]);
});

test("docs/dependencies.md names every override", () => {
  const [, notes = ""] = read("docs/dependencies.md").split("## Overrides");
  for (const name of Object.keys(own.overrides ?? {})) expect(notes).toContain(`\`${name}\``);
});

test("the SDK depends on nothing, as docs/dependencies.md says", () => {
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies", "devDependencies"])
    expect(ofSdk[kind] ?? {}, kind).toEqual({});
});
