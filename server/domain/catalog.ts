import type { Micros } from "./amount.js";
import type { DunningTerms } from "./dunning.js";
import type { Operator } from "./invoice.js";

/**
 * What an operator sells, as plain data: it is stored as JSON exactly in this form. A plan version holds all that
 * pricing needs, so that a usage record can be explained from its plan version alone, for ever.
 */
export interface Catalog {
  readonly name: string;
  /** Its name to people. */
  readonly title?: string;
  readonly units: readonly Unit[];
  readonly operations: readonly Operation[];
  readonly plans: readonly PlanTerms[];
  readonly creditPacks: readonly CreditPack[];
  /** Who sells, as it goes on invoices; null when that is not said. */
  readonly operator: Operator | null;
  readonly taxRates: readonly TaxRate[];
  /** Null when that is not said: then `defaultDunning` holds. */
  readonly dunning: DunningTerms | null;
  readonly coupons: readonly Coupon[];
}

/** What a wallet counts. A currency unit is an ISO 4217 code and is billed one to one. */
export interface Unit {
  readonly key: string;
  readonly name: string;
  readonly kind: "CREDIT" | "CURRENCY";
}

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface AttributeSpec {
  readonly type: "INTEGER" | "NUMBER" | "STRING" | "BOOLEAN";
  readonly description?: string;
  /** When given, nothing else is accepted. */
  readonly values?: readonly AttributeValue[];
  /** Inclusive bounds for INTEGER and NUMBER, as decimals. */
  readonly min?: string;
  readonly max?: string;
  /** Used when the call leaves the attribute out; without a default, a required attribute must be given. */
  readonly default?: AttributeValue;
  readonly required: boolean;
}

export interface Operation {
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  /** Operations of one group are shown together in reports. */
  readonly group?: string;
  /** What one of quantity is: image, prompt, training. */
  readonly per: string;
  readonly attributes: Readonly<Record<string, AttributeSpec>>;
  /** The attributes that reports tell apart. No part of a plan version: it holds for everybody from when it is said. */
  readonly reportBy?: readonly string[];
}

/** A decimal text of any precision; never a float. */
export type Rate = string;

export const roundingModes = ["HALF_UP", "HALF_EVEN", "HALF_DOWN", "UP", "DOWN"] as const;
export type RoundingMode = (typeof roundingModes)[number];

/**
 * The one rounding of a price. On UNIT_PRICE the price of one is rounded, as in a printed table, and what follows
 * (multipliers, quantity) must be exact in millionths; on AMOUNT the final amount is rounded.
 */
export interface Rounding {
  readonly mode: RoundingMode;
  readonly scale: number;
  readonly on: "UNIT_PRICE" | "AMOUNT";
}

/** Every named attribute must equal the value, or one of the values. */
export type Condition = Readonly<Record<string, AttributeValue | readonly AttributeValue[]>>;

export interface Multiplier {
  readonly label: string;
  readonly when: Condition;
  readonly times: Rate;
}

/** `upTo` is the last quantity of the tier, inclusive, counted within the billing period; null is the last tier. */
export interface Tier {
  readonly upTo: Micros | null;
  readonly unitPrice: Rate;
}

/** Nested by the attributes of `by`, in that order; `*` matches any value that has no cell of its own. */
export interface MatrixCells {
  readonly [value: string]: Rate | MatrixCells;
}

/** A named number of a formula that is looked up by an attribute: the base price by model. */
export interface FormulaTable {
  readonly by: string;
  readonly values: Readonly<Record<string, Rate>>;
}

export type PriceModel =
  | { readonly model: "FLAT"; readonly unitPrice: Rate }
  | { readonly model: "MATRIX"; readonly by: readonly string[]; readonly cells: MatrixCells }
  | {
      readonly model: "FORMULA";
      readonly formula: string;
      readonly tables: Readonly<Record<string, FormulaTable>>;
    }
  /** Each part of the quantity at the price of the tier it falls in. */
  | { readonly model: "GRADUATED"; readonly tiers: readonly Tier[] }
  /** The whole call at the price of the tier that the period's quantity, this call included, has reached. */
  | { readonly model: "VOLUME"; readonly tiers: readonly Tier[] }
  /** Every started package of the period's quantity is paid in full. */
  | { readonly model: "PACKAGE"; readonly packageSize: Micros; readonly packagePrice: Rate };

