import { describe, expect, test } from "vitest";
import { formatAmount } from "../../../server/domain/amount.js";
import type { Plan, TailoredTerms } from "../../../server/domain/catalog.js";
import { instantFrom, toIso } from "../../../server/domain/instant.js";
import { usageLines } from "../../../server/domain/invoicing/usageLines.js";
import { catalogOf } from "../../catalog/shipped.js";
import { july, money, readOff, sumOf, used } from "./facts.js";

const [tieredTerms] = catalogOf(`
name: tiers
units: { USD: { name: US dollar, kind: CURRENCY } }
operations: { b.call: { name: Beta }, a.call: { name: Alpha }, c.call: { name: Gamma } }
plans:
  tiered:
    name: Tiered
    overage: POSTPAID
    prices:
      b.call: { model: GRADUATED, tiers: [{ upTo: 1000, unitPrice: 0.02 }, { upTo: 12500.5, unitPrice: 0.01 }, { unitPrice: 0.005 }] }
      a.call: { model: FLAT, unitPrice: 0.1, multipliers: [{ label: None, when: {}, times: 2 }] }
      c.call: { model: VOLUME, tiers: [{ unitPrice: 1 }] }
`).plans;
if (tieredTerms === undefined) throw new Error("The catalogue has a plan.");
const plan: Plan = { ...tieredTerms, version: 1 };

const withTerms = (terms: Partial<TailoredTerms>, minimumFee: Plan["minimumFee"] = null): Plan => ({
  ...plan,
  minimumFee,
  tailored: { volumeDiscounts: [], savingsPlan: null, reserved: [], ...terms },
});
const commitment = (amount: string) => ({ savingsPlan: { commitment: money(amount), percentOff: "10" } });

describe("lines for calls", () => {
  test("go by the plan's order, then by tier, each tier in words", () => {
    const usage = [
      used("c.call", { quantity: "1", list: "1" }),
      used("a.call", { quantity: "2", list: "0.4" }),
      used("b.call", { quantity: "10", list: "0.05", tier: 2 }),
      used("b.call", { quantity: "11500.5", list: "115.005", tier: 1 }),
      used("b.call", { quantity: "1000", list: "20", tier: 0 }),
    ];
    const lines = usageLines({ plan, period: july, usage });
    expect(readOff(lines)).toEqual([
      "USAGE | Beta | up to 1,000 | 20 | 20",
      "USAGE | Beta | over 1,000, up to 12,500.5 | 115.005 | 115.01",
      "USAGE | Beta | over 12,500.5 | 0.05 | 0.05",
      "USAGE | Alpha | 0.4 | 0.4",
      "USAGE | Gamma | 1 | 1",
    ]);
    // Alpha's price of one was doubled for each call, so there is no one price to show.
    expect(lines.map(({ unitPrice }) => unitPrice && formatAmount(unitPrice))).toEqual([
      ...["0.02", "0.01", "0.005"],
      null,
      "1",
    ]);
  });

  test("are left out for what was reversed in full, and kept for what costs nothing", () => {
    const usage = [
      used("a.call", { quantity: "0", list: "0" }),
      used("b.call", { quantity: "7", list: "0" }),
    ];
    expect(readOff(usageLines({ plan, period: july, usage }))).toEqual([
      "USAGE | Beta | up to 1,000 | 0 | 0",
    ]);
  });

  test("come last, by their day, when the calls had come late", () => {
    const usage = [
      used("b.call", { quantity: "1", list: "0.02", on: "2026-06-30" }),
      used("a.call", { quantity: "1", list: "0.2", on: "2026-06-29" }),
      used("b.call", { quantity: "-1", list: "-0.02", on: "2026-06-29" }),
      used("a.call", { quantity: "1", list: "0.2" }),
    ];
    const lines = usageLines({ plan, period: july, usage });
    expect(readOff(lines)).toEqual([
      "USAGE | Alpha | 0.2 | 0.2",
      "LATE_USAGE | Beta on 2026-06-29 | up to 1,000 | -0.02 | -0.02",
      "LATE_USAGE | Alpha on 2026-06-29 | 0.2 | 0.2",
      "LATE_USAGE | Beta on 2026-06-30 | up to 1,000 | 0.02 | 0.02",
    ]);
    const { period } = lines[1] ?? {};
    expect([toIso(period?.start ?? july.start), toIso(period?.end ?? july.end)]).toEqual([
      "2026-06-29T00:00:00.000Z",
      "2026-06-30T00:00:00.000Z",
    ]);
  });

  test("name the operation of another plan by its key: a hold made under it was captured under this one", () => {
    const usage = [
      used("z.call", { quantity: "1", list: "3" }),
      used("c.call", { quantity: "1", list: "1" }),
    ];
    expect(readOff(usageLines({ plan, period: july, usage }))).toEqual([
      "USAGE | Gamma | 1 | 1",
      "USAGE | z.call | 3 | 3",
    ]);
  });
});

