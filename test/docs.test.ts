import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import * as sdk from "@scrip/sdk";
import {
  buildSchema,
  type FieldNode,
  type GraphQLSchema,
  isInterfaceType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  validate,
  visit,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { readCatalog } from "../server/billing/catalog/read.js";
import { readCatalogFile } from "../server/catalogFile.js";
import { formatAmount, parseAmount, zero } from "../server/domain/amount.js";
import type { Catalog } from "../server/domain/catalog.js";
import { rateUsage } from "../server/domain/consumption.js";
import { openDatabase } from "../server/storage/database.js";
import { checkPromql } from "./harness/promql.js";
import { adminKey, type RunningScrip, startScrip } from "./harness/scenario.js";
import { type Ran, shellWith } from "./harness/shell.js";
import { allTables } from "./harness/tables.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Where the documents say that the server is; here each document has servers of its own. */
const documentedOrigin = "http://localhost:4000";
/** What `npm start` applies to an empty database. A word after a block's kind names another catalogue. */
const usualCatalog = "scenario-payg";

const documents = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file.replaceAll("\\", "/")}`)
    .sort(),
];

interface Block {
  readonly file: string;
  /** Of its first line of code. */
  readonly line: number;
  readonly kind: string;
  /** What follows the kind: a catalogue, `validate`, or the problem that is expected. */
  readonly words: readonly string[];
  readonly code: string;
  /** The block after it, which may hold what this one answers. */
  readonly next: Block | null;
}

function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  const fences = /^```([^\n`]*)\n([\s\S]*?)^```$/gm;
  for (const { index, 1: info = "", 2: code = "" } of [...read(file).matchAll(fences)].toReversed()) {
    const line = read(file).slice(0, index).split("\n").length + 1;
    const [kind = "", ...words] = info.split(" ");
    blocks.unshift({ file, line, kind, words, code, next: blocks[0] ?? null });
  }
  return blocks;
}

const blocks = documents.flatMap(blocksOf);
const ofKind = (kind: string): Block[] => blocks.filter((block) => block.kind === kind);
const nameOf = ({ file, line }: Block): string => `${file.replace(/[/.]/g, "-")}-${line}`;

// One server for each document and catalogue, so that a document's blocks tell one story.

const servers = new Map<string, Promise<RunningScrip>>();

function serverOf({ file, words }: Block): Promise<RunningScrip> {
  const catalog = words.find((word) => existsSync(join(root, "catalogs", `${word}.yaml`))) ?? usualCatalog;
  const name = `${file} ${catalog}`;
  const server = servers.get(name) ?? startScrip(catalog);
  servers.set(name, server);
  return server;
}

let folder = "";
const compiled = new Map<string, { readonly code: string; readonly complaints: readonly string[] }>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scrip-docs-"));
  await compileAll(ofKind("ts"));
});
afterAll(async () => {
  for (const server of servers.values()) await (await server).close();
  await rm(folder, { recursive: true, force: true });
});

// graphql: fits the contract, runs, and answers what the json block after it says.

const contract = buildSchema(read("schema.graphql"));
const problemNames = namesOfProblems(contract);

function namesOfProblems(schema: GraphQLSchema): string[] {
  const problem = schema.getType("Problem");
  if (!isInterfaceType(problem)) throw new Error("Problem is an interface.");
  return schema.getPossibleTypes(problem).map(({ name }) => name);
}

const typenameField: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/** The same request, which also asks what its results are. */
const withTypenames = (text: string): string =>
  print(
    visit(parse(text), {
      OperationDefinition: (operation: OperationDefinitionNode) => ({
        ...operation,
        selectionSet: {
          ...operation.selectionSet,
          selections: operation.selectionSet.selections.map((field) =>
            field.kind === Kind.FIELD && field.selectionSet !== undefined
              ? {
                  ...field,
                  selectionSet: {
                    ...field.selectionSet,
                    selections: [typenameField, ...field.selectionSet.selections],
                  },
                }
              : field,
          ),
        },
      }),
    }),
  );

interface GraphQLAnswer {
  readonly data?: Readonly<Record<string, { readonly __typename?: string } | null>>;
  readonly errors?: readonly unknown[];
}

