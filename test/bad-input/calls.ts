import { type Expected, goodCall } from "../harness/untouched.js";
import { badText, type Case, fault, half, inherited, long, nul, problem } from "./case.js";

export const consume = `mutation($input: ConsumeInput!) {
  consume(input: $input) { __typename ... on Problem { code message } ... on UnpricedUsage { reason attribute } }
}`;

/** A good call with some of its input spoilt. */
const call = (what: string, input: Readonly<Record<string, unknown>>, expected: Expected): Case => ({
  what,
  query: consume,
  variables: { input: { ...goodCall, ...input } },
  ...expected,
});

const withAttribute = (what: string, name: string, value: unknown, expected: Expected): Case =>
  call(what, { attributes: { ...goodCall.attributes, [name]: value } }, expected);

const unpriced = (reason: string, field: string | null, says: string | RegExp): Expected => ({
  code: "UNPRICED_USAGE",
  reason,
  ...(field !== null && { field }),
  says,
});

const customerId = (says: string): Expected => fault("input.customerId", says);
const inactive = (says: string): Expected => problem("SUBSCRIPTION_INACTIVE", says);
const operation = (says: string): Expected => fault("input.operation", says);
const unknownOperation = unpriced(
  "OPERATION_UNKNOWN",
  null,
  /operation ".+"; it has image\.generate, image\./,
);

