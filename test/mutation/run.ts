import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Mutant, mutants } from "./mutants.js";

/** What can notice a mistake of the domain or the ledger, quickest first; the first that fails ends the run. */
const suites = [
  ["test/domain"],
  ["test/holds.test.ts", "test/reversal.test.ts", "test/past.test.ts", "test/verify.test.ts"],
  ["test/ledger", "test/metering", "test/model", "test/idempotency.test.ts", "test/occurred-at.test.ts"],
  ["test/scenario-units.test.ts", "test/scenario-payg.test.ts", "test/ximilar.test.ts", "test/catalog"],
  ["test/plan-change.test.ts", "test/subscription.test.ts", "test/plan-change-preview.test.ts"],
  [
    "test/scenario-year.test.ts",
    "test/issue-invoice.test.ts",
    "test/refunds.test.ts",
    "test/auto-top-up.test.ts",
  ],
  [
    "test/dunning.test.ts",
    "test/coupons.test.ts",
    "test/being-late.test.ts",
    "test/stripe-money-back.test.ts",
  ],
  [
    "test/budgets.test.ts",
    "test/alerts.test.ts",
    "test/budget-processes.test.ts",
    "test/on-purchase.test.ts",
    "test/customer-tokens.test.ts",
  ],
  ["test/events.test.ts", "test/webhook-delivery.test.ts", "test/webhook-targets.test.ts"],
  ["test/scrollsequence.test.ts", "test/imagine.test.ts", "test/sdk", "test/bad-input.test.ts"],
];

const root = fileURLToPath(new URL("../..", import.meta.url));
const copied = ["server", "sdk", "test", "catalogs", "docs", "web", "schema.graphql", "package.json"];
const configuration = ["vitest.config.ts", "tsconfig.json", "codegen.yml"];

/** A copy of the tree to make mistakes in, so that the tree itself never holds one. */
function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "scrip-mutants-"));
  for (const name of [...copied, ...configuration])
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.includes("node_modules"),
    });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** A mistake can make a loop endless; a run that takes so many times as long as without any has noticed it, too. */
const patience = 4;

async function passes(folder: string, suite: readonly string[], limitMs?: number): Promise<boolean> {
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  // On a busy machine nothing may run out of time: that would look as if the mistake had been noticed.
  const options = ["run", "--project", "sqlite", "--bail", "1", "--testTimeout", "240000"];
  // The tests of the domain are of pure functions, so that they can share what they import: a third of the time.
  const shared = suite === suites[0] ? ["--no-isolate"] : [];
  const child = spawn(process.execPath, [vitest, ...options, ...shared, ...suite], {
    cwd: folder,
    stdio: "ignore",
    // A group of its own: a worker in an endless loop does not hear that who has started it is gone.
    detached: true,
  });
  const kill = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  const limit = limitMs === undefined ? undefined : setTimeout(kill, limitMs);
  const [code] = (await once(child, "exit")) as [number | null];
  clearTimeout(limit);
  return code === 0;
}

/** Whether a suite fails with a mutant in the tree. */
async function notices(suite: readonly string[], { file, find, replace }: Mutant, limitMs: number) {
  const path = join(folder, "server", file);
  const text = readFileSync(path, "utf8");
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  try {
    return !(await passes(folder, suite, limitMs));
  } finally {
    writeFileSync(path, text);
  }
}

const named = ({ file, find, replace }: Mutant): string =>
  `${file}: ${find} → ${replace || "nothing"}`.replace(/\s+/g, " ");

// All of them, those of some files (`npm run mutants -- ledger/`), or a sample: every nth, from the first, second … on.
const { values, positionals } = parseArgs({
  options: { every: { type: "string", default: "1" }, from: { type: "string", default: "1" } },
  allowPositionals: true,
});
const [every, from] = [Number(values.every), Number(values.from)];
const chosen = mutants
  .filter(({ file }) => file.includes(positionals[0] ?? ""))
  .filter((_, index) => index % every === (from - 1) % every);
const folder = copyTree();
let left: readonly Mutant[] = chosen;
// A suite for all mutants before the next one: most are noticed by the first, which takes seconds.
for (const [index, suite] of suites.entries()) {
  if (left.length === 0) break;
  const what = `suite ${index + 1} of ${suites.length}`;
  const before = performance.now();
  if (!(await passes(folder, suite))) throw new Error(`${suite.join(", ")} fails without any mistake.`);
  const limitMs = patience * (performance.now() - before);
  const survivors: Mutant[] = [];
  for (const [n, mutant] of left.entries()) {
    const isNoticed = await notices(suite, mutant, limitMs);
    if (!isNoticed) survivors.push(mutant);
    console.log(`${what}, ${n + 1}/${left.length}: ${isNoticed ? "noticed" : "not yet"} ${named(mutant)}`);
  }
  left = survivors;
}
rmSync(folder, { recursive: true, force: true });
for (const mutant of left) console.log(`SURVIVED ${named(mutant)}`);
console.log(`${chosen.length - left.length} of ${chosen.length} mutants were noticed.`);
process.exitCode = left.length === 0 ? 0 : 1;
