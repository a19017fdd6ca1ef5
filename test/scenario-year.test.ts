import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expectResult, type Invoice, iterate, type ScripClient } from "@scrip/sdk";
import { expect, test } from "vitest";
import { scenario } from "./harness/scenario.js";

/** Prices as the vendor prints them, in millionths of a dollar; ×1.2 with composition control. */
const image = (model: string, steps: number, height: number, compositionControl = false) => ({
  operation: "image.generate",
  attributes: { model, steps, width: model === "sdxl" ? 1024 : 512, height, compositionControl },
});
const plain = (operation: string) => ({ operation, attributes: {} });

const menu = [
  { ...image("sd15", 30, 512), price: 4_000n },
  { ...image("sd15", 50, 768), price: 15_000n },
  { ...image("sd15", 30, 512, true), price: 4_800n },
  { ...image("sdxl", 30, 1024), price: 32_000n },
  { ...image("sdxl", 150, 2048), price: 640_000n },
  { ...plain("image.remove-background"), price: 100_000n },
  { ...plain("image.detect"), price: 30_000n },
  { ...plain("image.upscale"), price: 30_000n },
  { ...plain("image.caption"), price: 15_000n },
  { ...plain("image.pixelate"), price: 15_000n },
  { ...plain("prompt.magic"), price: 15_000n },
  { ...plain("generator.train"), price: 5_000_000n },
];

/** The order of the catalogue, in which an invoice lists what was used. */
const listed = [
  "image.generate",
  "image.remove-background",
  "image.detect",
  "image.upscale",
  "image.caption",
  "image.pixelate",
  "prompt.magic",
  "generator.train",
];

interface Call {
  readonly at: string;
  readonly dish: (typeof menu)[number];
  readonly quantity: bigint;
}