const whoAndWhat: readonly Case[] = [
  call("an unknown customer", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", '"nobody"')),
  call("no customer", { customerId: undefined }, fault("input", /"customerId" of required type/)),
  call("null for a customer", { customerId: null }, customerId("non-nullable")),
  call("an empty customer id", { customerId: "" }, customerId("must not be empty")),
  call(
    "a customer id of 300 characters",
    { customerId: long },
    customerId("at most 255 characters, got 300"),
  ),
  call("NUL in the customer id", { customerId: nul }, customerId(badText)),
  call("half a surrogate in the customer id", { customerId: half }, customerId(badText)),
  call("a list for a customer", { customerId: ["ada"] }, customerId("ID cannot represent")),
  ...inherited.map((id) => call(`the customer ${id}`, { customerId: id }, problem("CUSTOMER_NOT_FOUND", id))),
  call(
    "a customer without a plan",
    { customerId: "bob" },
    inactive("no subscription; subscribe it to a plan"),
  ),
  call("a subscription that has not started", { customerId: "cleo" }, inactive("has not started yet")),
  call(
    "a subscription that has ended",
    { customerId: "dora" },
    inactive("has a subscription that has ended"),
  ),
  ...["image.paint", ...inherited].map((name) =>
    call(`the unknown operation ${name}`, { operation: name }, unknownOperation),
  ),
  call("no operation", { operation: undefined }, fault("input", /"operation" of required type/)),
  call("an empty operation", { operation: "" }, operation("must not be empty")),
  call("an operation of 300 characters", { operation: long }, operation("at most 255 characters, got 300")),
  call("NUL in the operation", { operation: nul }, operation(badText)),
  call("a number for an operation", { operation: 7 }, operation("non string value: 7")),
  call("a field that does not exist", { amount: "0.01" }, fault("input", '"amount" is not defined by type')),
];

const steps = (reason: string, says: string): Expected => unpriced(reason, "steps", says);
const range = "must be a whole number from 1 to 150";
const flat = fault(
  "input.attributes",
  /strings of at most 255 characters, finite numbers and booleans; "\w+" is/,
);
const names = fault("input.attributes", "names have at most 64 characters");
const many = Object.fromEntries(Array.from({ length: 33 }, (_, count) => [`a${count}`, 1]));

const attributes: readonly Case[] = [
  withAttribute(
    "a missing attribute",
    "steps",
    undefined,
    steps("ATTRIBUTE_MISSING", `is missing; it ${range}`),
  ),
  call("no attributes", { attributes: undefined }, unpriced("ATTRIBUTE_MISSING", "model", /"sd15", "sdxl"/)),
  withAttribute(
    "a non-numeric attribute",
    "steps",
    "thirty",
    steps("ATTRIBUTE_TYPE", `${range}; got "thirty"`),
  ),
  withAttribute("a number in quotes", "steps", "30", steps("ATTRIBUTE_TYPE", `${range}; got "30"`)),
  withAttribute("a broken number", "steps", 30.5, steps("ATTRIBUTE_TYPE", `${range}; got 30.5`)),
  withAttribute("a number too large", "steps", 151, steps("ATTRIBUTE_OUT_OF_RANGE", `${range}; got 151`)),
  withAttribute("a negative number", "steps", -1, steps("ATTRIBUTE_OUT_OF_RANGE", `${range}; got -1`)),
  withAttribute(
    "the number 1e308",
    "steps",
    1e308,
    steps("ATTRIBUTE_OUT_OF_RANGE", "must be a whole number from"),
  ),
  withAttribute(
    "an unknown value",
    "model",
    "sd9",
    unpriced("ATTRIBUTE_OUT_OF_RANGE", "model", '"sdxl"; got "sd9"'),
  ),
  withAttribute(
    "yes for true",
    "interruptible",
    "yes",
    unpriced("ATTRIBUTE_TYPE", "interruptible", "true or false"),
  ),
  ...["stesp", "", "constructor", "toString", "valueOf"].map((name) =>
    withAttribute(
      `the unknown attribute "${name}"`,
      name,
      1,
      unpriced("ATTRIBUTE_UNKNOWN", name, `has no attribute "${name}"; it takes "model", "steps"`),
    ),
  ),
  withAttribute("an attribute that holds others", "steps", { count: 30 }, flat),
  withAttribute("a list in an attribute", "steps", [30], flat),
  withAttribute("null in an attribute", "steps", null, flat),
  withAttribute("a text of 256 characters", "model", "m".repeat(256), flat),
  withAttribute("NUL in an attribute", "model", nul, flat),
  withAttribute("half a surrogate in an attribute", "model", half, flat),
  withAttribute("NUL in an attribute's name", nul, 1, names),
  withAttribute("half a surrogate in an attribute's name", half, 1, names),
  withAttribute("an attribute's name of 65 characters", "n".repeat(65), 1, names),
  call("33 attributes", { attributes: many }, fault("input.attributes", "at most 32 names, got 33")),
  call(
    "a list for attributes",
    { attributes: [1] },
    fault("input.attributes", 'such as {"steps": 30}, got a list'),
  ),
  call(
    "a text for attributes",
    { attributes: "a=1" },
    fault("input.attributes", 'such as {"steps": 30}, got "a=1"'),
  ),
];

const quantity = (says: string | RegExp): Expected => fault("input.quantity", says);
const decimal = quantity(/^input\.quantity: A Decimal .*at most 6 decimals and at most 9007199254\.740991/);
const decimalForm = quantity(
  /^input\.quantity: A Decimal is a string such as "0\.004" \(or a whole number\), got/,
);
const training = { operation: "generator.train", attributes: undefined, quantity: "9007199254" };
const tooMuch = "would cost more than 9007199254.740991 USD; make it smaller";

const quantities: readonly Case[] = [
  call("a negative quantity", { quantity: "-1" }, quantity("must be above 0")),
  call("a negative quantity that is a number", { quantity: -1 }, quantity("must be above 0")),
  call("a quantity of zero", { quantity: "0" }, quantity("must be above 0")),
  call("minus zero", { quantity: "-0.000000" }, quantity("must be above 0")),
  call("a quantity of 10 thousand million", { quantity: "10000000000" }, decimal),
  call("a quantity of 40 digits", { quantity: "9".repeat(40) }, decimal),
  call("a quantity of 900,000 digits", { quantity: "9".repeat(900_000) }, decimal),
  call("a quantity with 7 decimals", { quantity: "0.0000001" }, decimal),
  ...["", " 1", "1 ", "+1", "1e3", "0x10", "NaN", "Infinity", "1,5", "٣", "one"].map((text) =>
    call(`the quantity "${text}"`, { quantity: text }, decimal),
  ),
  ...[1.5, -0.1, 1e300, true, [], {}].map((value) =>
    call(`the quantity ${JSON.stringify(value)}, which is no text`, { quantity: value }, decimalForm),
  ),
  call(
    "a huge quantity that its price cannot be exact with",
    { quantity: "9007199254.740991" },
    unpriced("QUANTITY_NOT_EXACT", "quantity", "must be a number of at most 3 decimals"),
  ),
  call("a huge quantity that costs too much", training, unpriced("AMOUNT_OUT_OF_RANGE", null, tooMuch)),
];

const key = (says: string): Expected => fault("input.idempotencyKey", says);
const keyLength = "must have 1 to 255 characters, got";
const reused = { idempotencyKey: "first", quantity: "2" };

const keys: readonly Case[] = [
  call("no key", { idempotencyKey: undefined }, fault("input", /"idempotencyKey" of required type/)),
  call("an empty key", { idempotencyKey: "" }, key(`${keyLength} 0`)),
  call("a key of 300 characters", { idempotencyKey: long }, key(`${keyLength} 300`)),
  call("NUL in the key", { idempotencyKey: nul }, key(badText)),
  call("half a surrogate in the key", { idempotencyKey: half }, key(badText)),
  call("a number for a key", { idempotencyKey: 5 }, key("non string value: 5")),
  call("a key that was used with other input", reused, problem("IDEMPOTENCY_CONFLICT", "send a new key")),
];

const time = (says: string): Expected => fault("input.occurredAt", says);
const written = 'A DateTime is written like "2026-04-15T00:00:00Z" (RFC 3339), got';
const limits = "must be at most 366 days ago and at most 5 minutes ahead";

const times: readonly Case[] = [
  ...[
    "yesterday",
    "",
    "2026-04-15",
    "2026-04-15T09:00:00",
    "2026-02-30T00:00:00Z",
    "2026-04-15T24:00:00Z",
  ].map((text) => call(`the time "${text}"`, { occurredAt: text }, time(`${written} "${text}"`))),
  call("the year 12000", { occurredAt: "12000-01-01T00:00:00Z" }, time(written)),
  call("the year +012000", { occurredAt: "+012000-01-01T00:00:00Z" }, time(written)),
  call("the year 9999", { occurredAt: "9999-01-01T00:00:00Z" }, time("from the year 1970 to 9000, got 9999")),
  call("the year 1969", { occurredAt: "1969-12-31T23:59:59Z" }, time("from the year 1970 to 9000, got 1969")),
  call("a time that is a number", { occurredAt: 1776247200 }, time("A DateTime is a string such as")),
  call("a time 2 years ago", { occurredAt: "2024-04-15T10:00:00Z" }, time(limits)),
  call("a time tomorrow", { occurredAt: "2026-04-16T10:00:00Z" }, time(limits)),
];

export const calls: readonly Case[] = [...whoAndWhat, ...attributes, ...quantities, ...keys, ...times];
