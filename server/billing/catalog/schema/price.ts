import * as z from "zod";
import { type MatrixCells, roundingModes } from "../../../domain/catalog.js";
import { nameForm } from "../names.js";
import { either, fields, integer, mapOf, positiveAmount, rate, text } from "./fields.js";

/** A number arrives as text; what it is follows from the attribute's type. */
export const attributeValue = z.union([z.string(), z.number(), z.boolean()], {
  error: "must be a text, a number, true or false",
});

const condition = mapOf(
  nameForm,
  z.union([attributeValue, z.array(attributeValue).min(1, { error: "must name at least one value" })], {
    error: "must be a value or a list of values",
  }),
  "Attribute to value, or to a list of values of which one must match.",
);

const multiplier = fields({
  label: text("How the explanation of a price names it."),
  when: condition,
  times: rate("The factor: 1.2 adds a fifth, 0.5 halves."),
});

const rounding = fields(
  {
    mode: z.enum(roundingModes).default("HALF_UP").meta({ description: "What happens to what is cut off." }),
    scale: integer("How many decimals stay.", 0, 6).default(6),
    on: z.enum(["UNIT_PRICE", "AMOUNT"]).default("AMOUNT").meta({
      description:
        "UNIT_PRICE rounds the price of one, before multipliers and quantity, as a printed table does. AMOUNT rounds the final amount.",
    }),
  },
  "The one rounding of the price. By default the amount is rounded half up to 6 decimals.",
);

const multipliersMax = 20;

const everyPrice = {
  multipliers: z
    .array(multiplier)
    .max(multipliersMax, { error: `a price has at most ${multipliersMax} multipliers` })
    .default([])
    .meta({ description: "Applied in this order, each if its condition holds." }),
  rounding: rounding.prefault({}),
};

const cells: z.ZodType<MatrixCells> = z
  .lazy(() =>
    z.record(
      z.string(),
      either(rate("The price of one."), cells, "the price of one, or a map for the next attribute"),
    ),
  )
  .meta({
    id: "MatrixCells",
    description:
      "Attribute value to price, one map inside the other for each attribute of `by`; * is any other value.",
  });

const tier = fields({
  upTo: positiveAmount(
    "The last quantity of the tier, inclusive, within the billing period. The last tier has none.",
  )
    .nullable()
    .default(null),
  unitPrice: rate("The price of one in this tier."),
});

const tiers = z
  .array(tier)
  .min(1, { error: "needs at least one tier" })
  .meta({ description: "From the smallest quantity to the largest; the last tier is open." });

const table = fields({
  by: text("The attribute that is looked up."),
  values: z.record(z.string(), rate("The number that the table's name stands for.")),
});

const attributesMax = 8;

const matrix = fields({
  model: z.literal("MATRIX"),
  by: either(
    text("One attribute.").transform((name) => [name]),
    z.array(text("An attribute.")).min(1).max(attributesMax),
    "an attribute or a list of attributes",
  ).meta({
    description: "The attributes that the price follows from, in the order in which the cells are nested.",
  }),
  cells,
  ...everyPrice,
});

const formula = fields({
  model: z.literal("FORMULA"),
  formula: text("Over numeric attributes and tables, with + - * / ^ ( ) min max ceil floor.", 500),
  tables: mapOf(
    nameForm,
    table,
    "Numbers that are looked up by an attribute, such as a base price by model.",
  ).default({}),
  ...everyPrice,
});

const longPrice = z.discriminatedUnion("model", [
  fields({ model: z.literal("FLAT"), unitPrice: rate("The price of one."), ...everyPrice }),
  matrix,
  formula,
  fields({ model: z.literal("GRADUATED"), tiers, ...everyPrice }),
  fields({ model: z.literal("VOLUME"), tiers, ...everyPrice }),
  fields({
    model: z.literal("PACKAGE"),
    packageSize: positiveAmount("How many one package holds."),
    packagePrice: rate("What each started package costs."),
    ...everyPrice,
  }),
]);

/** `image.upscale: 0.030` is the long form with the model FLAT. */
const shortPrice = rate("The price of one.").transform((unitPrice) =>
  longPrice.parse({ model: "FLAT", unitPrice }),
);

export const price = either(shortPrice, longPrice, "the price of one, or a map with a model").meta({
  id: "Price",
  description: "What one operation costs, in the unit of the plan: a number, or a map with a model.",
});

export type PriceOfFile = z.infer<typeof price>;
