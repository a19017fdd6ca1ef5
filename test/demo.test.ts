import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Tour {
  readonly output: string;
  readonly errors: string;
  readonly exitCode: number | null;
}

/** Runs the tour as `npm run demo` does, for somebody who reads it later. */
async function tour(...args: string[]): Promise<Tour> {
  const { FORCE_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", "demo/tour.ts", ...args], { cwd: root, env });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", reject);
  });
  const [output, errors, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { output, errors, exitCode };
}

/** A tour that went well, and is short and plain enough to be read. */
async function goodTour(catalog: string): Promise<string> {
  const { output, errors, exitCode } = await tour(catalog);
  expect({ errors, exitCode }).toEqual({ errors: "", exitCode: 0 });
  const lines = output.trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => line.length > 125)).toEqual([]);
  expect(output).not.toContain("\u001b");
  return output;
}

/** The last balance of the statement, and the wallet's own. */
function balances(output: string) {
  const [, statement = ""] = output.split("The statement");
  const [proof = "", lastEntry = ""] = statement.trimEnd().split("\n").reverse();
  const facts = proof.match(/sum of all [\d,]+ ledger entries (\S+) = grants.* (\S+) = balance (\S+) \S+$/);
  const [, sum, grants, wallet] = facts ?? [];
  return { statement: lastEntry.split(/\s+/).at(-1), sum, grants, wallet };
}

interface Promised {
  readonly catalog: string;
  readonly balance: string;
  /** What a newcomer comes to see, in the order of the story. */
  readonly seen: readonly RegExp[];
}

const promises: readonly Promised[] = [
  {
    catalog: "scenario-payg",
    balance: "10.34",
    seen: [
      /model=sd15 steps=30 width=512 height=512 +0\.004 +125 images/,
      /model=sdxl width=1024 height=1024 +0\.032 +15 images/,
      /base \* steps \/ 30 \* \(width \* height \/ basePixels\)\^2/,
      /rounded half up to 3 decimals +0\.043\n +× 1\.2 Composition control +0\.0516/,
      /0\.004 supply \+ 0\.028 postpaid/,
      /Owed so far, for an invoice: 0\.668 USD/,
      /Bought 10 USD \(prepaid-10\) for 10 USD, invoice TEST-2026-000001 PAID/,
      /The month turns: 01 May 2026 00:00 UTC\n +Old supply expired: nothing.* New supply arrived: 0\.5 USD/,
      /and owes +postpaid +0\.668 +USD/,
      /Old supply expired: 0\.22 USD, unused\. New supply arrived: 0\.5 USD/,
      /The usage report, by operation\n +operation.*of it postpaid\n(.*\n)* +total +138 +1\.608 USD +0\.668/,
    ],
  },
  {
    catalog: "scenario-units",
    balance: "5,975",
    seen: [
      /image\.generate +5 +1,000 images\n +image\.upscale +10 +500 images/,
      /image\.generate +1 +refused\n.* This costs 5 CU, of which 0 can be spent/,
      /Bought 1,000 CU \(units-1000\)/,
      /image\.generate +1 +5 +995 +pack/,
      /The month turns: 01 May 2026 00:00 UTC\n.*New supply arrived: 5,000 CU/,
      /Old supply expired: 3,500 CU, unused/,
      /The usage report(.*\n)* +image\.generate +1,005 +1,005 +5,025 CU/,
      /USAGE +1,000 calls since 15 Apr 2026 +-5,000 +0/,
    ],
  },
  {
    catalog: "scrollsequence",
    balance: "100",
    seen: [
      /image\.generate +1 +refused\n.*Credits arrive at 2026-05-15T09:30:00\.000Z/,
      /15 May 2026 09:30 +\+40 credit\n +19 May 2026 09:30 +\+40 credit\n +23 May 2026 09:30 +\+20 credit/,
      /15 May 2026 +came back +\+40 +40\n +15 May 2026 +image\.generate +1 +10 +30 +supply/,
      /23 May 2026 +came back +\+20 +90/,
      /26 Jun 2026 +came back +\+42 +100/,
      /The usage report(.*\n)* +total +26 +152 credits/,
      /RETURN +supply +\+42 +100/,
    ],
  },
  {
    catalog: "imagine",
    balance: "530",
    seen: [
      /style=anime +5 +20 calls\n( +… style=.*\n)* +… style=imagine-turbo +1 +100 calls/,
      /15 token per call for style flux-dev +15\n +× 3 +45/,
      /flux-dev +1 +refused\n.* 10 token are missing/,
      /Bought 500 tokens \(tokens-500\) for 3 USD/,
      /flux-dev +1 +15 +490 +5 supply \+ 10 pack/,
      /The month turns: 15 May 2026 09:30 UTC\n.*New supply arrived: 100 tokens/,
      /Old supply expired: \d+ tokens, unused/,
      /The usage report(.*\n)* +image\.text-to-image/,
    ],
  },
  {
    catalog: "ximilar",
    balance: "12,950",
    seen: [
      /image\.recognize +1 +refused/,
      /Bought 10,000 credits \(pack-10000\) for 10 USD/,
      /image\.recognize +1 +10 +9,990 +pack/,
      /The month turns: 15 May 2026 09:30 UTC\n.*New supply arrived: 3,000 credits/,
      /holds +supply +3,000 .* until 15 Jun 2026\n +and then +pack pack-10000 +9,950 .* without expiry/,
      /19 May 2026 +image\.detect +\d+ +\d+ +[\d,]+ +supply/,
      /The month turns: 15 Jun 2026 09:30 UTC\n +Old supply expired: [\d,]+ credits, unused/,
      /The usage report(.*\n)* +label\.create +3 +3 +0 credits/,
    ],
  },
];

