import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildSchema, type FieldNode, Kind, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { files, read, root } from "./sources.js";

const config = parseYaml(read("codegen.yml"));
const operationFiles = files.filter((file) => /^sdk\/operations\/.*\.graphql$/.test(file));

/** What codegen writes today. It runs in a process of its own, as Vitest would compile all of its modules first. */
async function generate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "scrip-codegen-"));
  const [output, configFile] = [join(folder, "generated.ts"), join(folder, "codegen.json")];
  try {
    const generates = { [output]: config.generates["sdk/src/generated.ts"] };
    await writeFile(configFile, JSON.stringify({ ...config, generates }));
    const codegen = join(root, "node_modules/@graphql-codegen/cli/esm/bin.js");
    await promisify(execFile)(process.execPath, [codegen, "--config", configFile, "--silent"], { cwd: root });
    return await readFile(output, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("sdk/src/generated.ts", () => {
  test("is what codegen writes", async () => {
    expect(await generate(), "Run `npm run codegen`.").toBe(read("sdk/src/generated.ts"));
  });

  test("comes from the contract and the SDK's operations, and from nothing else", () => {
    expect(config).toMatchObject({ schema: "schema.graphql", documents: "sdk/operations/*.graphql" });
    expect(Object.keys(config.generates)).toEqual(["sdk/src/generated.ts"]);
  });
});

test("every query, mutation and subscription of the contract has one operation of the SDK, named after it", () => {
  const schema = buildSchema(read("schema.graphql"));
  const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    (type) => Object.keys(type?.getFields() ?? {}),
  );
  const operations = operationFiles
    .flatMap((file) => parse(read(file)).definitions)
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map(({ name, selectionSet }) => ({
      name: name?.value,
      fields: selectionSet.selections.filter(
        (selection): selection is FieldNode => selection.kind === Kind.FIELD,
      ),
    }));
  const calls = operations.map(
    ({ name, fields }) => `${name}: ${fields.map((field) => field.name.value).join()}`,
  );
  const expected = fields.map((field) => `${field[0]?.toUpperCase()}${field.slice(1)}: ${field}`);
  expect(calls.sort(), "Add the operation to sdk/operations and its method to sdk/src.").toEqual(
    expected.sort(),
  );
});
