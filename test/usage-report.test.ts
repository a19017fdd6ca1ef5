import { createScripClient, expectResult, type ScripClient, type UsageReportRow } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { makeCreateKey } from "../server/access/keys.js";
import { makeApplyCatalog } from "../server/billing/catalog/store.js";
import { instantFrom } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import { catalogOf, fileText } from "./catalog/shipped.js";
import { startWith } from "./harness/catalog.js";
import { type RunningScrip, scenario, wallClock } from "./harness/scenario.js";

const operation = "image.text-to-image";

/** What of the rows a story tells: the fields named, without those that are null. */
const told = (rows: readonly UsageReportRow[], ...fields: readonly (keyof UsageReportRow)[]) =>
  rows.map((row) => fields.map((field) => row[field]));

describe("a usage report", () => {
  test("tells what each style has cost, and its share", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", "2026-04-01T00:00:00.000Z");
      await ann.spend(operation, { times: 3, attributes: { style: "anime" } });
      await ann.spend(operation, { times: 2, attributes: { style: "flux-dev" } });
      await ann.spend(operation, { times: 10, attributes: { style: "imagine-turbo" } });
      const by = { customerId: ann.id, groupBy: ["ATTRIBUTE"], attributes: ["style"] } as const;
      const { rows, totals } = await sdk.usageReport(by);
      expect(told(rows, "attributes", "calls", "amount", "share")).toEqual([
        [{ style: "anime" }, 3, "15", "27.27"],
        [{ style: "flux-dev" }, 2, "30", "54.55"],
        [{ style: "imagine-turbo" }, 10, "10", "18.18"],
      ]);
      expect(totals).toMatchObject([
        { unit: "token", calls: 15, amount: "55", allowance: "55", prepaid: "0" },
      ]);
      const only = await sdk.usageReport({ customerId: ann.id, where: { style: "flux-dev" } });
      expect(told(only.rows, "operation", "calls", "amount", "share")).toEqual([[operation, 2, "30", "100"]]);
    }));

  test("tells who has paid: the supply, bought credits, or nobody yet", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const { id } = await customer("payg", "2026-04-10T00:00:00.000Z");
      const granted = { customerId: id, unit: "USD", amount: "0.25", priority: 900, reason: "a present" };
      expectResult(await sdk.grantCredits(granted), "CreditsGranted");
      for (const quantity of ["10", "20", "30"])
        expectResult(await sdk.consume({ customerId: id, operation: "image.upscale", quantity }), "Consumed");
      const { rows } = await sdk.usageReport({ customerId: id, groupBy: ["GROUP"] });
      expect(told(rows, "group", "quantity", "amount", "allowance", "prepaid", "postpaid")).toEqual([
        ["Image tools", "60", "1.8", "0.5", "0.25", "1.05"],
      ]);
    }));

  test("groups by several things at once, in the order of time and names", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const ann = await customer("payg", "2026-03-31T22:30:00.000Z");
      await ann.spend("image.upscale", { times: 2 });
      await ann.spend("image.caption");
      await ann.goTo("2026-04-01T00:10:00.000Z");
      await ann.spend("prompt.magic");
      await ann.spend("image.upscale");
      const by = async (...groupBy: ("GROUP" | "HOUR" | "DAY" | "MONTH" | "OPERATION" | "PLAN")[]) =>
        (await sdk.usageReport({ customerId: ann.id, groupBy })).rows;
      expect(told(await by("MONTH", "GROUP"), "month", "group", "calls")).toEqual([
        ["2026-03-01T00:00:00.000Z", "Image tools", 3],
        ["2026-04-01T00:00:00.000Z", "Image tools", 1],
        ["2026-04-01T00:00:00.000Z", "Prompts", 1],
      ]);
      expect(told(await by("HOUR", "DAY"), "day", "hour", "calls")).toEqual([
        ["2026-03-31T00:00:00.000Z", "2026-03-31T22:00:00.000Z", 3],
        ["2026-04-01T00:00:00.000Z", "2026-04-01T00:00:00.000Z", 2],
      ]);
      expect(told(await by("OPERATION", "PLAN"), "operation", "plan", "calls")).toEqual([
        ["image.caption", "payg", 1],
        ["image.upscale", "payg", 3],
        ["prompt.magic", "payg", 1],
      ]);
      expect(told(await by(), "operation", "day", "calls")).toEqual([[null, null, 5]]);
    }));

  test("compares a month with the month before, and shows what is not used any more", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const ann = await customer("payg", "2026-02-03T00:00:00.000Z");
      await ann.spend("image.upscale", { times: 4 });
      await ann.spend("image.caption", { times: 2 });
      await ann.goTo("2026-03-30T00:00:00.000Z");
      await ann.spend("image.upscale", { times: 5 });
      await ann.spend("prompt.magic");
      const march = { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z", comparePrevious: true };
      const report = await sdk.usageReport({ customerId: ann.id, ...march });
      expect(report.previousFrom).toBe("2026-02-01T00:00:00.000Z");
      expect(
        report.rows.map(({ operation, calls, previous, change }) => [
          ...[operation, calls, previous?.calls, change?.calls, change?.amount],
        ]),
      ).toEqual([
        ["image.caption", 0, 2, "-100", "-100"],
        ["image.upscale", 5, 4, "25", "25"],
        ["prompt.magic", 1, 0, null, null],
      ]);
      expect(report.totals).toMatchObject([
        { calls: 6, previous: { calls: 6, quantity: null }, change: { calls: "0" } },
      ]);
      const daily = await sdk.usageReport({ customerId: ann.id, ...march, groupBy: ["DAY"] });
      expect(daily.rows.map(({ day, calls, previous }) => [day, calls, previous?.calls])).toEqual([
        ["2026-03-03T00:00:00.000Z", 0, 6],
        ["2026-03-30T00:00:00.000Z", 6, 0],
      ]);
      const tenDays = { from: "2026-03-28T00:00:00Z", to: "2026-04-07T00:00:00Z", comparePrevious: true };
      expect((await sdk.usageReport({ customerId: ann.id, ...tenDays })).previousFrom).toBe(
        "2026-03-18T00:00:00.000Z",
      );
      const plain = await sdk.usageReport({ customerId: ann.id });
      expect(plain).toMatchObject({
        previousFrom: null,
        rows: [{ previous: null, change: null }, {}, {}].slice(0, 2),
      });
    }));

  test("compares day by day in their order, and of a longer month before has the rest on the last day", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const ann = await customer("payg", "2026-01-28T00:00:00.000Z");
      for (const day of ["28", "29", "31"]) {
        await ann.goTo(`2026-01-${day}T12:00:00.000Z`);
        await ann.spend("image.upscale");
      }
      const february = { from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z", comparePrevious: true };
      const { rows, totals } = await sdk.usageReport({ customerId: ann.id, ...february, groupBy: ["DAY"] });
      expect(rows.map(({ day, previous }) => [day, previous?.calls])).toEqual([
        ["2026-02-28T00:00:00.000Z", 3],
      ]);
      expect(totals).toMatchObject([{ calls: 0, amount: "0", previous: { calls: 3, amount: "0.09" } }]);
      const first = { from: "1970-01-01T00:00:00Z", to: "1970-03-01T00:00:00Z", comparePrevious: true };
      expect((await sdk.usageReport({ customerId: ann.id, ...first })).previousFrom).toBe(null);
    }));

  test("compares ranges that are cut anywhere whole, whatever they are grouped by", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const ann = await customer("payg", "2026-03-01T00:00:00.000Z");
      for (const time of ["03-10T15:00", "03-11T09:00", "03-20T23:00", "03-21T01:00", "04-02T12:00"]) {
        await ann.goTo(`2026-${time}:00.000Z`);
        await ann.spend("image.upscale");
      }
      // Three weeks from noon to noon, and as long a time before: the 10th at 15:00 to the 31st at 15:00.
      const range = { from: "2026-03-31T15:00:00Z", to: "2026-04-21T15:00:00Z", comparePrevious: true };
      const previousOf = async (...groupBy: ("DAY" | "HOUR" | "MONTH")[]) => {
        const { rows, totals } = await sdk.usageReport({ customerId: ann.id, ...range, groupBy });
        expect(totals[0]?.previous?.calls).toBe(4);
        return rows.map(({ month, day, hour, previous }) => [month ?? day ?? hour, previous?.calls]);
      };
      expect(await previousOf("MONTH")).toEqual([
        ["2026-03-01T00:00:00.000Z", 1],
        ["2026-04-01T00:00:00.000Z", 3],
      ]);
      expect(await previousOf("DAY")).toEqual([
        ["2026-03-31T00:00:00.000Z", 1],
        ["2026-04-01T00:00:00.000Z", 1],
        ["2026-04-02T00:00:00.000Z", 0],
        ["2026-04-10T00:00:00.000Z", 1],
        ["2026-04-11T00:00:00.000Z", 1],
      ]);
      expect((await previousOf("HOUR")).reduce((sum, [, calls]) => sum + Number(calls), 0)).toBe(4);
      // A day and a half: what was on two days before is on one of those that it is compared with.
      const short = { from: "2026-03-21T12:00:00Z", to: "2026-03-23T00:00:00Z", comparePrevious: true };
      const { rows } = await sdk.usageReport({ customerId: ann.id, ...short, groupBy: ["DAY"] });
      expect(rows.map(({ day, previous }) => [day, previous?.calls])).toEqual([
        ["2026-03-22T00:00:00.000Z", 2],
      ]);
    }));

  test("reads whole hours, whatever is asked for within one", () =>
    scenario("scenario-payg", async ({ sdk, customer }) => {
      const ann = await customer("payg", "2026-03-01T10:05:00.000Z");
      await ann.spend("image.upscale");
      const within = { customerId: ann.id, from: "2026-03-01T10:30:00Z", to: "2026-03-01T11:10:00Z" };
      expect(await sdk.usageReport(within)).toMatchObject({
        ...{ from: "2026-03-01T10:00:00.000Z", to: "2026-03-01T12:00:00.000Z" },
        totals: [{ calls: 1 }],
      });
      const reversed = { customerId: ann.id, from: within.to, to: within.from };
      await expect(sdk.usageReport(reversed)).rejects.toMatchObject({ code: "BAD_INPUT" });
    }));

  test("puts what is reversed where the call was, whenever that is, so that it tells what was used in the end", () =>
    scenario("imagine", async ({ sdk, customer }) => {
      const ann = await customer("free", "2026-04-01T10:00:00.000Z");
      const call = { customerId: ann.id, operation, attributes: { style: "flux-dev" } };
      const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
      await ann.goTo("2026-04-20T10:00:00.000Z");
      const undo = { customerId: ann.id, usageRecordId: usageRecord.id, amount: "5" };
      expectResult(await sdk.reverseUsage(undo), "UsageReversed");
      const { rows } = await sdk.usageReport({ customerId: ann.id, groupBy: ["DAY"] });
      expect(told(rows, "day", "calls", "amount", "allowance", "reversed")).toEqual([
        ["2026-04-01T00:00:00.000Z", 1, "10", "10", "5"],
      ]);
    }));
});

