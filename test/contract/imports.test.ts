import { describe, expect, test } from "vitest";
import { groupBy, type Import, importsOf, importsUnder, read, sourcesUnder } from "./sources.js";

/** The house, as docs/architecture.md explains it: who may import whom. A folder may always import from itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  storage: ["domain"],
  access: ["domain", "storage"],
  documents: ["domain"],
  events: ["domain", "storage"],
  ledger: ["domain", "storage", "events"],
  payments: ["domain"],
  metering: ["domain", "storage", "ledger", "events", "payments/provider.ts"],
  billing: ["domain", "storage", "ledger", "events", "payments/provider.ts"],
  metrics: ["domain", "metering"],
  graphql: ["domain", "metering", "billing", "ledger", "access"],
  http: ["domain", "graphql", "billing", "payments", "access", "documents", "metrics"],
  // The files beside the folders start things and call use cases; app/ alone puts the parts together.
  "(root)": ["domain", "access", "ledger", "metering", "billing", "metrics", "(root)"],
  app: ["(anything)"],
};

/** `server/billing/purchase.ts` lives in `billing`, `server/cli.ts` in `(root)`. */
function homeOf(file: string): string {
  const [, first = "", ...rest] = file.split("/");
  return rest.length > 0 ? first : "(root)";
}

function isAllowed({ file, target }: Import): boolean {
  if (target === null) return true;
  if (!target.startsWith("server/")) return false;
  const [from, to] = [homeOf(file), homeOf(target)];
  const allowed = mayImport[from] ?? [];
  // Tests and app/ itself aside, nobody reaches for the composition root but those who start it.
  if (to === "app" && from !== "app") return from === "(root)";
  return (
    from === to || allowed.some((entry) => ["(anything)", to].includes(entry) || target === `server/${entry}`)
  );
}

const serverImports = importsUnder("server");

describe("who may import whom", () => {
  test("every folder of server/ has its row in the table", () => {
    const homeless = sourcesUnder("server").filter((file) => !(homeOf(file) in mayImport));
    expect(homeless, "Add the folder to the table in this test and to docs/architecture.md.").toEqual([]);
  });

  test("server/ keeps to the table", () => {
    // Type-only imports count: who needs a type of a layer above knows that layer.
    const wrong = serverImports
      .filter((entry) => !isAllowed(entry))
      .map(
        ({ file, target }) =>
          `${file}: ${homeOf(file)} must not import ${target}. Move what both need down, or pass it in.`,
      );
    expect(wrong).toEqual([]);
  });

  test("sdk/ and web/ know the server by its contract only", () => {
    const wrong = importsUnder("sdk", "web")
      .filter(({ target }) => target?.startsWith("server/"))
      .map(({ file, target }) => `${file} imports ${target}: read it from schema.graphql instead.`);
    expect(wrong).toEqual([]);
  });

  test("the SDK imports nothing but itself", () => {
    const wrong = importsUnder("sdk/src").filter(({ target }) => !target?.startsWith("sdk/src/"));
    expect(
      wrong.map(({ file, specifier }) => `${file} imports ${specifier}: the SDK has no dependencies.`),
    ).toEqual([]);
  });
});

test("there are no import cycles", () => {
  // Only imports that load something: a type-only one is erased, so two halves of one thing may share a type.
  for (const folder of ["server", "sdk/src", "web"]) {
    const loading = importsUnder(folder).filter(({ typeOnly }) => !typeOnly);
    expect(findCycle(loading), "Move what both need into a third file.").toEqual([]);
  }
});

describe("the domain is pure", () => {
  test("it imports its own files, decimal.js and jsep, and nothing of Node", () => {
    const wrong = importsUnder("server/domain")
      .filter(({ target, specifier }) => target === null && !["decimal.js", "jsep"].includes(specifier))
      .map(
        ({ file, specifier }) => `${file} imports ${specifier}: the domain computes, others fetch and store.`,
      );
    expect(wrong).toEqual([]);
  });

  test("it has no async, no random, no environment and no decorators", () => {
    const wrong = sourcesUnder("server/domain")
      .filter((file) => /\b(?:async|await|Promise|Math\.random|process\.)\b|^\s*@\w+\(/m.test(codeOf(file)))
      .map((file) => `${file}: take the value as an argument, and leave waiting to the use case.`);
    expect(wrong).toEqual([]);
  });
});

test("only main.ts reads the wall clock", () => {
  const wrong = sourcesUnder("server")
    .filter(
      (file) =>
        file !== "server/main.ts" && /\bDate\.now\b|\bnew Date(?!\()|\bDate\(\s*\)/.test(codeOf(file)),
    )
    .map((file) => `${file}: take the time as an argument; main.ts passes the clock in.`);
  expect(wrong).toEqual([]);
});

describe("the parser of this test", () => {
  test.each([
    ['import a from "./a.js";', "./a.js", false],
    ['import {\n  type A,\n  b,\n} from "./a.js";', "./a.js", false],
    ['import type { A } from "./a.js";', "./a.js", true],
    ['export * from "./a.js";', "./a.js", false],
    ['export type { A } from "./a.js";', "./a.js", true],
    ['import "./a.js";', "./a.js", false],
    ['const a = await import("./a.js");', "./a.js", false],
  ])("reads %j", (text, specifier, typeOnly) => {
    expect(importsOf("server/x/b.ts", text)).toEqual([
      { file: "server/x/b.ts", specifier, target: "server/x/a.ts", typeOnly },
    ]);
  });

  test("passes over what only looks like one", () => {
    expect(importsOf("server/b.ts", 'export const from = "./a.js";\n// import a from "./a.js"\n')).toEqual(
      [],
    );
  });
});

/** The code without its comments, which may speak of what the code must not do. */
const codeOf = (file: string): string => read(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

/** The files of one cycle, in order, or nothing. */
function findCycle(imports: readonly Import[]): string[] {
  const next = groupBy(imports, ({ file }) => file);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const { target } of next.get(file) ?? []) {
      const cycle = target === null ? [] : visit(target, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
