import * as z from "zod";
import { isCountry } from "../../../domain/country.js";
import { defaultDunning } from "../../../domain/dunning.js";
import { keyForm } from "../names.js";
import { shown } from "../wording.js";
import { either, exactPercent, fields, integer, positiveMoney, prose, text } from "./fields.js";

const country = text("An ISO 3166-1 alpha-2 code, such as DE.")
  .refine(isCountry, {
    error: ({ input }) => `must be a country's 2-letter code, such as DE, not ${shown(input)}`,
  })
  .meta({ description: "An ISO 3166-1 alpha-2 code, such as DE.", pattern: "^[A-Z]{2}$" });

const addressLinesMax = 5;

const address = fields(
  {
    name: text("Left out: the operator's name.").nullable().default(null),
    lines: either(
      text("Street and number.").transform((line) => [line]),
      z.array(text("A line.")).max(addressLinesMax, { error: `has at most ${addressLinesMax} lines` }),
      "a line or a list of lines",
    )
      .default([])
      .meta({ description: "Street and number, or whatever comes in their place." }),
    postalCode: text("The postal code.", 32).nullable().default(null),
    city: text("The town.").nullable().default(null),
    country,
  },
  "Where it is.",
);

export const operator = fields(
  {
    name: text("Its name, in full."),
    address: address.nullable().default(null),
    taxId: text("Its tax id.").nullable().default(null),
    email: text("How to reach it.").nullable().default(null),
    notes: text("What stands at the foot of each invoice: bank details, terms.", 2_000)
      .nullable()
      .default(null),
  },
  "Who sells, as it goes on invoices.",
);

export const taxRate = fields({
  name: text("Its name on invoices, such as VAT."),
  percent: exactPercent("Of 100."),
  inclusive: z
    .boolean()
    .default(false)
    .meta({ description: "Whether prices contain it. By default it is added to them." }),
});

const retriesMax = 20;
const retryDaysMax = 365;

export const dunning = fields(
  {
    retryAfterDays: z
      .array(integer("Days after the first attempt.", 1, retryDaysMax))
      .max(retriesMax, { error: `has at most ${retriesMax} days` })
      .default([...defaultDunning.retryAfterDays])
      .meta({ description: "On which days after the first attempt a payment that failed is tried again." }),
    afterwards: either(
      z.enum(["KEEP", "BLOCK"]),
      fields({
        downgradeTo: text("The plan that the customer goes on with.").meta({ pattern: keyForm.source }),
      }),
      "KEEP, BLOCK, or a map with downgradeTo",
    )
      .default(defaultDunning.afterwards)
      .meta({
        description:
          "What becomes of the customer's plan when the last attempt has failed. KEEP: it goes on. BLOCK: it ends. { downgradeTo: free }: the customer goes on with that plan.",
      }),
  },
  "What is done about an invoice whose payment fails.",
);

const periodsMax = 120;
const redemptionsMax = 999_999_999;

const duration = either(
  z.enum(["ONCE", "FOREVER"]).transform((word): number | null => (word === "ONCE" ? 1 : null)),
  fields({ periods: integer("For how many billing periods.", 1, periodsMax) }).transform(
    ({ periods }): number | null => periods,
  ),
  "ONCE, FOREVER, or a map with periods",
);

const dateForm = /^\d{4}-\d{2}-\d{2}$/;

const day = (description: string) =>
  text(description)
    .refine((given) => dateForm.test(given) && isDate(given), {
      error: ({ input }) => `must be a day such as 2026-12-31, not ${shown(input)}`,
    })
    .meta({ description, pattern: dateForm.source });

/** The 31st of February is read as the 2nd or 3rd of March. */
const isDate = (given: string): boolean => {
  const ms = Date.parse(given);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(given);
};

export const coupon = fields({
  name: text("Its name on invoices."),
  description: prose("What it is for."),
  percentOff: exactPercent("What is taken off, of 100. Give this or amountOff.").exactOptional(),
  amountOff: positiveMoney("What is taken off each billing period, such as 20 USD.").exactOptional(),
  duration: duration.default(1).meta({
    description:
      "ONCE: for the billing period of the first invoice that it is taken off. { periods: 3 }: for three. FOREVER: for all.",
  }),
  maxRedemptions: integer("How many customers may redeem it. Left out: all.", 1, redemptionsMax)
    .nullable()
    .default(null),
  redeemBy: day("The last day on which it can be redeemed, UTC, such as 2026-12-31.")
    .nullable()
    .default(null),
  plans: z
    .array(text("A plan.").meta({ pattern: keyForm.source }))
    .min(1, { error: "must name at least one plan" })
    .nullable()
    .default(null)
    .meta({ description: "The only plans whose invoices it is taken off. Left out: all." }),
});