/** A client with a key of its own. */
async function meterKey({ database, origin }: RunningScrip, name: string) {
  const createKey = makeCreateKey({ database, clock: () => instantFrom(wallClock), newId: timeOrderedId });
  const { apiKey, text } = await createKey({ name, role: "METER" });
  return { id: apiKey.keyId, client: createScripClient({ url: `${origin}/graphql`, apiKey: text }) };
}

test("a usage report tells API keys apart, and the bootstrap key by null", async () => {
  const scrip = await startWith(fileText("imagine.yaml"));
  const { sdk } = scrip;
  const [mobile, web] = [await meterKey(scrip, "mobile"), await meterKey(scrip, "web")];
  expectResult(await sdk.createCustomer({ id: "ann", plan: "free" }), "CustomerCreated");
  const call = async (client: ScripClient, style: string) =>
    expectResult(await client.consume({ customerId: "ann", operation, attributes: { style } }), "Consumed");
  await call(sdk, "anime");
  await call(mobile.client, "anime");
  await call(mobile.client, "flux-dev");
  await call(web.client, "anime");
  const { rows } = await sdk.usageReport({ customerId: "ann", groupBy: ["API_KEY"] });
  expect(told(rows, "apiKeyId", "calls", "amount")).toEqual([
    [null, 1, "5"],
    ...[
      [mobile.id, 2, "20"],
      [web.id, 1, "5"],
    ].sort(),
  ]);
  const some = await sdk.usageReport({ customerId: "ann", apiKeyIds: [null, web.id], groupBy: [] });
  expect(told(some.rows, "calls")).toEqual([[2]]);
  const nobodys = await sdk.usageReport({ customerId: "ann", apiKeyIds: [], groupBy: [] });
  expect(nobodys.rows).toEqual([]);
  const { nodes } = await sdk.usageRecords({ customerId: "ann", apiKeyIds: [mobile.id] });
  expect(nodes.map(({ amount }) => amount)).toEqual(["15", "5"]);
  await scrip.close();
});

