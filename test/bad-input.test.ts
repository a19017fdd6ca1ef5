import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { budgets } from "./bad-input/budgets.js";
import { calls, consume } from "./bad-input/calls.js";
import { long, nul } from "./bad-input/case.js";
import { holds } from "./bad-input/holds.js";
import { money, paidPurchase } from "./bad-input/money.js";
import { reads } from "./bad-input/reads.js";
import { topUps } from "./bad-input/topUps.js";
import { webhooks } from "./bad-input/webhooks.js";
import { writes } from "./bad-input/writes.js";
import { leaks } from "./harness/http.js";
import { startUntouched, type Untouched } from "./harness/untouched.js";

let scrip: Untouched;
beforeAll(async () => {
  scrip = await startUntouched();
});
afterAll(async () => {
  await scrip.expectUntouched();
  await scrip.close();
});

describe("a call is refused by name, and changes nothing:", () => {
  test.each(calls)("$what: $code", async ({ what: _, query, variables, ...expected }) => {
    await scrip.expectRefused(await scrip.graphql(query, variables), expected);
  });
});

describe("every other request is refused in the same way:", () => {
  test.each([...reads, ...writes, ...holds, ...topUps, ...budgets, ...webhooks])(
    "$what: $code",
    async ({ what: _, query, variables, ...expected }) => {
      await scrip.expectRefused(await scrip.graphql(query, variables), expected);
    },
  );
});

describe("whatever would move money is refused in the same way:", () => {
  test.each(money)("$what: $code", async ({ what: _, query, variables, ...expected }) => {
    const body = JSON.stringify({ query, variables }).replaceAll(paidPurchase, scrip.paidInvoiceId);
    await scrip.expectRefused(await scrip.send({ body }), expected);
  });
});

describe("what only JSON written by hand can hold is refused:", () => {
  const withInput = (rest: string) =>
    `{"query": ${JSON.stringify(consume)}, "variables": {"input": {"customerId": "ada",
      "operation": "image.generate", "idempotencyKey": "next", ${rest}}}}`;
  const nested = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;

  test.each([
    {
      what: "1e400 for an attribute",
      body: withInput('"attributes": {"steps": 1e400}'),
      expected: {
        code: "BAD_INPUT",
        field: "input.attributes",
        says: 'finite numbers and booleans; "steps" is Infinity',
      },
    },
    {
      what: "1e400 for a quantity",
      body: withInput('"quantity": 1e400'),
      expected: { code: "BAD_INPUT", field: "input.quantity", says: "A Decimal is a string such as" },
    },
    {
      what: "NaN, which JSON does not know",
      body: withInput('"quantity": NaN'),
      expected: { code: "BAD_REQUEST", says: "The request's body must be JSON" },
    },
    {
      what: "an attribute called __proto__",
      body: withInput('"attributes": {"__proto__": {"steps": 30}}'),
      expected: { code: "BAD_REQUEST", says: 'without keys such as "__proto__"' },
    },
    {
      what: "attributes nested 100,000 levels deep",
      body: withInput(`"attributes": ${nested}`),
      expected: { code: "BAD_INPUT", field: "input.attributes", says: '"a" is an object' },
    },
  ])("$what", async ({ body, expected }) => {
    await scrip.expectRefused(await scrip.send({ body }), expected);
  });
});

test("what does not exist reads as nothing, also under names that every object of JavaScript answers to", async () => {
  const sdk = scrip.sdk();
  for (const name of ["__proto__", "constructor", "toString"]) {
    expect(await sdk.customer({ id: name })).toBeNull();
    expect(await sdk.wallet({ customerId: "ada", unit: name })).toBeNull();
    expect(await sdk.wallet({ customerId: name })).toBeNull();
    expect(await sdk.invoice({ id: name })).toBeNull();
    expect(await sdk.testClock({ id: name })).toBeNull();
    expect(await sdk.creditPacks({ unit: name })).toEqual([]);
    expect((await sdk.usageRecords({ customerId: "ada", operation: name })).nodes).toEqual([]);
    expect((await sdk.ledgerEntries({ customerId: "ada", unit: name })).nodes).toEqual([]);
  }
});

test("any JSON at all as the input of consume is judged, and is never a mistake of the server", async () => {
  const anyText = fc.string({
    unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)),
    maxLength: 300,
  });
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 4 }), anyText, fc.double(), fc.bigInt().map(String));
  const almostGood = fc.record(
    {
      customerId: fc.oneof(fc.constantFrom("ada", "bob", "cleo"), anything),
      operation: fc.oneof(fc.constantFrom("image.generate", "image.upscale"), anything),
      quantity: fc.oneof(fc.constantFrom("0", "-1", "0.0000001"), anything),
      attributes: fc.oneof(fc.constant({ model: "sd15" }), fc.dictionary(anyText, anything), anything),
      occurredAt: fc.oneof(
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        anything,
      ),
      // Never a key that would do: nothing of this may have an effect.
      idempotencyKey: fc.oneof(fc.constantFrom("", long, nul), fc.array(anything)),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(anything, almostGood), async (input) => {
      const { status, text } = await scrip.graphql(consume, { input });
      expect({ status, text }).toEqual({ status: 400, text: expect.not.stringMatching(leaks) });
    }),
    { numRuns: 400 },
  );
  await scrip.expectUntouched();
});
