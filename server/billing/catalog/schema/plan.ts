import * as z from "zod";
import { type OverageTerms, type PeriodRule, packAvailabilities } from "../../../domain/catalog.js";
import { purchaseQuantityMax } from "../../../domain/purchase.js";
import { trialDaysMax } from "../../../domain/subscription.js";
import { keyForm } from "../names.js";
import {
  amount,
  either,
  fields,
  integer,
  mapOf,
  money,
  percent,
  positiveAmount,
  positiveMoney,
  prose,
  rate,
  text,
} from "./fields.js";
import { price } from "./price.js";

/** Supplies burn before packs, whichever of them expires first. */
const supplyPriority = 0;
const packPriority = 100;
const priorityMax = 1_000_000;

const period = either(
  z
    .enum(["CALENDAR_MONTH", "CALENDAR_YEAR", "ANCHOR", "NONE"])
    .transform((type): PeriodRule => (type === "ANCHOR" ? { type, every: "MONTH" } : { type })),
  z.discriminatedUnion("type", [
    fields({ type: z.literal("CALENDAR_MONTH") }),
    fields({ type: z.literal("CALENDAR_YEAR") }),
    fields({ type: z.literal("ANCHOR"), every: z.enum(["MONTH", "YEAR"]).default("MONTH") }),
    fields({
      type: z.literal("ROLLING"),
      days: integer("After how many days used credits come back.", 1, 3_660),
    }),
    fields({ type: z.literal("NONE") }),
  ]),
  "CALENDAR_MONTH, CALENDAR_YEAR, ANCHOR, NONE, or a map with a type",
);

const supply = either(
  positiveAmount("How much of the unit.").transform((value) => ({ amount: value, priority: supplyPriority })),
  fields({
    amount: positiveAmount("How much of the unit."),
    priority: integer("Lower burns first.", 0, priorityMax).default(supplyPriority),
  }),
  "an amount, or a map with amount and priority",
);

const overage = either(
  z
    .enum(["BLOCK", "POSTPAID"])
    .transform((policy): OverageTerms => (policy === "BLOCK" ? { policy } : { policy, limit: null })),
  z.discriminatedUnion("policy", [
    fields({ policy: z.literal("BLOCK") }),
    fields({
      policy: z.literal("POSTPAID"),
      limit: amount("The most that may be owed.").nullable().default(null),
    }),
  ]),
  "BLOCK, POSTPAID, or a map with a policy",
);

const tailored = fields(
  {
    volumeDiscounts: z
      .array(
        fields({
          from: positiveAmount("The amount billed in a period from which it holds, in the plan's unit."),
          percentOff: percent("The discount on the whole period."),
        }),
      )
      .default([])
      .meta({
        description: "Applied when the period is billed; the highest `from` that was reached counts.",
      }),
    savingsPlan: fields({
      commitment: positiveAmount("What the customer commits to use each period, in the plan's unit."),
      percentOff: percent("The discount on each call, known when it is made."),
    })
      .nullable()
      .default(null)
      .meta({ description: "A discount in return for a commitment, which is billed if less is used." }),
    reserved: z
      .array(
        fields({
          operation: text("The operation; its price is FLAT, MATRIX or FORMULA."),
          quantity: positiveAmount(
            "The first so many of each period are paid in advance; their calls cost nothing.",
          ),
          unitPrice: rate("The price of one of them, billed in advance."),
        }),
      )
      .default([])
      .meta({ description: "What is kept ready for this customer, at a price of its own." }),
  },
  "Agreed with one large customer; for plans whose overage is POSTPAID.",
);

export const prices = mapOf(keyForm, price, "Operation to price.");

export const plan = fields({
  name: text("Its name to customers."),
  description: prose("What it is for."),
  rank: integer("Higher is larger: tells an upgrade from a downgrade.", 0, 1_000_000).default(0),
  unit: text(
    "What it supplies and counts in. May be left out when the catalogue has one unit.",
  ).exactOptional(),
  fee: money("What a billing period costs, such as 49 USD. Left out: nothing.").nullable().default(null),
  minimumFee: positiveMoney("The least that the usage of a billing period is invoiced with, such as 50 USD.")
    .nullable()
    .default(null),
  period: period.default({ type: "CALENDAR_MONTH" }).meta({
    description:
      "CALENDAR_MONTH: 1st to 1st, UTC. CALENDAR_YEAR: January 1st to January 1st, UTC. ANCHOR: from the day of purchase. ROLLING: what was used comes back after so many days. NONE: without end.",
  }),
  trialDays: integer(
    "For how many days a new subscription is a trial: without fee, and with credits that end with it.",
    1,
    trialDaysMax,
  ).exactOptional(),
  supply: supply.nullable().default(null).meta({ description: "The credits that it gives each period." }),
  overage: overage.default({ policy: "BLOCK" }).meta({
    description: "What happens to a call that the credits cannot pay: it is refused, or billed afterwards.",
  }),
  sellsCreditPacks: z
    .boolean()
    .default(true)
    .meta({ description: "Whether its customers may buy credit packs." }),
  invoiceGraceDays: integer("Days after a period until its invoice is final.", 0, 90).default(0),
  priceList: text("One of `priceLists`.").exactOptional(),
  prices: prices
    .default({})
    .meta({ description: "Prices of this plan alone; they come before its price list's." }),
  tailored: tailored.nullable().default(null),
});

export const creditPack = fields({
  name: text("Its name to customers."),
  description: prose("What it is for."),
  unit: text("What its credits are. May be left out when the catalogue has one unit.").exactOptional(),
  credits: positiveAmount("How many credits it holds."),
  price: money("What it costs, such as 10 USD."),
  bonuses: z
    .array(
      fields({
        fromQuantity: integer("From how many packs of one purchase.", 1, purchaseQuantityMax),
        percent: percent("How many more credits."),
      }),
    )
    .default([])
    .meta({ description: "The one of the highest quantity that a purchase reaches counts." }),
  expiresAfterDays: integer("Left out: its credits never expire.", 1, 36_600).nullable().default(null),
  priority: integer("Lower burns first.", 0, priorityMax).default(packPriority),
  availability: z.enum(packAvailabilities).default("ON_PAYMENT").meta({
    description:
      "When its credits are there: ON_PAYMENT once they are paid for; ON_PURCHASE as soon as the purchase is begun, until its payment fails.",
  }),
});
