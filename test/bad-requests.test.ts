import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leaks } from "./harness/http.js";
import { type Expected, startUntouched, type Untouched } from "./harness/untouched.js";

let scrip: Untouched;
beforeAll(async () => {
  scrip = await startUntouched();
});
afterAll(async () => {
  await scrip.expectUntouched();
  await scrip.close();
});

const grant =
  'mutation { grantCredits(input: { customerId: "ada", amount: 5, idempotencyKey: "g" }) { __typename } }';
const grantJson = JSON.stringify({ query: grant });
const bodyMax = 1024 * 1024;
const bodyOf = (bytes: number) => `${JSON.stringify({ query: grant }).padEnd(bytes - 1)} `;

interface Request {
  readonly what: string;
  readonly init: RequestInit;
  readonly path?: string;
  readonly expected: Expected;
}

const bad = (code: string, says: string | RegExp): Expected => ({ code, says });
const notJson = bad("BAD_REQUEST", "The request's body must be JSON");
const notOne = bad("BAD_REQUEST", "The request's body must be one JSON object with a query");
const wrongType = bad("UNSUPPORTED_MEDIA_TYPE", "Send the request as content-type: application/json.");
const post = bad("METHOD_NOT_ALLOWED", "Send GraphQL with POST.");
const tooLarge = bad("BODY_TOO_LARGE", "The request's body is larger than 1048576 bytes.");

describe("over HTTP it is refused when it is", () => {
  const requests: readonly Request[] = [
    { what: "malformed JSON", init: { body: grantJson.slice(0, -1) }, expected: notJson },
    { what: "no JSON at all", init: { body: grant }, expected: notJson },
    { what: "an empty body", init: { body: "" }, expected: notJson },
    { what: "brackets without end", init: { body: "[".repeat(900_000) }, expected: notJson },
    { what: "null", init: { body: "null" }, expected: notOne },
    { what: "a text", init: { body: JSON.stringify(grant) }, expected: notOne },
    { what: "a list of requests", init: { body: `[${grantJson},${grantJson}]` }, expected: notOne },
    { what: "an object without a query", init: { body: "{}" }, expected: bad("BAD_REQUEST", "no keys") },
    {
      what: "an empty query",
      init: { body: '{"query": ""}' },
      expected: bad("BAD_REQUEST", "non-empty `query`"),
    },
    {
      what: "a query that is no text",
      init: { body: '{"query": 5}' },
      expected: bad("BAD_REQUEST", "must be strings"),
    },
    {
      what: "variables that are a list",
      init: { body: JSON.stringify({ query: grant, variables: [1] }) },
      expected: bad("BAD_REQUEST", "`variables` in a POST body must be an object"),
    },
    {
      what: "an operation's name that the query does not have",
      init: { body: JSON.stringify({ query: `query A ${grant.slice(8)}`, operationName: "B" }) },
      expected: bad("GRAPHQL_VALIDATION_FAILED", "grantCredits"),
    },
    {
      what: "two operations without saying which",
      init: { body: JSON.stringify({ query: "query A { plans { key } } query B { plans { key } }" }) },
      expected: bad("BAD_REQUEST", "Must provide operation name"),
    },
    {
      what: "a persisted query, which nobody keeps here",
      init: { body: '{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}' },
      expected: bad("BAD_REQUEST", "PersistedQueryNotSupported"),
    },
    { what: "2 MB large", init: { body: bodyOf(2_000_000) }, expected: tooLarge },
    { what: "1 MiB and a byte large", init: { body: bodyOf(bodyMax + 1) }, expected: tooLarge },
    { what: "a GET", init: { method: "GET" }, path: "/graphql?query={plans{key}}", expected: post },
    { what: "a PUT", init: { method: "PUT", body: grantJson }, expected: post },
    { what: "a DELETE", init: { method: "DELETE", body: grantJson }, expected: post },
    {
      what: "sent elsewhere",
      init: { body: grantJson },
      path: "/graph",
      expected: bad("NOT_FOUND", "POST /graphql"),
    },
    {
      what: "sent to a broken path",
      init: { body: grantJson },
      path: "/%zz",
      expected: bad("BAD_REQUEST", "path"),
    },
  ];

  test.each(requests)("$what: $expected.code", async ({ init, path, expected }) => {
    await scrip.expectRefused(await scrip.send(init, path), expected);
  });

  const headers = (parts: Readonly<Record<string, string>>) => ({
    authorization: "Bearer the-admin-key-of-the-environment",
    ...parts,
  });

  test.each([
    "text/plain",
    "text/plain; charset=utf-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "application/xml",
    "json",
    "",
  ])("of the content type %j: UNSUPPORTED_MEDIA_TYPE", async (type) => {
    const init = { headers: headers({ "content-type": type }), body: grantJson };
    await scrip.expectRefused(await scrip.send(init), wrongType);
  });

  test("of no content type and without a body: BAD_REQUEST", async () => {
    await scrip.expectRefused(await scrip.send({ headers: headers({}) }), notOne);
  });

  test("sent in pieces that add up to more than 1 MiB: BODY_TOO_LARGE", async () => {
    const body = new ReadableStream({
      start: (pieces) => {
        for (let sent = 0; sent <= bodyMax; sent += 65_536) pieces.enqueue(new Uint8Array(65_536).fill(0x20));
        pieces.close();
      },
    });
    const init: RequestInit & { duplex: "half" } = { body, duplex: "half" };
    await scrip.expectRefused(await scrip.send(init), tooLarge);
  });

  test("and 405 names the method that is taken", async () => {
    expect((await scrip.send({ method: "GET" })).headers.get("allow")).toBe("POST");
  });

  test("but a wish for another form of the answer is no reason: it is JSON all the same", async () => {
    for (const accept of [
      "text/html",
      "application/json;q=0",
      "nonsense",
      "application/graphql-response+json",
    ]) {
      const type = accept.startsWith("application/graphql") ? accept : "application/json";
      const init = { headers: headers({ "content-type": "application/json", accept }) };
      const answer = await scrip.send({ ...init, body: JSON.stringify({ query: "{ plans { key } }" }) });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
    }
  });

  test("but 1 MiB to the byte is taken", async () => {
    const body = JSON.stringify({ query: "{ plans { key } }" });
    const { status } = await scrip.send({ body: body.padEnd(bodyMax) });
    expect(status).toBe(200);
  });
});

