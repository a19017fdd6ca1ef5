import {
  buildSchema,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from "graphql";
import { describe, expect, test } from "vitest";
import { groupBy, read } from "./sources.js";

const schema = buildSchema(read("schema.graphql"));
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !(isSpecifiedScalarType(type) && type.name !== "Float"),
);
const objects = types.filter(isObjectType);
const unions = types.filter(isUnionType);
const problem = schema.getType("Problem");
const problems = objects.filter((type) => type.getInterfaces().some((found) => found === problem));
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

const fieldsOf = (type: GraphQLNamedType): readonly GraphQLField<unknown, unknown>[] =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];

/** All that can have a description, by its coordinate: `Wallet`, `Wallet.grants`, `Wallet.grants(activeOnly:)`. */
function* elements(): Generator<[string, { readonly description?: string | null | undefined }]> {
  for (const type of types) {
    yield [type.name, type];
    for (const field of fieldsOf(type)) {
      yield [`${type.name}.${field.name}`, field];
      for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name}:)`, argument];
    }
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field];
    if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value];
  }
}

test("everything has a description that is a sentence", () => {
  const wrong = [...elements()].filter(
    ([, { description }]) => !/^[^a-z].*[.][)]?$/s.test(description?.trim() ?? ""),
  );
  expect(wrong.map(([coordinate]) => `Describe ${coordinate} in schema.graphql, in a sentence.`)).toEqual([]);
});

describe("results", () => {
  test("are one success or problems", () => {
    const wrong = unions
      .map((union) => ({ union, successes: union.getTypes().filter((type) => !problems.includes(type)) }))
      .filter(({ successes }) => successes.length !== 1)
      .map(
        ({ union, successes }) =>
          `${union.name} has ${successes.join(", ") || "no success"}: problems implement Problem.`,
      );
    expect(wrong).toEqual([]);
  });

  test("each problem has its code, and each code its problem", () => {
    const codeOf = ({ name }: { readonly name: string }) => name.replace(/(?<=.)[A-Z]/g, "_$&").toUpperCase();
    const codes = schema.getType("ProblemCode");
    if (!isEnumType(codes)) throw new Error("ProblemCode is an enum.");
    expect(
      codes
        .getValues()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(problems.map(codeOf).sort());
    for (const type of problems)
      expect(type.getFields().code?.description).toBe(`Always \`${codeOf(type)}\`.`);
  });

  test("can be selected without aliases: members give one name one type", () => {
    const wrong = unions.flatMap((union) => {
      const fields = union
        .getTypes()
        .flatMap((member) => fieldsOf(member).map((field) => ({ member, field })));
      return [...groupBy(fields, ({ field }) => field.name)]
        .filter(([, same]) => new Set(same.map(({ field }) => String(field.type))).size > 1)
        .map(
          ([name, same]) =>
            `${union.name}: ${same.map(({ member }) => `${member.name}.${name}`).join(" and ")} differ`,
        );
    });
    expect(wrong, "GraphQL refuses a query that selects both. Rename one.").toEqual([]);
  });
});

describe("mutations", () => {
  const unkeyed = ["createTestClock", "advanceTestClock", "setUpPayment", "createCustomerToken"];
  // What was done twice is seen, and changes neither money nor credits.
  const ofWebhooks = /Webhook/;

  test("take one input, named after them", () => {
    for (const { name, args } of mutations) {
      const inputType = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
      expect(
        args.map((argument) => `${argument.name}: ${argument.type}`),
        name,
      ).toEqual([`input: ${inputType}`]);
    }
  });

  test.each(mutations.filter(({ name }) => !unkeyed.includes(name) && !ofWebhooks.test(name)))(
    "$name takes an idempotency key",
    ({ args }) => {
      const input = args[0] && getNamedType(args[0].type);
      if (!isInputObjectType(input)) throw new Error("The input is an input type.");
      const { idempotencyKey, items } = input.getFields();
      const item = items && getNamedType(items.type);
      const key = isInputObjectType(item) ? item.getFields().idempotencyKey : idempotencyKey;
      expect(String(key?.type), "It changes money, so a retry must be harmless.").toBe("String!");
    },
  );
});

describe("amounts and pages", () => {
  test("nothing is a float", () => {
    expect(types.map(({ name }) => name)).not.toContain("Float");
  });

  test("what is an amount by its name is a Decimal", () => {
    const amounts =
      /^(?:amount|total|unitPrice|posted|held|postpaid|shortBy|spent|used|remaining|balanceAfter|supply)$/;
    const wrong = objects
      .flatMap((type) => fieldsOf(type).map((field) => ({ coordinate: `${type.name}.${field.name}`, field })))
      .filter(({ field }) => amounts.test(field.name) && !isObjectType(getNamedType(field.type)))
      .filter(({ field }) => getNamedType(field.type).name !== "Decimal");
    expect(wrong.map(({ coordinate, field }) => `${coordinate} is ${field.type}, not a Decimal.`)).toEqual(
      [],
    );
  });

  test("every connection is limited by first, and goes on by after", () => {
    const connections = objects
      .flatMap(fieldsOf)
      .filter(({ type }) => getNamedType(type).name.endsWith("Connection"));
    expect(connections.length).toBeGreaterThan(0);
    for (const { name, args } of connections) {
      const first = args.find((argument) => argument.name === "first");
      expect(first?.defaultValue, `${name} has a page size by default`).toBe(50);
      expect(first?.description).toBe("Page size, 1 to 100.");
      expect(String(args.find((argument) => argument.name === "after")?.type)).toBe("String");
    }
  });

  test("every connection is built alike", () => {
    for (const type of objects.filter(({ name }) => name.endsWith("Connection"))) {
      const node = type.name.replace(/Connection$/, "");
      const fields = fieldsOf(type).map((field) => `${field.name}: ${field.type}`);
      expect(fields).toEqual([`edges: [${node}Edge!]!`, `nodes: [${node}!]!`, "pageInfo: PageInfo!"]);
    }
  });
});
