import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mutants } from "../mutation/mutants.js";

test("every mistake that the tests are tried with can still be made: its place occurs once", () => {
  const misplaced = mutants.flatMap(({ file, find }) => {
    const times =
      readFileSync(new URL(`../../server/${file}`, import.meta.url), "utf8").split(find).length - 1;
    return times === 1 ? [] : [`${file} has ${times} times: ${find}`];
  });
  expect(misplaced).toEqual([]);
});

test("no mistake is made twice", () => {
  const made = mutants.map(({ file, find, replace }) => JSON.stringify([file, find, replace]));
  expect(made.filter((mutant, index) => made.indexOf(mutant) !== index)).toEqual([]);
});
