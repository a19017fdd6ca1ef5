import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const sdk = here("../../sdk");
const tsc = here("../../node_modules/typescript/bin/tsc");

/** What a customer's back end would write, with its own stand-in for the network. */
const consumer = `
import { createScripClient, expectResult, isProblem, type Consumed, type ScripClient } from "@scrip/sdk";

const answer = { data: { consume: { __typename: "Consumed", replayed: false, wallet: { available: "4.5" } } } };
const scrip: ScripClient = createScripClient({
  url: "https://billing.example.com/graphql",
  apiKey: "sk_test",
  fetch: async () => new Response(JSON.stringify(answer)),
});
const result = await scrip.consume({ customerId: "acme", operation: "image.generate" });
if (isProblem(result)) throw new Error(result.code);
const consumed: Consumed = expectResult(result, "Consumed");
console.log(consumed.wallet.available);
`;

let folder: string;
let packed: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scrip-sdk-"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: sdk });
  // The scripts that npm runs first write to the same output.
  const [tarball] = JSON.parse(stdout.slice(stdout.indexOf("[\n")));
  packed = tarball.files.map(({ path }: { path: string }) => path).sort();
  const installed = join(folder, "node_modules/@scrip/sdk");
  await mkdir(installed, { recursive: true });
  await run("tar", ["-xzf", join(folder, tarball.filename), "-C", installed, "--strip-components=1"]);
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "consumer.ts"), consumer);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the published package", () => {
  test("holds the compiled sources, their types and the README, and nothing else", async () => {
    const sources = (await readdir(join(sdk, "src"))).map((file) => file.replace(/\.ts$/, ""));
    const compiled = sources.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`]);
    expect(packed).toEqual(["README.md", ...compiled, "package.json"].sort());
  });

  test("depends on nothing", async () => {
    const manifest = JSON.parse(await readFile(join(sdk, "package.json"), "utf8"));
    for (const kind of ["dependencies", "peerDependencies", "optionalDependencies", "bundleDependencies"])
      expect(manifest).not.toHaveProperty(kind);
    const installed = join(folder, "node_modules/@scrip/sdk");
    for (const file of packed.filter((path) => path.startsWith("dist/"))) {
      const text = await readFile(join(installed, file), "utf8");
      const imports = [...text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(
        ([, specifier]) => specifier,
      );
      expect(
        imports.filter((specifier) => specifier !== "@scrip/sdk" && !specifier?.startsWith("./")),
        file,
      ).toEqual([]);
    }
  });

  test("type-checks and runs in a plain ES module, with nothing else installed", async () => {
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
    const plain = ["--module", "nodenext", "--target", "es2023", "--lib", "es2023,dom", "--types", ""];
    await run(process.execPath, [tsc, ...strict, ...plain, "consumer.ts"], { cwd: folder }).catch((error) => {
      throw new Error(`The consumer does not compile:\n${error.stdout}`);
    });
    const { stdout } = await run(process.execPath, ["consumer.js"], { cwd: folder });
    expect(stdout).toBe("4.5\n");
  });
});
