import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createScripClient, expectResult } from "@scrip/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../server/storage/database.js";
import { fileText } from "./catalog/shipped.js";
import { shellTime, shellWith } from "./harness/shell.js";
import { allTables } from "./harness/tables.js";

const adminKey = "the-key-that-the-operator-fixed";
let folder = "";
let file = "";
let shell = shellWith({});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scrip-test-"));
  file = join(folder, "scrip.db");
  shell = shellWith({
    DATABASE_URL: `sqlite:${file}`,
    SCRIP_ADMIN_KEY: adminKey,
    PORT: "0",
    HOST: "127.0.0.1",
    LOG_LEVEL: "silent",
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const done = (printed: string) => ({ code: 0, printed, complaints: "" });
const refused = (complaints: string) => ({ code: 1, printed: "", complaints });

/** The Ximilar catalogue with some of its text changed, in a file of its own. */
async function changedXimilar(...edits: readonly (readonly [from: string, to: string])[]): Promise<string> {
  const path = join(folder, "changed.yaml");
  await writeFile(
    path,
    edits.reduce((text, [from, to]) => text.replace(from, to), fileText("ximilar.yaml")),
  );
  return path;
}

async function stored() {
  const database = await openDatabase({ engine: "sqlite", path: file });
  try {
    return await allTables(database);
  } finally {
    await database.close();
  }
}

describe("scrip catalog", () => {
  test("check says that a catalogue is fine, without opening any database", async () => {
    expect(await shell.scrip("catalog check ximilar")).toEqual(
      done("ximilar is fine: 3 plans, 6 operations, 3 credit packs."),
    );
    expect(existsSync(file)).toBe(false);
  });

  test("check, diff and apply tell every problem of a broken one with its place, and touch nothing", async () => {
    const path = await changedXimilar(["rank: 0", "rank: first"], ["image.tag: 20", "image.tug: 20"]);
    for (const command of ["check", "diff", "apply"]) {
      const { code, printed, complaints } = await shell.scrip(`catalog ${command} ${path}`);
      expect({ code, printed }).toEqual({ code: 1, printed: "" });
      const lines = complaints.split("\n");
      expect(lines.map((line) => line.slice(0, path.length + 1))).toEqual(lines.map(() => `${path}:`));
      expect(complaints).toMatch(
        /:\d+:\d+ priceLists\.standard\.image\.tug: .*\n(.*\n)*.*:\d+:5 plans\.free\.rank: /,
      );
    }
    expect(existsSync(file)).toBe(false);
  });

  test("a name that nothing has is answered with the names there are", async () => {
    expect(await shell.scrip("catalog check ximiler")).toEqual(
      refused(
        "No catalogue is called ximiler, and there is no such file. There are imagine, scenario-payg, scenario-units, scrollsequence, ximilar.",
      ),
    );
  });

  test("apply shows what it changes; applied again it changes nothing, to the last row", async () => {
    const first = await shell.scrip("catalog apply ximilar");
    expect(first).toMatchObject({ code: 0, complaints: "" });
    expect(first.printed).toMatch(/^\+ unit +credit +API credit\n/);
    expect(first.printed).toMatch(/\n13 added, 0 changed, 0 removed\.\n\nApplied\.$/);
    const before = await stored();
    expect(await shell.scrip("catalog apply ximilar")).toEqual(done("Nothing has changed."));
    expect(await stored()).toEqual(before);
  });

  test("diff shows what apply would change, and changes nothing", async () => {
    await shell.scrip("catalog apply ximilar");
    const before = await stored();
    const path = await changedXimilar(
      ["image.tag: 20", "image.tag: 25"],
      ["rank: 0", "rank: 0\n    fee: 5 USD"],
    );
    const newPrice = "    ~ operations.image.tag.price.unitPrice  20 → 25";
    const newFee = [
      "    + fee.amount                            5",
      "    + fee.currency                          USD",
    ];
    const plans = [
      "~ plan  free",
      newPrice,
      ...newFee,
      "~ plan  business",
      newPrice,
      "~ plan  professional",
      newPrice,
    ];
    const shown = await shell.scrip(`catalog diff ${path}`);
    expect(shown.printed.split("\n")).toEqual([...plans, "", "0 added, 3 changed, 0 removed."]);
    expect(shown).toMatchObject({ code: 0, complaints: "" });
    expect(await stored()).toEqual(before);
    expect(await shell.scrip(`catalog apply ${path}`)).toEqual(done(`${shown.printed}\n\nApplied.`));
    expect(await shell.scrip(`catalog diff ${path}`)).toEqual(done("Nothing would change."));
  });

  test("a price in use gets a new version: old subscribers keep theirs, new ones pay the new, without a restart", async () => {
    await shell.scrip("catalog apply ximilar");
    const server = await shell.serve();
    const sdk = createScripClient({ url: server.url, apiKey: adminKey, attemptsMax: 1 });
    const subscribe = (id: string) => sdk.createCustomer({ id, plan: "free" });
    const tag = async (customerId: string) => {
      const { usageRecord } = expectResult(
        await sdk.consume({ customerId, operation: "image.tag" }),
        "Consumed",
      );
      const { amount, planVersion } = usageRecord;
      return { amount, planVersion };
    };
    await subscribe("old");
    expect(await tag("old")).toEqual({ amount: "20", planVersion: 1 });
    const path = await changedXimilar(["image.tag: 20", "image.tag: 25"], ["supply: 3000", "supply: 4000"]);
    expect((await shell.scrip(`catalog apply ${path}`)).code).toBe(0);
    await subscribe("new");
    expect(await tag("old")).toEqual({ amount: "20", planVersion: 1 });
    expect(await tag("new")).toEqual({ amount: "25", planVersion: 2 });
    expect((await sdk.wallet({ customerId: "old" }))?.available).toBe("2960");
    expect((await sdk.wallet({ customerId: "new" }))?.available).toBe("3975");
    expect((await sdk.customer({ id: "old" }))?.subscription?.plan).toMatchObject({
      key: "free",
      version: 1,
    });
    expect((await sdk.plans()).map(({ key, version, supply }) => ({ key, version, supply }))).toEqual([
      { key: "free", version: 2, supply: "4000" },
      { key: "business", version: 2, supply: "100000" },
      { key: "professional", version: 2, supply: "500000" },
    ]);
    expect(await server.stop()).toMatchObject({ code: 0, complaints: "" });
  });
});

describe("scrip compare", () => {
  async function usedByAcme(): Promise<void> {
    await shell.scrip("catalog apply ximilar");
    const server = await shell.serve();
    const sdk = createScripClient({ url: server.url, apiKey: adminKey });
    expectResult(await sdk.createCustomer({ id: "acme", plan: "professional" }), "CustomerCreated");
    for (const quantity of ["6000", "9000"])
      expectResult(
        await sdk.consume({ customerId: "acme", operation: "image.recognize", quantity, occurredAt }),
        "Consumed",
      );
    await server.stop();
  }
  const occurredAt = "2026-04-14T12:00:00Z";
  const range = "--customer acme --from 2026-04-01 --to 2026-04-15";

  test("ranks what real usage would have cost, with progress on the side", async () => {
    await usedByAcme();
    const draft = await changedXimilar(["fee: 199 USD", "fee: 149 USD"]);
    const ran = await shell.scrip(`compare ${range} --draft ${draft}`);
    expect(ran.complaints).toBe("2 of 2 calls");
    // Fees are those of fourteen days of a month of thirty.
    expect(ran.printed.split("\n")).toEqual([
      "2 calls of acme from 2026-04-01T00:00:00.000Z to 2026-04-15T00:00:00.000Z, before coupons and tax:",
      "",
      "    plan                  costs      difference  usage          packs",
      "1.  professional (draft)  69.53 USD  -23.34      150000 credit  -",
      "2.  business              72.53 USD  -20.34      150000 credit  1 × pack-50000",
      "3.  business (draft)      72.53 USD  -20.34      150000 credit  1 × pack-50000",
      "4.  professional (now)    92.87 USD  0           150000 credit  -",
      "5.  free                  135 USD    +42.13      150000 credit  3 × pack-50000",
      "6.  free (draft)          135 USD    +42.13      150000 credit  3 × pack-50000",
    ]);
  });

  test("says what is wrong with its options, its customer and its draft", async () => {
    await usedByAcme();
    expect(await shell.scrip("compare --customer acme --from yesterday --to 2026-04-15")).toEqual(
      refused('--from must be a day or a time such as 2026-04-01 or 2026-04-01T00:00:00Z, not "yesterday".'),
    );
    expect(await shell.scrip("compare --customer acme --from 2026-04-01 --to 2026-08-01")).toMatchObject({
      code: 1,
      complaints: expect.stringMatching(/^--to must not be after the customer's time, which is /),
    });
    expect(await shell.scrip(`compare ${range.replace("acme", "nobody")}`)).toEqual(
      refused("No customer has the id nobody."),
    );
    const draft = await changedXimilar(["supply: 3000", "supply: many"]);
    const { complaints } = await shell.scrip(`compare ${range} --draft ${draft}`);
    expect(complaints).toBe((await shell.scrip(`catalog check ${draft}`)).complaints);
    expect(complaints).toContain(`${draft}:`);
  });
});

describe("scrip keys", () => {
  const create = async (words: string) => {
    const { printed } = await shell.scrip(`keys create ${words}`);
    const [line = "", text = ""] = printed.split("\n");
    return { line, text, id: line.split(" ")[0] ?? "" };
  };

  test("create shows the key this once; list never does, and the database has only its hash", async () => {
    const { line, text, id } = await create("billing-back-end");
    expect(line).toBe(`${id} (meter) was created. This is the only time the key is shown:`);
    expect(text).toMatch(/^scrip_[0-9a-f]{32}_[\w-]{43}$/);
    const secret = text.slice(-43);
    expect(await shell.scrip("keys list")).toEqual(
      done(`${id}  meter  ${shellTime}  in use  billing-back-end`),
    );
    const { api_keys: rows = [] } = await stored();
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(rows).toEqual([
      expect.objectContaining({ key_id: id, secret_hash: createHash("sha256").update(secret).digest("hex") }),
    ]);
  });

  test("revoke takes a key back, says so in the list, and keeps the first time when it is asked again", async () => {
    const { id } = await create("gone --role admin");
    const kept = await create("kept --role admin");
    expect(await shell.scrip(`keys revoke ${id}`)).toEqual(done(`${id} is revoked.`));
    const list = done(
      `${id}  admin  ${shellTime}  revoked ${shellTime}  gone\n${kept.id}  admin  ${shellTime}  in use  kept`,
    );
    expect(await shell.scrip("keys list")).toEqual(list);
    expect((await shell.scrip(`keys revoke ${id}`)).code).toBe(0);
    expect(await shell.scrip("keys list")).toEqual(list);
  });

  test("without any, list says so; a key that does not exist cannot be revoked", async () => {
    expect(await shell.scrip("keys list")).toEqual(done("There are no keys."));
    expect(await shell.scrip("keys revoke key_1")).toEqual(refused("No key has the id key_1."));
  });

  test("a name has to be one line of the list", async () => {
    for (const name of ["two\nlines", "a\u0007bell", "n".repeat(101)])
      expect(await shell.scrip(`keys create ${name}`)).toEqual(
        refused("A key's name has 1 to 100 characters, none of them a line's end or the like."),
      );
  });
});

test("scrip verify says how many customers it has checked, and that their books are right", async () => {
  await shell.scrip("catalog apply ximilar");
  expect(await shell.scrip("verify")).toEqual(done("The books of 0 customers are right."));
});

test("scrip verify of broken books names each row that breaks a law, and ends with exit code 1", async () => {
  await shell.scrip("catalog apply ximilar");
  const database = await openDatabase({ engine: "sqlite", path: file });
  const change = (sql: string) => database.transact((tx) => tx.query(sql));
  await change(
    `INSERT INTO customers (customer_id, metadata, created_at, tax_exempt) VALUES ('ann', '{}', 0, 0)`,
  );
  await change(
    `INSERT INTO credit_balances (customer_id, currency, amount) VALUES ('ann', 'EUR', 5), ('gone', 'EUR', 0)`,
  );
  await database.close();
  const { code, printed, complaints } = await shell.scrip("verify");
  expect(code).toBe(1);
  expect(complaints).toContain("The books of 1 customers have 2 drifts.");
  expect(printed).toBe(
    [
      "Broken: a credit balance is what credit notes and invoices have left of it, and below zero only by what was carried over",
      '  {"customer_id":"ann","currency":"EUR","stored":5,"moved":0,"carried":0}',
      "Broken: what belongs to a customer belongs to one that there is",
      '  {"customer_id":"gone","rows_of":"credit_balances"}',
    ].join("\n"),
  );
});

test("scrip migrate creates the database, and finds nothing to do the second time", async () => {
  expect(await shell.scrip("migrate")).toEqual(done("The database is up to date."));
  const before = await stored();
  expect(before.migrations).toHaveLength(8);
  expect(await shell.scrip("migrate")).toEqual(done("The database is up to date."));
  expect(await stored()).toEqual(before);
});

test.each([
  [
    "bill",
    'There is no command "bill"; there are serve, migrate, verify, catalog, compare, keys, export, webhooks.',
  ],
  ["catalog aply ximilar", "error: unknown command 'aply'\n(Did you mean apply?)"],
  ["catalog apply", "error: missing required argument 'file'"],
  ["catalog apply a b", "error: too many arguments for 'apply'. Expected 1 argument but got 2."],
  ["migrate --force", "error: unknown option '--force'"],
  ["serve --catalogue ximilar", "error: unknown option '--catalogue'\n(Did you mean --catalog?)"],
  [
    "keys create me --role boss",
    "error: option '--role <role>' argument 'boss' is invalid. Allowed choices are admin, meter.",
  ],
])("scrip %s is refused with a line that says why", async (line, why) => {
  expect(await shell.scrip(line)).toEqual(refused(why));
  expect(existsSync(file)).toBe(false);
});

test("every command tells a database that cannot be opened in one line", async () => {
  await writeFile(file, "");
  const below = shellWith({ DATABASE_URL: `sqlite:${file}/below/scrip.db` });
  for (const line of [
    "migrate",
    "catalog diff ximilar",
    "catalog apply ximilar",
    "keys list",
    "keys create me",
    "serve",
  ]) {
    const { code, complaints } = await below.scrip(line);
    expect({ code, complaints }).toEqual({
      code: 1,
      complaints: expect.stringMatching(/^The database .+ cannot be opened: [^\n]+$/),
    });
  }
});

test("a wrong environment is told by every command that needs it, all at once", async () => {
  const wrong = shellWith({ PORT: "-1", LOG_LEVEL: "loud", SCRIP_ADMIN_KEY: "k".repeat(513) });
  expect(await wrong.scrip("keys list")).toEqual(
    refused(
      [
        'PORT must be a port from 0 (any free one) to 65535, got "-1".',
        "SCRIP_ADMIN_KEY must have 16 to 512 characters.",
        'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, got "loud".',
      ].join("\n"),
    ),
  );
});
