import * as z from "zod";
import { nameForm } from "../names.js";
import { bound, either, fields, mapOf, prose, text } from "./fields.js";
import { attributeValue } from "./price.js";

export const unit = either(
  text("Its name.").transform((name) => ({ name, kind: "CREDIT" as const })),
  fields({
    name: text("Its name in full."),
    kind: z.enum(["CREDIT", "CURRENCY"]).default("CREDIT").meta({
      description: "A CURRENCY is called by its 3-letter code and can be billed afterwards, one to one.",
    }),
  }),
  "a name, or a map with name and kind",
);

const attribute = fields({
  type: z
    .enum(["INTEGER", "NUMBER", "STRING", "BOOLEAN"])
    .default("STRING")
    .meta({ description: "What values it has; only INTEGER and NUMBER can stand in a formula." }),
  description: prose("What it means to the caller."),
  values: z
    .array(attributeValue)
    .min(1, { error: "must name at least one value" })
    .exactOptional()
    .meta({ description: "When given, nothing else is accepted." }),
  min: bound("The least number accepted.").exactOptional(),
  max: bound("The largest number accepted.").exactOptional(),
  default: attributeValue.exactOptional().meta({ description: "Used when a call leaves it out." }),
  required: z.boolean().exactOptional().meta({
    description: "Whether a call must give it. By default it must, unless there is a default.",
  }),
});

export const operation = fields({
  name: text("Its name in reports and invoices."),
  description: prose("What it does."),
  group: text("Operations of one group are shown together.").exactOptional(),
  per: text("What one of quantity is: image, prompt, second.").default("call"),
  attributes: mapOf(
    nameForm,
    attribute,
    "What a call says about itself, and what prices can follow.",
  ).default({}),
  reportBy: z
    .array(text("An attribute's name."))
    .min(1, { error: "must name at least one attribute" })
    .exactOptional()
    .meta({ description: "The attributes that usage reports tell apart; each has values, or is a BOOLEAN." }),
});