/** Sends a request whose results must be what the block's words allow: by default, no problem. */
async function ask(block: Block, request: RequestInit): Promise<GraphQLAnswer> {
  const { origin } = await serverOf(block);
  const { query, ...rest } = JSON.parse(String(request.body));
  const body = JSON.stringify({ ...rest, query: withTypenames(query) });
  const response = await fetch(`${origin}/graphql`, { ...request, body });
  const answer = (await response.json()) as GraphQLAnswer;
  expect(answer.errors, JSON.stringify(answer.errors)).toBeUndefined();
  const typenames = Object.values(answer.data ?? {}).map((result) => result?.__typename ?? "");
  const problems = typenames.filter((name) => problemNames.includes(name));
  expect(problems, JSON.stringify(answer)).toEqual(block.words.filter((word) => problemNames.includes(word)));
  return answer;
}

function compareAnswer({ next }: Block, answer: GraphQLAnswer | null): void {
  if (next?.kind === "json") expect(answer).toMatchObject(JSON.parse(next.code));
}

async function runGraphql(block: Block): Promise<void> {
  const mistakes = validate(contract, parse(block.code));
  expect(mistakes.map(({ message }) => message)).toEqual([]);
  if (block.words.includes("validate")) return;
  const headers = { "content-type": "application/json", authorization: `Bearer ${adminKey}` };
  const body = JSON.stringify({ query: block.code });
  compareAnswer(block, await ask(block, { method: "POST", headers, body }));
}

// ts: fits the SDK's types, runs against a server, and prints what its comments with an arrow say.

/** For blocks that import nothing: they use the client of the README and what the SDK exports. */
const prelude = `import { ${Object.keys(sdk).join(", ")} } from "@scrip/sdk"; const scrip = createScripClient({ url: "${documentedOrigin}/graphql", apiKey: process.env.SCRIP_KEY ?? "" }); `;

const sourceOf = ({ code }: Block): string => (/^import /m.test(code) ? code : prelude + code);