export type Price = PriceModel & {
  readonly multipliers: readonly Multiplier[];
  readonly rounding: Rounding;
};

export interface PricedOperation {
  readonly operation: Operation;
  readonly price: Price;
}

/** Money to be paid, in a currency's ISO 4217 code. */
export interface Money {
  readonly amount: Micros;
  readonly currency: string;
}

/**
 * CALENDAR_MONTH: 1st to 1st, UTC. CALENDAR_YEAR: January 1st to January 1st, UTC. ANCHOR: from the day of purchase,
 * each month or year. ROLLING: no turn at all, what was used comes back after so many days. NONE: one period without
 * end.
 */
export type PeriodRule =
  | { readonly type: "CALENDAR_MONTH" }
  | { readonly type: "CALENDAR_YEAR" }
  | { readonly type: "ANCHOR"; readonly every: "MONTH" | "YEAR" }
  | { readonly type: "ROLLING"; readonly days: number }
  | { readonly type: "NONE" };

interface SupplyTerms {
  readonly amount: Micros;
  readonly priority: number;
}

/** BLOCK refuses a call that the credits cannot pay; POSTPAID bills what is missing, up to a limit if there is one. */
export type OverageTerms =
  | { readonly policy: "BLOCK" }
  | { readonly policy: "POSTPAID"; readonly limit: Micros | null };

/** Agreed with one large customer; what of it depends on a whole period is applied when its usage is invoiced. */
export interface TailoredTerms {
  readonly volumeDiscounts: readonly { readonly from: Micros; readonly percentOff: Rate }[];
  readonly savingsPlan: { readonly commitment: Micros; readonly percentOff: Rate } | null;
  readonly reserved: readonly {
    readonly operation: string;
    readonly quantity: Micros;
    readonly unitPrice: Rate;
  }[];
}

/** A plan as the catalogue says it, before it has a version. */
export interface PlanTerms {
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  /** Higher is larger: tells an upgrade from a downgrade. */
  readonly rank: number;
  /** The unit of its supply, its prices and the wallet they burn. */
  readonly unit: string;
  /** What a billing period of the plan itself costs; null when nothing. */
  readonly fee: Money | null;
  /** The least that a billing period's invoice for usage comes to, before coupons and tax; null when nothing. */
  readonly minimumFee: Money | null;
  readonly period: PeriodRule;
  /** How long a new subscription is free of charge at first; left out: it is not. */
  readonly trialDays?: number;
  readonly supply: SupplyTerms | null;
  readonly overage: OverageTerms;
  readonly sellsCreditPacks: boolean;
  /** Days after the period's end until its invoice is finalized, so that late usage still joins it. */
  readonly invoiceGraceDays: number;
  readonly operations: Readonly<Record<string, PricedOperation>>;
  readonly tailored: TailoredTerms | null;
}

export interface Plan extends PlanTerms {
  readonly version: number;
}

/** When a pack's credits are there: once they are paid for, or as soon as their purchase is begun. */
export const packAvailabilities = ["ON_PAYMENT", "ON_PURCHASE"] as const;
export type PackAvailability = (typeof packAvailabilities)[number];

export interface CreditPack {
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly unit: string;
  readonly credits: Micros;
  readonly price: Money;
  /** The bonus of the highest `fromQuantity` that the purchase reaches is added to the credits. */
  readonly bonuses: readonly { readonly fromQuantity: number; readonly percent: Rate }[];
  /** Null: the credits never expire. */
  readonly expiresAfterDays: number | null;
  readonly priority: number;
  readonly availability: PackAvailability;
}

/** The tax of one country. */
export interface TaxRate {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly name: string;
  /** Of 100. */
  readonly percent: Micros;
  /** Whether prices contain it, or it is added to them. */
  readonly inclusive: boolean;
}

/** A discount that a customer gets for a code, which is its key. */
export interface Coupon {
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  /** A part of what is charged, of 100; or so much money. */
  readonly off: { readonly percent: Micros } | Money;
  /** How many billing periods it is for; null for ever. */
  readonly periods: number | null;
  /** How many customers may redeem it; null for all. */
  readonly maxRedemptions: number | null;
  /** The last day on which it can be redeemed, UTC: `2026-12-31`. */
  readonly redeemBy: string | null;
  /** The only plans it is for; null for all. */
  readonly plans: readonly string[] | null;
}