describe("npm run demo", () => {
  test.each(promises)(
    "$catalog: plays two months and proves the balance",
    async ({ catalog, balance, seen }) => {
      const output = await goodTour(catalog);
      let rest = output;
      for (const promise of seen) {
        expect(rest).toMatch(promise);
        rest = rest.slice(rest.search(promise));
      }
      expect(output).toContain("sent again with its idempotency key: replayed, nothing burned");
      expect(balances(output)).toEqual({
        statement: balance,
        sum: balance,
        grants: balance,
        wallet: balance,
      });
    },
  );

  test("tells the story of a catalogue of one's own, with what that has to show", async () => {
    const folder = await mkdtemp(join(tmpdir(), "scrip-demo-"));
    try {
      const file = join(folder, "own.yaml");
      await writeFile(file, ownCatalog);
      const output = await goodTour(file);
      expect(output).toMatch(/… size=512 +2\.5/);
      expect(output).toMatch(/Declined for 1\.01 USD: The payment was declined/);
      expect(output).toMatch(/2 supply \+ 1 pack/);
      expect(output).toContain("this plan never turns");
      expect(balances(output)).toEqual({ statement: "1", sum: "1", grants: "1", wallet: "1" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("an unknown name is answered with the names there are", async () => {
    const { output, errors, exitCode } = await tour("nope");
    expect({ output, exitCode }).toEqual({ output: "", exitCode: 1 });
    expect(errors.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/nope.*imagine, scenario-payg, scenario-units, scrollsequence, ximilar/),
    ]);
  });

  test("--help says what it does", async () => {
    const { output, exitCode } = await tour("--help");
    expect(exitCode).toBe(0);
    expect(output).toMatch(/Usage: npm run demo -- .*\[catalogue\]/);
  });
});

/** A table with holes, an endless period, and a pack that the sandbox declines. */
const ownCatalog = `
name: own
units: { point: Point }
operations:
  picture.draw:
    name: Draw a picture
    attributes: { region: { type: STRING }, size: { type: INTEGER, values: [256, 512] } }
priceLists:
  list:
    picture.draw: { model: MATRIX, by: [region, size], cells: { eu: { 256: 1, 512: 2.5 }, us: { 256: 3 } } }
plans:
  only: { name: Only, period: NONE, supply: 100, priceList: list }
creditPacks:
  declined: { name: Declined, credits: 5, price: 1.01 USD }
  fine: { name: Fine, credits: 5, price: 2 USD }
`;
