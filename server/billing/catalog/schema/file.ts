import type * as z from "zod";
import { countryForm, couponForm, keyForm, unitForm } from "../names.js";
import { coupon, dunning, operator, taxRate } from "./billing.js";
import { fields, mapOf, text } from "./fields.js";
import { operation, unit } from "./operation.js";
import { creditPack, plan, prices } from "./plan.js";

/** A catalogue as a person writes it: short forms and defaults are filled in here, names are looked up later. */
export const catalogFile = fields({
  name: text("The catalogue's own key.").meta({ pattern: keyForm.source }),
  title: text("Its name to people.").exactOptional(),
  units: mapOf(unitForm, unit, "What wallets count: credits, tokens, or a currency by its 3-letter code."),
  operations: mapOf(keyForm, operation, "What is metered."),
  priceLists: mapOf(keyForm, prices, "Prices that several plans share.").default({}),
  plans: mapOf(keyForm, plan, "What customers subscribe to."),
  creditPacks: mapOf(keyForm, creditPack, "Credits that are sold beside a plan's supply.").default({}),
  operator: operator.nullable().default(null),
  taxRates: mapOf(countryForm, taxRate, "What tax is due, by the country of a customer.").default({}),
  dunning: dunning.nullable().default(null),
  coupons: mapOf(couponForm, coupon, "Discounts by code.").default({}),
}).meta({
  title: "Scrip catalogue",
  description: "What an operator sells: units, operations, prices, plans, packs, and on which terms.",
});

export type CatalogFile = z.infer<typeof catalogFile>;
export type OperationOfFile = CatalogFile["operations"][string];
export type AttributeOfFile = OperationOfFile["attributes"][string];
export type PlanOfFile = CatalogFile["plans"][string];
export type CreditPackOfFile = CatalogFile["creditPacks"][string];
export type CouponOfFile = CatalogFile["coupons"][string];