describe("a volume discount", () => {
  const discounted = withTerms({
    volumeDiscounts: [
      { from: money("100"), percentOff: "5" },
      { from: money("200"), percentOff: "12.5" },
    ],
  });

  test("counts what is left of the list price after credits, late usage included", () => {
    const usage = [
      used("c.call", { quantity: "250", list: "250", allowance: "30", prepaid: "121" }),
      used("c.call", { quantity: "1", list: "1.5", on: "2026-06-30" }),
    ];
    // 250 − 30 − 121 + 1.50 = 100.50; 5 % are 5.025.
    expect(readOff(usageLines({ plan: discounted, period: july, usage })).at(-1)).toBe(
      "DISCOUNT | Volume discount of 5 % from 100 USD | -5.025 | -5.03",
    );
  });

  test("needs what is given back of a month before to be made up for", () => {
    const usage = [
      used("c.call", { quantity: "110", list: "110" }),
      used("c.call", { quantity: "-20", list: "-20", on: "2026-06-30" }),
    ];
    expect(usageLines({ plan: discounted, period: july, usage }).map(({ kind }) => kind)).toEqual([
      "USAGE",
      "LATE_USAGE",
    ]);
  });
});

describe("a commitment", () => {
  const committed = withTerms(commitment("1000"));
  const trueUpOf = (lines: ReturnType<typeof usageLines>) =>
    lines.filter(({ kind }) => kind === "TRUE_UP").map(({ net }) => formatAmount(net));

  test("is due without any call", () => {
    expect(trueUpOf(usageLines({ plan: committed, period: july, usage: [] }))).toEqual(["1000"]);
  });

  test("is brought to its sum to the cent, whatever the lines before were rounded to", () => {
    const usage = ["b.call", "a.call", "c.call"].map((key) => used(key, { quantity: "1", list: "0.004" }));
    const lines = usageLines({ plan: committed, period: july, usage });
    // Three times 0.004 are 0.00 each on the invoice, and 0.012 exactly.
    expect(trueUpOf(lines)).toEqual(["1000"]);
    expect(sumOf(lines, "amount")).toBe("1000");
  });

  test("is not asked for again by what is given back of a month before", () => {
    const usage = [
      used("c.call", { quantity: "900", list: "900" }),
      used("c.call", { quantity: "-100", list: "-100", on: "2026-06-30" }),
    ];
    const lines = usageLines({ plan: committed, period: july, usage });
    expect(trueUpOf(lines)).toEqual(["100"]);
    expect(sumOf(lines, "amount")).toBe("900");
  });

  test("is met by late calls, which a month before had been too few for", () => {
    const usage = [used("c.call", { quantity: "1", list: "100", on: "2026-06-30" })];
    expect(trueUpOf(usageLines({ plan: committed, period: july, usage }))).toEqual(["900"]);
  });

  test("is shared by the second where the subscription was in force for a part of the period", () => {
    const period = { start: july.start, end: instantFrom("2026-07-08T18:00:00Z") };
    // 7.75 of 31 days
    const lines = usageLines({ plan: committed, period, whole: july, usage: [] });
    expect(readOff(lines)).toEqual([
      "TRUE_UP | Up to the commitment of 1,000 USD, part of a period | 250 | 250",
    ]);
  });

  test("holds no trial", () => {
    const usage = [used("c.call", { quantity: "1", list: "1" })];
    const lines = usageLines({
      plan: withTerms(commitment("1000"), usd("5")),
      period: july,
      isTrial: true,
      usage,
    });
    expect(readOff(lines)).toEqual(["USAGE | Gamma | 1 | 1"]);
  });
});

const usd = (amount: string) => ({ amount: money(amount), currency: "USD" });

describe("a minimum fee", () => {
  test("counts what stands above it, credits bought before not", () => {
    const usage = [used("c.call", { quantity: "30", list: "30", prepaid: "12.5" })];
    const lines = usageLines({ plan: { ...plan, minimumFee: usd("50") }, period: july, usage });
    expect(readOff(lines)).toEqual([
      "USAGE | Gamma | 17.5 | 17.5",
      "TRUE_UP | Up to the minimum of 50 USD | 32.5 | 32.5",
    ]);
  });

  test("comes after a commitment, and asks for nothing where that is more", () => {
    const usage = [used("c.call", { quantity: "30", list: "30", prepaid: "25" })];
    const both = withTerms(commitment("40"), usd("35"));
    // 5 and a commitment's rest of 10 are 15: 20 are missing to the minimum.
    expect(readOff(usageLines({ plan: both, period: july, usage }))).toEqual([
      "USAGE | Gamma | 5 | 5",
      "TRUE_UP | Up to the commitment of 40 USD | 10 | 10",
      "TRUE_UP | Up to the minimum of 35 USD | 20 | 20",
    ]);
    const smaller = withTerms(commitment("40"), usd("15"));
    expect(usageLines({ plan: smaller, period: july, usage })).toHaveLength(2);
  });
});