test("what reports tell apart can be said later: it holds from then on, without a new version of any plan", async () => {
  const withoutIt = fileText("imagine.yaml").replace("    reportBy: [style]\n", "");
  const scrip = await startWith(withoutIt);
  const { sdk, database } = scrip;
  const clock = await sdk.createTestClock({ now: "2026-04-01T00:00:00Z" });
  const created = await sdk.createCustomer({ id: "ann", plan: "free", testClockId: clock.id });
  expectResult(created, "CustomerCreated");
  const by = { customerId: "ann", groupBy: ["ATTRIBUTE"], attributes: ["style"] } as const;
  await expect(sdk.usageReport(by)).rejects.toThrow("no operation of the catalogue has a reportBy");
  const call = async (style: string) =>
    expectResult(await sdk.consume({ customerId: "ann", operation, attributes: { style } }), "Consumed");
  const { usageRecord: before } = await call("anime");
  const apply = makeApplyCatalog({ database, clock: () => instantFrom(wallClock) });
  const changes = await apply(catalogOf(fileText("imagine.yaml")));
  expect(changes).toEqual([
    {
      ...{ kind: "CHANGED", what: "operation", key: operation },
      details: [{ path: "reportBy.0", before: null, after: "style" }],
    },
  ]);
  await call("anime");
  const undo = { customerId: "ann", usageRecordId: before.id, amount: "2" };
  expectResult(await sdk.reverseUsage(undo), "UsageReversed");
  const { rows } = await sdk.usageReport(by);
  expect(told(rows, "attributes", "calls", "amount")).toEqual([
    [{ style: "anime" }, 1, "5"],
    [{ style: null }, 1, "3"],
  ]);
  expect(await sdk.operations()).toMatchObject([{ reportBy: ["style"] }]);
  const [free] = await sdk.plans();
  expect(free).toMatchObject({ version: 1, operations: [{ operation: { reportBy: ["style"] } }] });
  await scrip.close();
});

