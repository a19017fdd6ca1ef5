/** What `plans.yaml` says, once more and in the plainest form: amounts in millionths, prices as rates. */
export interface Terms {
  readonly key: string;
  readonly unit: "credit" | "EUR";
  readonly period: "CALENDAR_MONTH" | "ANCHOR" | "ROLLING" | "NONE";
  readonly supply: number | null;
  readonly supplyPriority: number;
  readonly windowDays: number | null;
  /** How much may be owed at once: nothing, so much, or without limit. */
  readonly mayOwe: number;
  readonly sellsPacks: boolean;
  /** Higher is larger. */
  readonly rank: number;
  /** What a period costs in advance. */
  readonly fee: { readonly amount: number; readonly currency: string } | null;
  readonly operations: readonly string[];
}

export interface Pack {
  readonly key: string;
  readonly unit: string;
  readonly credits: number;
  readonly cents: number;
  readonly currency: string;
  readonly expiresAfterDays: number | null;
  readonly priority: number;
  /** Percent on top from two packs on. */
  readonly bonus: number;
}

export const million = 1_000_000;
export const dayLong = 86_400_000;

const flat = ["api.one", "api.odd"];
const tiered = [...flat, "api.graduated", "api.volume", "api.package"];

const euros = (amount: number) => ({ amount: amount * 10_000, currency: "EUR" });

const usual = {
  supplyPriority: 0,
  windowDays: null,
  mayOwe: 0,
  sellsPacks: true,
  rank: 0,
  fee: null,
  unit: "credit",
  operations: tiered,
} as const;

export const plans: readonly Terms[] = [
  { ...usual, key: "monthly", fee: euros(3_000), rank: 1, period: "CALENDAR_MONTH", supply: 300 * million },
  {
    ...usual,
    key: "anchored",
    fee: euros(4_901),
    rank: 2,
    period: "ANCHOR",
    supply: 250 * million,
    supplyPriority: 2,
  },
  {
    ...usual,
    key: "rolling",
    rank: 1,
    period: "ROLLING",
    supply: 200 * million,
    windowDays: 10,
    operations: flat,
  },
  {
    ...usual,
    key: "once",
    fee: { amount: 5_030_000, currency: "USD" },
    period: "NONE",
    supply: 400 * million,
    sellsPacks: false,
  },
  {
    ...usual,
    key: "owing",
    fee: euros(2_000),
    rank: 2,
    unit: "EUR",
    period: "CALENDAR_MONTH",
    supply: 20 * million,
    mayOwe: Infinity,
  },
  {
    ...usual,
    key: "capped",
    fee: euros(1_202),
    rank: 1,
    unit: "EUR",
    period: "ANCHOR",
    supply: 30 * million,
    mayOwe: 90 * million,
    operations: flat,
  },
  {
    ...usual,
    key: "bare",
    unit: "EUR",
    period: "CALENDAR_MONTH",
    supply: null,
    mayOwe: 40 * million,
    operations: flat,
  },
];

/** Cheapest first. */
export const packs: readonly Pack[] = [
  {
    key: "pack-40",
    unit: "credit",
    credits: 40,
    cents: 400,
    currency: "USD",
    expiresAfterDays: 12,
    priority: 100,
    bonus: 0,
  },
  {
    key: "declined",
    unit: "credit",
    credits: 10,
    cents: 501,
    currency: "USD",
    expiresAfterDays: null,
    priority: 100,
    bonus: 0,
  },
  {
    key: "waiting",
    unit: "credit",
    credits: 10,
    cents: 602,
    currency: "USD",
    expiresAfterDays: null,
    priority: 100,
    bonus: 0,
  },
  {
    key: "pack-90",
    unit: "credit",
    credits: 90,
    cents: 800,
    currency: "USD",
    expiresAfterDays: null,
    priority: 1,
    bonus: 12.5,
  },
  {
    key: "euros-25",
    unit: "EUR",
    credits: 25,
    cents: 2_500,
    currency: "EUR",
    expiresAfterDays: null,
    priority: 100,
    bonus: 0,
  },
];

/** Millionths for each of quantity. */
export const flatRates: Readonly<Record<string, number>> = { "api.one": 1_000_000, "api.odd": 371_000 };

const tiers = [
  { upTo: 20n * 1_000_000n, rate: 3_000_000n },
  { upTo: 60n * 1_000_000n, rate: 2_000_000n },
  { upTo: null, rate: 500_000n },
];

export const isTiered = (operation: string): boolean =>
  operation === "api.graduated" || operation === "api.volume" || operation === "api.package";

/** What a quantity costs after the billing period has used so much of the operation, rounded half up. */
export function priceOf(operation: string, quantity: number, before: number): number {
  const [count, used] = [BigInt(quantity), BigInt(before)];
  const rate = flatRates[operation];
  if (rate !== undefined) return rounded(count * BigInt(rate));
  if (operation === "api.package") {
    const packages = (n: bigint): bigint => (n + 24_999_999n) / 25_000_000n;
    return Number((packages(used + count) - packages(used)) * 20_000_000n);
  }
  if (operation === "api.volume") {
    const tier = tiers.find(({ upTo }) => upTo === null || used + count <= upTo);
    return rounded(count * (tier?.rate ?? 0n));
  }
  let cost = 0n;
  let from = 0n;
  for (const { upTo, rate: each } of tiers) {
    const start = used > from ? used : from;
    const end = upTo === null || used + count < upTo ? used + count : upTo;
    if (end > start) cost += (end - start) * each;
    from = upTo ?? from;
  }
  return rounded(cost);
}

const rounded = (trillionths: bigint): number => Number((trillionths + 500_000n) / 1_000_000n);

/** Where billing period `index` since an anchor begins; null when there is no such period. */
export function periodStart({ period }: Terms, anchor: number, index: number): number | null {
  if (index === 0) return anchor;
  if (period === "NONE" || period === "ROLLING") return null;
  const first = new Date(anchor);
  const [year, month] = [first.getUTCFullYear(), first.getUTCMonth() + index];
  if (period === "CALENDAR_MONTH") return Date.UTC(year, month, 1);
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const midnight = Date.UTC(year, month, Math.min(first.getUTCDate(), lastDay));
  return midnight + (anchor % dayLong);
}

/** Which billing period since an anchor a time belongs to; what lies before belongs to the first. */
export function periodIndex(terms: Terms, anchor: number, at: number): number {
  let index = 0;
  for (;;) {
    const next = periodStart(terms, anchor, index + 1);
    if (next === null || next > at) return index;
    index += 1;
  }
}