describe("as GraphQL it is refused when it is", () => {
  const deep = (open: string, levels: number, close = "}") => open.repeat(levels) + close.repeat(levels);
  const types = (levels: number) =>
    `{ __type(name: "Plan") { fields { type ${"{ ofType ".repeat(levels)} { name } ${"}".repeat(levels)} } } }`;
  const chain = Array.from(
    { length: 50 },
    (_, at) => `fragment F${at} on __Type { ofType { ...F${at + 1} } }`,
  );
  const aliases = (count: number, field: string) =>
    `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(" ")} }`;
  const page = 'usageRecords(filter: { customerId: "ada" }, first: 100) { nodes { id } }';
  const tooDeep = bad("QUERY_TOO_DEEP", "nests deeper than 15 levels");
  const farTooDeep = bad("QUERY_TOO_DEEP", "nests brackets deeper than 100 levels");
  const tooComplex = bad(
    "QUERY_TOO_COMPLEX",
    /asks for (up to \d+|too many) fields; at most 50000 are answered/,
  );
  const invalid = (says: string | RegExp) => bad("GRAPHQL_VALIDATION_FAILED", says);
  const wide = Array.from({ length: 10 }, (_, index) => `a${index}: key`).join(" ");
  const bomb = Array.from(
    { length: 5 },
    (_, level) => `fragment F${level} on Plan { ${level === 4 ? wide : `...F${level + 1} `.repeat(10)} }`,
  );

  const queries: readonly (readonly [what: string, query: string, expected: Expected])[] = [
    [
      "no GraphQL",
      "{ plans { key }",
      bad("GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>"),
    ],
    ["a field that does not exist", "{ plans { kye } }", invalid('Cannot query field "kye" on type "Plan"')],
    ["a field called __proto__", "{ __proto__ }", invalid('Cannot query field "__proto__"')],
    ["a missing argument", "{ customer { id } }", invalid('"id" of type "ID!" is required')],
    [
      "a subscription, which is streamed elsewhere",
      'subscription { walletChanged(customerId: "ada") { sequence } }',
      bad("BAD_REQUEST", "Send subscriptions to /graphql/stream"),
    ],
    ["50 levels deep", deep("{ a ", 50), tooDeep],
    ["50 levels of introspection deep", types(46), tooDeep],
    ["16 levels of introspection deep", types(12), tooDeep],
    [
      "50 levels deep by way of fragments",
      `{ __type(name: "Plan") { ...F0 } } ${chain.join(" ")} fragment F50 on __Type { name }`,
      tooDeep,
    ],
    ["4,000 levels deep", deep("{a", 4_000), farTooDeep],
    [
      "9,000 lists deep",
      `{ quote(input: { attributes: { a: ${deep("[", 9_000, "]")} } }) { __typename } }`,
      farTooDeep,
    ],
    [
      "4,000 objects deep",
      `{ quote(input: { attributes: ${deep("{a:", 4_000)} }) { __typename } }`,
      farTooDeep,
    ],
    [
      "a type 2,000 lists deep",
      `query($a: ${deep("[", 2_000, "]").replace("[]", "[Int]")}) { plans { key } }`,
      farTooDeep,
    ],
    [
      "a field twice with an argument 1,500 lists deep",
      `{ ${`quote(input: { attributes: { a: ${deep("[", 1_500, "]")} } }) { __typename } `.repeat(2)} }`,
      farTooDeep,
    ],
    [
      "a fragment that holds itself",
      "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
      invalid("within itself"),
    ],
    ["fragments that multiply", `{ plans { ...F0 } } ${bomb.join(" ")}`, tooComplex],
    ["600 pages of 100", aliases(600, page), tooComplex],
    ["a page of 2,147,483,647", page.replace("100", "2147483647").replace(/.*/s, "{ $& }"), tooComplex],
    [
      "25,000 tokens",
      `{ ${"plans { key } ".repeat(6_250)} }`,
      bad("GRAPHQL_PARSE_FAILED", "more that 20000 tokens"),
    ],
    ["15,000 times the same field", `{ ${"__typename ".repeat(15_000)} }`, invalid(/./)],
    [
      "2,000 times the same directive",
      `{ plans ${"@skip(if: false) ".repeat(2_000)} { key } }`,
      invalid('directive "@skip" can only be used once'),
    ],
  ];

  test.each(queries)("%s", async (_, query, expected) => {
    const answer = await scrip.graphql(query);
    await scrip.expectRefused(answer, expected);
  });

  test("brackets in texts and comments do not count as nesting", async () => {
    const open = "{[(".repeat(100);
    const query = `# ${open}\n{ a: customer(id: "${open}") { id } b: customer(id: """${open}\\"""${open}""") { id } }`;
    const { status, text } = await scrip.graphql(query);
    expect({ status, text }).toEqual({
      status: 400,
      text: expect.stringContaining("at most 255 characters"),
    });
    expect((await scrip.graphql(query.replaceAll(open, "{[("))).status).toBe(200);
  });

  test("text that never ends is read once, not once for each of its parts", async () => {
    for (const part of ['\\"', '"\n', '\\"""', "#", "{}"]) {
      const began = performance.now();
      const { status } = await scrip.graphql(`"${part.repeat(500_000 / part.length)}`);
      expect(status).toBe(400);
      // Read anew from every quotation mark, it would take minutes.
      expect(performance.now() - began).toBeLessThan(5_000);
    }
  });

  test("attributes may be given as variables, one by one; what is no value is told", async () => {
    const quote = `query($steps: Any) { quote(input: { plan: "payg", operation: "image.generate",
      attributes: { model: "sdxl", width: 1024, height: 1024, steps: STEPS } }) {
        __typename ... on Quote { amount } ... on Problem { code message } ... on UnpricedUsage { reason attribute } } }`;
    const literal = (steps: string) =>
      scrip.graphql(quote.replace("($steps: Any)", "").replace("STEPS", steps));
    const variable = (type: string, variables = {}) =>
      scrip.graphql(quote.replace("Any", type).replace("STEPS", "$steps"), variables);
    expect((await variable("Int", { steps: 30 })).text).toContain('"amount":"0.032"');
    await scrip.expectRefused(await variable("Int"), {
      code: "UNPRICED_USAGE",
      reason: "ATTRIBUTE_MISSING",
      field: "steps",
      says: "is missing",
    });
    const input = (says: string): Expected => ({ code: "BAD_INPUT", says });
    await scrip.expectRefused(await variable("[Int]", { steps: [30] }), input('"input" has invalid value'));
    await scrip.expectRefused(await literal("THIRTY"), input('"steps" is undefined'));
    await scrip.expectRefused(await literal("null"), input('"steps" is null'));
    await scrip.expectRefused(await literal("1e400"), input('"steps" is Infinity'));
  });

  test("but 15 levels, as introspection needs them, are answered", async () => {
    expect((await scrip.graphql(types(11))).status).toBe(200);
    const { status, text } = await scrip.graphql(getIntrospectionQuery());
    expect({ status, text }).toEqual({ status: 200, text: expect.not.stringMatching(/"errors"/) });
    expect(text).not.toMatch(leaks);
  });
});