/** Every block of every document in one run of the compiler, which writes what it can even of a faulty one. */
async function compileAll(all: readonly Block[]): Promise<void> {
  const cache = join(root, "node_modules", ".cache", "scrip-docs");
  await mkdir(cache, { recursive: true });
  const project = await mkdtemp(join(cache, "run-"));
  try {
    for (const block of all) await writeFile(join(project, `${nameOf(block)}.mts`), sourceOf(block));
    await writeFile(join(project, "tsconfig.json"), JSON.stringify(compilerSettings));
    const complaints = (await complaintsOfCompiler(project)).split("\n");
    if (!existsSync(join(project, "out"))) throw new Error(complaints.join("\n"));
    for (const block of all)
      compiled.set(nameOf(block), {
        code: await findEmitted(join(project, "out"), `${nameOf(block)}.mjs`),
        complaints: complaints.filter((line) => line.includes(`${nameOf(block)}.mts(`)),
      });
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

const compilerSettings = {
  extends: join(root, "tsconfig.json"),
  compilerOptions: { noEmit: false, noUnusedLocals: false, rootDir: root, outDir: "out" },
  include: ["*.mts"],
};

const complaintsOfCompiler = (project: string): Promise<string> =>
  new Promise((resolve) => {
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    execFile(process.execPath, [compiler, "-p", project], { cwd: root }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });

async function findEmitted(out: string, name: string): Promise<string> {
  const files = readdirSync(out, { recursive: true, encoding: "utf8" });
  const file = files.find((path) => path.endsWith(name));
  if (file === undefined) throw new Error(`The compiler wrote no ${name}.`);
  return readFile(join(out, file), "utf8");
}

const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;

async function runTypeScript(block: Block): Promise<void> {
  const { code: emitted = "", complaints } = compiled.get(nameOf(block)) ?? {};
  expect(complaints).toEqual([]);
  const { origin } = await serverOf(block);
  const printed: string[] = [];
  const code = emitted
    .replaceAll(documentedOrigin, origin)
    .replace(/^import (\{[^}]*\}) from "@scrip\/sdk";/gm, "const $1 = sdk;")
    .replace(/^export \{\};$/m, "");
  const main = new AsyncFunction("sdk", "process", "console", code);
  const log = (...values: unknown[]) => void printed.push(format(...values));
  await main(sdk, { env: { SCRIP_KEY: adminKey } }, { log });
  const expected = [...block.code.matchAll(/\/\/ → (.*)$/gm)].map(([, text]) => text);
  if (expected.length > 0) expect(printed).toEqual(expected);
}

// yaml: a catalogue, or some of its sections, which are completed by those of the document's first catalogue. A
// comment such as `# image.generate × 2 { model: sdxl } costs 0.064` is held to what the call then costs.

const costComment =
  /^# (?<operation>[a-z][\w.-]*)(?: × (?<quantity>[\d.]+))?(?: (?<attributes>\{.*\}))?(?: after (?<before>[\d.]+))?(?: costs (?<amount>[\d.]+)| is refused: (?<reason>[A-Z_]+))$/;

const sectionOf = (line: string): string | undefined => /^([A-Za-z]+):/.exec(line)?.[1];

/** The lines of a catalogue by the section that they belong to. */
function sectionsOf(code: string): Map<string, string> {
  const sections = new Map<string, string>();
  let section = "";
  for (const line of code.split("\n")) {
    section = sectionOf(line) ?? section;
    sections.set(section, `${sections.get(section) ?? ""}${line}\n`);
  }
  return sections;
}

function completed({ file, code }: Block): string {
  const whole = ofKind("yaml").find((block) => block.file === file)?.code ?? "";
  const missing = [...sectionsOf(whole)].filter(([section]) => !sectionsOf(code).has(section));
  return [code, ...missing.map(([, text]) => text)].join("\n");
}

function checkCatalog(block: Block): void {
  const reading = readCatalog(completed(block), block.file);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join("\n"));
  for (const line of block.code.split("\n").map((text) => text.trim())) {
    if (!/^#.*(?: costs | is refused)/.test(line)) continue;
    const { groups } = costComment.exec(line) ?? {};
    expect(groups, `${line} — is it written like the others?`).toBeDefined();
    expect(outcomeOf(reading.catalog, groups ?? {}), line).toBe(groups?.amount ?? groups?.reason);
  }
}

type Groups = Readonly<Record<string, string | undefined>>;

function outcomeOf({ plans }: Catalog, { operation = "", quantity, attributes, before }: Groups): string {
  const terms = plans.find((plan) => operation in plan.operations) ?? plans[0];
  if (terms === undefined) throw new Error("The catalogue has no plan.");
  const rated = rateUsage(
    { ...terms, version: 1 },
    {
      operation,
      quantity: parseAmount(quantity ?? "1") ?? zero,
      attributes: parseYaml(attributes ?? "{}"),
    },
    parseAmount(before ?? "0") ?? zero,
  );
  return rated.kind === "priced" ? formatAmount(rated.amount) : rated.reason;
}

// sh: every command exists; those of our own command line are run, and curl's requests are sent.

const packageJson = JSON.parse(read("package.json"));
const variables = [...read("server/config.ts").matchAll(/settled\("(\w+)"/g)].map(([, name = ""]) => name);

/** What a document's commands share, as in one terminal. */
interface Terminal {
  readonly exported: Map<string, string>;
  readonly shell: ReturnType<typeof shellWith>;
  lastKeyId: string;
}

const terminals = new Map<string, Terminal>();

function terminalOf({ file }: Block): Terminal {
  const known = terminals.get(file);
  if (known !== undefined) return known;
  const database = join(folder, file.replaceAll("/", "-"), "scrip.db");
  const terminal: Terminal = {
    exported: new Map(),
    shell: shellWith({ DATABASE_URL: `sqlite:${database}` }),
    lastKeyId: "",
  };
  terminals.set(file, terminal);
  return terminal;
}

const shellPart =
  /'(?<single>[^']*)'|"(?<double>(?:\\[\s\S]|[^"\\])*)"|(?<end>&&|\n)|(?<space>[ \t]+(?:#.*)?|^#.*)|(?<bare>[^\s'"]+)/gm;

/** Commands as lists of words, by the rules of a shell as far as the documents need them; lazily, as each may export. */
function* commandsOf(code: string, exported: ReadonlyMap<string, string>): Generator<string[]> {
  let words: string[] = [];
  let word: string | null = null;
  for (const { groups = {} } of `${code}\n`.replace(/\\\n/g, " ").matchAll(shellPart)) {
    const { single, double, bare } = groups;
    const part = single ?? (double === undefined && bare === undefined ? null : (double ?? bare ?? ""));
    if (part !== null) word = (word ?? "") + (part === single ? part : expanded(part, exported));
    else if (word !== null) {
      words.push(word);
      word = null;
    }
    if (groups.end !== undefined && words.length > 0) {
      yield words;
      words = [];
    }
  }
}

const expanded = (text: string, exported: ReadonlyMap<string, string>): string =>
  text.replace(/\\(["\\$])|\$(\w+)/g, (_, escaped?: string, name = "") => {
    const value = escaped ?? exported.get(name);
    if (value === undefined) throw new Error(`$${name} is used before it is exported.`);
    return value;
  });

/** What a command printed or was answered, where a block after it may show that. */
interface Outcome {
  readonly ran?: Ran;
  readonly answer?: GraphQLAnswer;
}

async function runShell(block: Block): Promise<void> {
  const terminal = terminalOf(block);
  let last: Outcome = {};
  for (const command of commandsOf(block.code, terminal.exported))
    last = await runCommand(block, terminal, command);
  if (block.next?.kind === "text") expect(last.ran?.printed.trimEnd()).toBe(block.next.code.trimEnd());
  compareAnswer(block, last.answer ?? null);
}

async function runCommand(block: Block, terminal: Terminal, words: readonly string[]): Promise<Outcome> {
  const [program = "", ...args] = words;
  const setting = program === "export" ? (args[0] ?? "") : program;
  const [, name, value = ""] = /^([A-Z_]+)=(.*)$/.exec(setting) ?? [];
  if (name !== undefined && program === "export") {
    terminal.exported.set(name, name === "SCRIP_KEY" ? adminKey : value);
    return {};
  }
  if (name !== undefined) {
    expect(variables, `${name} is read by server/config.ts`).toContain(name);
    return runCommand(block, terminal, args);
  }
  if (program === "curl") return sendCurl(block, args);
  if (program === "npx" && args[0] === "scrip") return runScrip(terminal, args.slice(1));
  if (program !== "npm") throw new Error(`Nothing here knows the command ${words.join(" ")}.`);
  checkNpm(args);
  return {};
}

function checkNpm(args: readonly string[]): void {
  const [command = "", ...rest] = args;
  if (command === "ci") expect(existsSync(join(root, "package-lock.json"))).toBe(true);
  else if (command === "pack") expect(rest).toEqual(["-w", JSON.parse(read("sdk/package.json")).name]);
  else checkScript(command === "run" ? (rest[0] ?? "") : command, args);
}

function checkScript(name: string, args: readonly string[]): void {
  const scripts: Readonly<Record<string, string>> = packageJson.scripts;
  expect(scripts, `npm ${args.join(" ")}`).toHaveProperty([name]);
  const own = args.includes("--") ? args.slice(args.indexOf("--") + 1) : [];
  if (scripts[name]?.endsWith(" serve")) checkServe(own);
  if (name === "demo") for (const catalog of own) readCatalogFile(catalog);
}

function checkServe(args: readonly string[]): void {
  if (args.length === 0) return;
  expect(args).toEqual(["--catalog", expect.any(String)]);
  readCatalogFile(args[1] ?? "");
}

async function runScrip(terminal: Terminal, args: readonly string[]): Promise<Outcome> {
  if (args[0] === "serve") {
    checkServe(args.slice(1));
    return {};
  }
  const ran = await terminal.shell.scrip(args.join(" ").replace("<id>", terminal.lastKeyId));
  expect(ran, ran.complaints).toMatchObject({ code: 0 });
  terminal.lastKeyId = /\bkey_\w+/.exec(ran.printed)?.[0] ?? terminal.lastKeyId;
  return { ran };
}

async function sendCurl(block: Block, args: readonly string[]): Promise<Outcome> {
  const headers: [string, string][] = [];
  let body: string | null = null;
  let path: string | null = null;
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? "";
    if (argument === "-H") headers.push(headerOf(args[++at] ?? ""));
    else if (argument === "-d") body = args[++at] ?? "";
    else if (argument.startsWith(documentedOrigin)) path = argument.slice(documentedOrigin.length);
    else if (argument !== "-s") throw new Error(`Nothing here knows curl's argument ${argument}.`);
  }
  if (path === null) throw new Error(`curl asks another server than ${documentedOrigin}.`);
  if (body !== null) {
    expect(path).toBe("/graphql");
    return { answer: await ask(block, { method: "POST", headers, body }) };
  }
  const { origin } = await serverOf(block);
  expect((await fetch(origin + path, { headers })).status).toBe(200);
  return {};
}

function headerOf(text: string): [string, string] {
  const [, name = "", value = ""] = /^(\S+): (.*)$/.exec(text) ?? [];
  return [name, value];
}

// What answers a block before it is compared there; here it must at least be an answer to something.

const before = (block: Block): string | undefined => blocks.find(({ next }) => next === block)?.kind;

const runners: Readonly<Record<string, (block: Block) => void | Promise<void>>> = {
  graphql: runGraphql,
  ts: runTypeScript,
  yaml: checkCatalog,
  sh: runShell,
  json: (block) => {
    expect(JSON.parse(block.code)).toBeTypeOf("object");
    expect(["graphql", "sh"]).toContain(before(block));
  },
  promql: ({ code }) => checkPromql(code),
  text: (block) => expect(before(block), "text is what a command printed").toBe("sh"),
};

for (const file of documents)
  describe(file, () => {
    const own = blocks.filter((block) => block.file === file);
    test.for(own)("its $kind block at line $line", async (block) => {
      const runner = runners[block.kind];
      if (runner === undefined) throw new Error(`Nothing here can check a ${block.kind || "plain"} block.`);
      await runner(block);
    });

    test("its fences are all closed and at the start of their lines", () => {
      const fences = read(file)
        .split("\n")
        .filter((line) => line.includes("```"));
      expect(fences.filter((line) => !line.startsWith("```"))).toEqual([]);
      expect(fences).toHaveLength(own.length * 2);
    });

    test("its links to files and headings lead somewhere", () => {
      expect(linksOf(file).filter((link) => !leadsSomewhere(file, link))).toEqual([]);
    });
  });

const withoutCode = (text: string): string =>
  text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "`");

