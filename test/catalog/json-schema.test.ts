import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { catalogJsonSchema } from "../../server/billing/catalog/jsonSchema.js";
import { fileText, shippedNames } from "./shipped.js";

const file = fileText("catalog.schema.json");
const schema = z.fromJSONSchema(JSON.parse(file));
/** As an editor reads a catalogue: numbers are numbers here. */
const accepts = (text: string): boolean => schema.safeParse(parse(text)).success;

test("the schema for editors is up to date: npx tsx server/billing/catalog/writeJsonSchema.ts", () => {
  expect(file).toBe(catalogJsonSchema());
});

test("it describes every field of a plan", () => {
  const { properties } = JSON.parse(file).properties.plans.additionalProperties;
  for (const [name, field] of Object.entries<Record<string, unknown>>(properties))
    expect(JSON.stringify(field), name).toContain('"description"');
});

test.each(shippedNames)("an editor accepts %s", (name) =>
  expect(accepts(fileText(`${name}.yaml`))).toBe(true),
);

describe("an editor marks", () => {
  const units = fileText("scenario-units.yaml");
  test.each([
    ["a field that does not exist", "supply: 5000", "suply: 5000"],
    ["a price that is a list", "image.upscale: 10", "image.upscale: [10]"],
    ["a fee without currency", "fee: 50 USD", "fee: 50"],
    ["a period that does not exist", "period: CALENDAR_MONTH", "period: MONTHLY"],
    ["a key in capitals", "starter:", "Starter:"],
  ])("%s", (_, right, wrong) => expect(accepts(units.replace(right, wrong))).toBe(false));
});