/** A year of calls that looks random and is the same every time: 8 days a month, more in some months than in others. */
function yearOfCalls(): Call[][] {
  let state = 20_261_121;
  const below = (limit: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
  return Array.from({ length: 12 }, (_, month) => {
    const isBusy = month % 3 === 1;
    const days = [1, 3, 8, 12, 15, 20, 24, 28];
    return days.flatMap((day) =>
      Array.from({ length: 4 + below(4) }, (): Call => {
        const dish = menu[below(menu.length)] ?? menu[0];
        if (dish === undefined) throw new Error("The menu is empty.");
        const many = dish.price === 5_000_000n ? (isBusy ? 40 : 3) : 60;
        const date = `2026-${String(month + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
        return {
          at: `${date}T${String(8 + below(10)).padStart(2, "0")}:30:00.000Z`,
          dish,
          quantity: BigInt(1 + below(many)),
        };
      }),
    );
  });
}

const cent = 10_000n;
/** Half up, away from zero. */
const toCents = (micros: bigint): bigint =>
  micros < 0n ? -toCents(-micros) : ((micros + cent / 2n) / cent) * cent;

interface Expected {
  readonly lines: readonly (readonly [
    what: string,
    list: bigint,
    allowance: bigint,
    net: bigint,
    amount: bigint,
  ])[];
  readonly total: bigint;
}

/** The month's invoice, worked out from the price list alone. */
function invoiceOf(
  calls: readonly Call[],
  { volume, coupon }: { volume: boolean; coupon: boolean },
): Expected {
  let free = 500_000n;
  const sums = new Map<string, { list: bigint; allowance: bigint; net: bigint }>();
  for (const { dish, quantity } of [...calls].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const list = dish.price * quantity;
    const allowance = list < free ? list : free;
    free -= allowance;
    const sum = sums.get(dish.operation) ?? { list: 0n, allowance: 0n, net: 0n };
    sums.set(dish.operation, {
      list: sum.list + list,
      allowance: sum.allowance + allowance,
      net: sum.net + list - allowance,
    });
  }
  const lines: Expected["lines"][number][] = listed.flatMap((operation) => {
    const sum = sums.get(operation);
    return sum === undefined
      ? []
      : [[operation, sum.list, sum.allowance, sum.net, toCents(sum.net)] as const];
  });
  const used = lines.reduce((total, [, , , net]) => total + net, 0n);
  const percent = !volume ? 0n : used >= 2_000_000_000n ? 10n : used >= 500_000_000n ? 5n : 0n;
  if (percent > 0n) {
    const off = -(used * percent) / 100n;
    lines.push(["DISCOUNT", off, 0n, off, toCents(off)]);
  }
  const charged = lines.reduce((total, [, , , , amount]) => total + amount, 0n);
  if (coupon) {
    const off = -charged / 10n;
    lines.push(["COUPON", off, 0n, off, toCents(off)]);
  }
  return { lines, total: lines.reduce((total, [, , , , amount]) => total + amount, 0n) };
}

const micros = (decimal: string): bigint => {
  const [, sign, whole = "0", fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(decimal) ?? [];
  const value = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
  return sign === "-" ? -value : value;
};

const asExpected = ({ lines, total }: Invoice): Expected => ({
  lines: lines.map(({ kind, operation, listAmount, allowance, net, amount }) => [
    kind === "USAGE" ? (operation ?? "") : kind,
    micros(listAmount),
    micros(allowance),
    micros(net),
    micros(amount),
  ]),
  total: micros(total),
});

/** In time order; calls of one instant go together. */
async function makeCalls(sdk: ScripClient, clockId: string, calls: readonly Call[]): Promise<void> {
  const times = [...new Set(calls.map(({ at }) => at))].sort();
  for (const at of times) {
    await sdk.advanceTestClock({ id: clockId, to: at });
    const items = calls
      .filter((call) => call.at === at)
      .map(({ dish: { operation, attributes }, quantity }) => ({
        customerId: "studio",
        operation,
        attributes,
        quantity: String(quantity),
      }));
    for (const result of await sdk.consumeBatch({ items })) expectResult(result, "Consumed");
  }
}

/** The vendor's catalogue with a coupon of ours. */
function withCoupon(): { path: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "scrip-year-"));
  const path = join(folder, "year.yaml");
  const shipped = fileURLToPath(new URL("../catalogs/scenario-payg.yaml", import.meta.url));
  const coupon = "  YEAR10: { name: Ten percent to begin with, percentOff: 10, duration: { periods: 3 } }\n";
  writeFileSync(path, readFileSync(shipped, "utf8").replace(/^coupons:.*\n/m, `$&${coupon}`));
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

test("a year of Scenario: twelve invoices as worked out from the price list, to the cent, and lines that add up to the calls", async () => {
  const { path, remove } = withCoupon();
  const year = yearOfCalls();
  await scenario(path, async ({ sdk }) => {
    const clock = await sdk.createTestClock({ now: "2026-01-01T00:00:00Z" });
    const customer = { id: "studio", plan: "payg", testClockId: clock.id };
    expectResult(await sdk.createCustomer(customer), "CustomerCreated");
    expectResult(await sdk.redeemCoupon({ customerId: "studio", code: "YEAR10" }), "CouponRedeemed");
    const upcoming: (string | undefined)[] = [];
    for (const [month, calls] of year.entries()) {
      await makeCalls(sdk, clock.id, calls);
      if (month === 6) {
        const change = { customerId: "studio", plan: "payg-volume", timing: "PERIOD_END" } as const;
        expectResult(await sdk.changePlan(change), "PlanChanged");
      }
      upcoming.push((await sdk.upcomingInvoice({ customerId: "studio" }))?.total);
    }
    await sdk.advanceTestClock({ id: clock.id, to: "2027-01-05T00:00:00Z" });
    const invoices: Invoice[] = [];
    for await (const invoice of iterate(sdk.invoices, { customerId: "studio" })) invoices.unshift(invoice);

    expect(invoices.map(({ number }) => number)).toEqual([
      ...Array.from({ length: 11 }, (_, n) => `TEST-2026-${String(n + 1).padStart(6, "0")}`),
      "TEST-2027-000001",
    ]);
    const expected = year.map((calls, month) => invoiceOf(calls, { volume: month >= 7, coupon: month < 3 }));
    expect(invoices.map(asExpected)).toEqual(expected);
    expect(new Set(invoices.map(({ status }) => status))).toEqual(new Set(["PAID"]));
    expect(invoices.map(({ total }) => total)).toEqual(upcoming);
    // Both kinds of month are there: with and without a discount by volume.
    expect(expected.some(({ lines }) => lines.some(([what]) => what === "DISCOUNT"))).toBe(true);

    let owed = 0n;
    for await (const record of iterate(sdk.usageRecords, { customerId: "studio", first: 100 }))
      owed += micros(record.postpaid);
    const usage = invoices.flatMap(({ lines }) => lines).filter(({ kind }) => kind === "USAGE");
    expect(usage.reduce((sum, { net }) => sum + micros(net), 0n)).toBe(owed);
    expect((await sdk.wallet({ customerId: "studio" }))?.postpaid).toBe("0");
  });
  remove();
}, 120_000);