describe("a usage report refuses", () => {
  test.each([
    ["an attribute without ATTRIBUTE", { attributes: ["style"] }, /groupBy must have ATTRIBUTE/],
    ["ATTRIBUTE without an attribute", { groupBy: ["ATTRIBUTE"] }, /attributes must name the attributes/],
    [
      "an attribute that nothing is reported by",
      { groupBy: ["ATTRIBUTE"], attributes: ["style", "steps"] },
      /attributes\.1 names "steps", which no operation is reported by; there are style\./,
    ],
    ["a value of such an attribute", { where: { steps: 3 } }, /where names "steps"/],
    [
      "too many attributes",
      { groupBy: ["ATTRIBUTE"], attributes: ["a", "b", "c", "d", "e", "f"] },
      /at most 5, got 6/,
    ],
    [
      "too many operations",
      { operations: Array(101).fill("x") },
      /operations must name at most 100, got 101/,
    ],
    ["an empty plan", { plans: [""] }, /plans\.0 must not be empty/],
    [
      "a range that ends first",
      { from: "2026-04-15T00:00:00Z", to: "2026-04-01T00:00:00Z" },
      /before input\.to/,
    ],
  ])("%s", (_, input, says) =>
    scenario("imagine", async ({ sdk, customer }) => {
      const { id } = await customer("free", "2026-04-01T00:00:00.000Z");
      await expect(sdk.usageReport({ customerId: id, ...input } as { customerId: string })).rejects.toThrow(
        says,
      );
    }),
  );
});
