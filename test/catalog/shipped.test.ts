import { describe, expect, test } from "vitest";
import { fileText, shipped, shippedNames } from "./shipped.js";

test("the five systems are there", () => {
  expect(shippedNames.toSorted()).toEqual([
    "imagine",
    "scenario-payg",
    "scenario-units",
    "scrollsequence",
    "ximilar",
  ]);
});

describe.each(shippedNames)("%s", (name) => {
  test("reads without problems and is called like its file", () => expect(shipped(name).name).toBe(name));

  test("is plain data, which storage gives back as it was", () => {
    expect(JSON.parse(JSON.stringify(shipped(name)))).toStrictEqual(shipped(name));
  });

  test("tells editors where its schema is", () => {
    expect(fileText(`${name}.yaml`)).toMatch(/^# yaml-language-server: \$schema=\.\/catalog\.schema\.json\n/);
  });

  test("has plans that give credits and price every operation", () => {
    const { plans, operations } = shipped(name);
    expect(plans).not.toEqual([]);
    for (const plan of plans) {
      expect(plan.supply?.amount).toBeGreaterThan(0);
      expect(Object.keys(plan.operations).toSorted()).toEqual(operations.map(({ key }) => key).toSorted());
    }
  });

  test("keeps the order of the file", () => {
    const text = fileText(`${name}.yaml`);
    const places = shipped(name).plans.map(({ key }) =>
      text.indexOf(`\n  ${key}:`, text.indexOf("\nplans:")),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});