const linksOf = (file: string): string[] =>
  [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)|(?:src|href|srcset)="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source ?? "")
    .filter((link) => !/^[a-z]+:/.test(link));

function leadsSomewhere(file: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const target = path === "" ? file : join(dirname(file), path);
  if (!existsSync(join(root, target))) return false;
  return heading === undefined || headingsOf(target).includes(heading);
}

/** As GitHub makes anchors of headings. */
const headingsOf = (file: string): string[] =>
  [
    ...read(file)
      .replace(/^```[\s\S]*?^```$/gm, "")
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** The first cells of the table with this head, without their backticks. */
function firstColumn(file: string, head: string): string[] {
  const rows = read(file).split("\n");
  const start = rows.findIndex((row) => row.startsWith(`| ${head} `));
  if (start < 0) throw new Error(`${file} has no table whose first column is ${head}.`);
  const end = rows.findIndex((row, index) => index > start && !row.startsWith("|"));
  return rows
    .slice(start + 2, end)
    .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

test("npx scrip runs what npm start runs, in place of the shell, which would keep SIGTERM for itself", () => {
  // With more room for young objects, which a bin cannot ask for.
  expect(packageJson.scripts.start).toBe(`exec node --max-semi-space-size=64 ${packageJson.bin.scrip} serve`);
});

describe("tables that repeat what the code says", () => {
  test("README.md lists every environment variable", () => {
    expect(firstColumn("README.md", "Variable").sort()).toEqual(variables.sort());
  });

  test("README.md lists every catalogue", () => {
    const shipped = readdirSync(join(root, "catalogs")).filter((file) => file.endsWith(".yaml"));
    expect(firstColumn("README.md", "Catalogue").sort()).toEqual(
      shipped.map((file) => file.slice(0, -".yaml".length)).sort(),
    );
  });

  test("docs/architecture.md shows who may import whom as test/contract/imports.test.ts enforces it", () => {
    const enforced = [
      ...read("test/contract/imports.test.ts").matchAll(/^ {2}"?([\w.()]+)"?: \[(.*)\],$/gm),
    ].map(([, from = "", to = ""]) =>
      [from, ...to.replaceAll('"', "").split(", ").filter(Boolean)].join(" "),
    );
    const shown = read("docs/architecture.md")
      .split("\n")
      .filter((row) => /^\| `[^|]*\| (?:`|nothing)[^|]*\|[^|]*\|$/.test(row))
      .map((row) =>
        row
          .split("|")
          .slice(1, 3)
          .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
          .join(" "),
      );
    expect(enforced.length).toBeGreaterThan(5);
    expect(shown).toEqual(enforced);
  });

  test("docs/architecture.md lists every table of the database", async () => {
    const database = await openDatabase({ engine: "sqlite", path: ":memory:" });
    const tables = Object.keys(await allTables(database)).filter((name) => name !== "migrations");
    await database.close();
    expect(firstColumn("docs/architecture.md", "Table").sort()).toEqual(tables.sort());
  });
});
