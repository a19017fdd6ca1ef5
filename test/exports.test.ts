import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createScripClient, createScripExports, type ExportedUsage, expectResult, iterate } from "@scrip/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCreateKey } from "../server/access/keys.js";
import { runCli } from "../server/cli.js";
import { instant, instantFrom } from "../server/domain/instant.js";
import { timeOrderedId } from "../server/ids.js";
import type { DatabaseOptions } from "../server/storage/database.js";
import { freshDatabase } from "./harness/engine.js";
import { adminKey, type RunningScrip, startScrip, wallClock } from "./harness/scenario.js";
import { shellWith } from "./harness/shell.js";

const operation = "image.text-to-image";
const records = 12_500;
const awkwardKey = 'a "key",\r\nof two lines';

let scrip: RunningScrip;
let options: DatabaseOptions;
let drop: () => Promise<void>;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scrip-exports-"));
  ({ options, drop } = await freshDatabase());
  // On SQLite the command line is a process of its own, which needs a file.
  if (options.engine === "sqlite") options = { ...options, path: join(folder, "scrip.db") };
  scrip = await startScrip("imagine", { database: options });
  const { sdk } = scrip;
  for (const id of ["ann", "bob"])
    expectResult(await sdk.createCustomer({ id, plan: "free" }), "CustomerCreated");
  const granted = { customerId: "ann", unit: "token", amount: "1000000", reason: "for the test" };
  expectResult(await sdk.grantCredits(granted), "CreditsGranted");
  const call = { customerId: "ann", operation, attributes: { style: "anime" } };
  for (let done = 0; done < records - 2; done += 500) {
    const size = Math.min(500, records - 2 - done);
    // Several at each time, so that pages end between calls of the same time.
    const items = Array.from({ length: size }, (_, n) => ({
      ...call,
      occurredAt: new Date(Date.parse(wallClock) - Math.floor((done + n) / 3) * 1_000),
    }));
    for (const result of await sdk.consumeBatch({ items })) expectResult(result, "Consumed");
  }
  for (const idempotencyKey of [awkwardKey, "=HYPERLINK(1)"])
    expectResult(await sdk.consume({ ...call, idempotencyKey }), "Consumed");
  const { usageRecord } = expectResult(await sdk.consume({ ...call, customerId: "bob" }), "Consumed");
  const undo = { customerId: "bob", usageRecordId: usageRecord.id, amount: "2" };
  expectResult(await sdk.reverseUsage(undo), "UsageReversed");
}, 240_000);

afterAll(async () => {
  await scrip.close();
  await drop();
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${scrip.origin}/exports/${path}`, { headers: { authorization: `Bearer ${adminKey}`, ...headers } });

const textOf = async (path: string): Promise<string> => {
  const response = await get(path);
  expect(response.status).toBe(200);
  return response.text();
};

async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** RFC 4180, read in another way than it is written. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const exportsOf = (url: string, parts: { attemptsMax?: number; apiKey?: string } = {}) =>
  createScripExports({ url: `${url}/graphql`, apiKey: adminKey, timeoutMs: 60_000, ...parts });

describe("an export of usage", () => {
  test("has every record once, exactly as the API tells it, from the oldest to the newest", async () => {
    const listed = await gather(iterate(scrip.sdk.usageRecords, { customerId: "ann", first: 100 }));
    const exported = await gather(exportsOf(scrip.origin).usage({ customerId: "ann" }));
    expect(exported).toHaveLength(records);
    expect(exported).toEqual(
      listed.reverse().map(({ draws, reversals: _, reversedAt: __, ...record }) => ({
        ...record,
        draws: draws.map(({ grant, amount }) => ({ grantId: grant.id, amount })),
      })),
    );
    expect(exported.filter(({ idempotencyKey }) => idempotencyKey === awkwardKey)).toHaveLength(1);
  });

  test("is the same in CSV, where no text can become a formula", async () => {
    const exported = await gather(exportsOf(scrip.origin).usage({ customerId: "ann" }));
    const [head = [], ...rows] = readCsv(await textOf("usage.csv?customerId=ann"));
    expect(head).toEqual(Object.keys(exported[0] ?? {}));
    expect(rows).toEqual(
      exported.map((row) =>
        Object.values(row).map((value: unknown) => {
          if (value === null) return "";
          if (value === "=HYPERLINK(1)") return "'=HYPERLINK(1)";
          return typeof value === "object" ? JSON.stringify(value) : String(value);
        }),
      ),
    );
  });

  test("of everybody goes on from customer to customer, and says what was reversed", async () => {
    const all = await gather(exportsOf(scrip.origin).usage());
    expect(all).toHaveLength(records + 1);
    expect(all.at(-1)).toMatchObject({ customerId: "bob", amount: "5", reversed: "2" });
    const [last] = all.filter(({ customerId }) => customerId === "ann").slice(-1);
    const rest = await gather(exportsOf(scrip.origin).usage({ after: last }));
    expect(rest.map(({ customerId }) => customerId)).toEqual(["bob"]);
  });

  test("is of the time that is asked for: of the calls, and of the writing", async () => {
    const from = new Date(Date.parse(wallClock) - 10_000);
    const late = await gather(exportsOf(scrip.origin).usage({ customerId: "ann", from }));
    // Ten seconds with three calls each, the wall clock's own second with two more, and no call at `to`.
    expect(late).toHaveLength(11 * 3 + 2);
    const none = exportsOf(scrip.origin).usage({
      customerId: "ann",
      asOf: new Date(Date.parse(wallClock) - 1),
    });
    expect(await gather(none)).toEqual([]);
    const before = await gather(exportsOf(scrip.origin).usage({ customerId: "ann", to: wallClock }));
    expect(before).toHaveLength(records - 5);
  });

  test("comes zipped to who takes it so", async () => {
    const plain = await get("usage.csv?customerId=ann", { "accept-encoding": "identity" });
    const zipped = await get("usage.csv?customerId=ann", { "accept-encoding": "gzip" });
    expect([plain, zipped].map(({ headers }) => headers.get("content-encoding"))).toEqual([null, "gzip"]);
    expect(await zipped.text()).toBe(await plain.text());
    expect(plain.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(plain.headers.get("content-disposition")).toBe('attachment; filename="usage.csv"');
    expect(plain.headers.get("x-export-as-of")).toBe(wallClock);
  });

  test("waits for who takes it slowly, instead of piling up in memory", async () => {
    const { bytesSent, whole } = await new Promise<{ bytesSent: number; whole: number }>(
      (resolve, reject) => {
        const asked = request(
          `${scrip.origin}/exports/usage.jsonl?customerId=ann`,
          { headers: { authorization: `Bearer ${adminKey}` } },
          (response) => {
            let seen = 0;
            // Nothing is taken for a while; by then the server has long stopped reading from its database.
            setTimeout(() => {
              const bytesSent = (response.socket.bytesRead ?? 0) + response.readableLength;
              response.on("data", (bytes: Buffer) => {
                seen += bytes.length;
              });
              response.on("end", () => resolve({ bytesSent, whole: seen }));
            }, 300);
          },
        );
        asked.on("error", reject);
        asked.end();
      },
    );
    expect(whole).toBeGreaterThan(2_000_000);
    expect(bytesSent).toBeLessThan(whole);
  });
});

/** Stands between client and server, and cuts connections off after so many bytes. */
async function cutting(after: readonly number[]): Promise<{ url: string; asked: string[]; server: Server }> {
  const left = [...after];
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url ?? "");
    const { host: _, "accept-encoding": __, ...headers } = incoming.headers;
    const limit = left.shift() ?? Number.POSITIVE_INFINITY;
    let sent = 0;
    request(`${scrip.origin}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.on("data", (bytes: Buffer) => {
        const part = bytes.subarray(0, limit - sent);
        sent += part.length;
        outgoing.write(part, () => sent >= limit && outgoing.destroy());
      });
      answer.on("end", () => outgoing.end());
      outgoing.on("close", () => answer.destroy());
    }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

describe("an export that is interrupted", () => {
  test("is taken up where it broke: every row comes once, in the same order", async () => {
    const whole = await gather(exportsOf(scrip.origin).usage({ customerId: "ann" }));
    const { url, asked, server } = await cutting([50_000, 10, 700_001, 90_000]);
    const taken = await gather(exportsOf(url).usage({ customerId: "ann" }));
    server.close();
    expect(taken).toEqual(whole);
    expect(asked).toHaveLength(5);
    expect(
      asked.slice(2).every((path) => path.includes("asOf=") && path.includes("after=ann%2Fusage_")),
    ).toBe(true);
  });

  test("is given up when nothing new comes any more", async () => {
    const { url, asked, server } = await cutting([50_000, 10, 10, 10, 10]);
    const rows: ExportedUsage[] = [];
    const taking = (async () => {
      for await (const row of exportsOf(url, { attemptsMax: 2 }).usage({ customerId: "ann" })) rows.push(row);
    })();
    await expect(taking).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    server.close();
    expect(asked.length).toBeLessThan(4);
    expect(rows.length).toBeGreaterThan(50);
  });

  test("frees its place when its taker leaves", async () => {
    for (let n = 0; n < 20; n += 1) {
      for await (const row of exportsOf(scrip.origin, { attemptsMax: 10 }).usage({ customerId: "ann" })) {
        expect(row.customerId).toBe("ann");
        break;
      }
    }
  });
});

describe("an export of one time", () => {
  test("is the same to the byte while calls and reversals go on, in one go or taken up anywhere", async () => {
    const busy = await startScrip("imagine", { clock: () => instant(Date.now()) });
    const { sdk } = busy;
    const headers = { authorization: `Bearer ${adminKey}` };
    const read = (path: string) => fetch(`${busy.origin}/exports/${path}`, { headers });
    try {
      expectResult(await sdk.createCustomer({ id: "ann", plan: "free" }), "CustomerCreated");
      const granted = { customerId: "ann", unit: "token", amount: "1000000", reason: "for the test" };
      expectResult(await sdk.grantCredits(granted), "CreditsGranted");
      const call = { customerId: "ann", operation, attributes: { style: "anime" } };
      let isOver = false;
      let made = 0;
      const writer = async () => {
        while (!isOver) {
          const { usageRecord } = expectResult(await sdk.consume(call), "Consumed");
          const undo = { customerId: "ann", usageRecordId: usageRecord.id, amount: "1" };
          if (made % 2 === 0) expectResult(await sdk.reverseUsage(undo), "UsageReversed");
          made += 1;
        }
      };
      const writers = [writer(), writer(), writer(), writer()];
      for (const path of [
        "usage.jsonl?customerId=ann",
        "ledger.jsonl?customerId=ann",
        "usage.jsonl?",
        "ledger.csv?",
      ]) {
        const before = made;
        while (made < before + 40) await new Promise((resolve) => setTimeout(resolve, 5));
        const answer = await read(path);
        const asOf = answer.headers.get("x-export-as-of");
        const whole = (await answer.text()).replace(/^\n+/, "");
        for (let time = 0; time < 3; time += 1) {
          const again = (await (await read(`${path}&asOf=${asOf}`)).text()).replace(/^\n+/, "");
          expect(again).toBe(whole);
        }
        if (!path.includes("jsonl")) continue;
        const lines = whole.split("\n").slice(0, -1);
        const { customerId, id } = JSON.parse(lines[Math.floor(lines.length / 2)] ?? "");
        const after = path.startsWith("usage") ? `${customerId}/${id}` : id;
        const place = `asOf=${asOf}&after=${encodeURIComponent(after)}`;
        const rest = (await (await read(`${path}&${place}`)).text())
          .split("\n")
          .filter((line) => line !== "");
        expect(rest).toEqual(lines.slice(Math.floor(lines.length / 2) + 1));
      }
      isOver = true;
      await Promise.all(writers);
    } finally {
      await busy.close();
    }
  }, 60_000);
});

describe("an export of the ledger", () => {
  test("has every entry once, in order, and its hashes", async () => {
    const listed = await gather(iterate(scrip.sdk.ledgerEntries, { customerId: "ann", first: 100 }));
    const exported = await gather(exportsOf(scrip.origin).ledger({ customerId: "ann" }));
    expect(exported).toEqual(
      listed.reverse().map((entry) => ({ customerId: "ann", unit: "token", ...entry })),
    );
    const rest = exportsOf(scrip.origin).ledger({ customerId: "ann", after: exported.at(-3) });
    expect((await gather(rest)).map(({ sequence }) => sequence)).toEqual([records + 1, records + 2]);
    const late = await gather(
      exportsOf(scrip.origin).ledger({ from: new Date(Date.parse(wallClock) - 10_000) }),
    );
    expect(late).toEqual(
      (await gather(exportsOf(scrip.origin).ledger())).filter(
        ({ occurredAt }) => Date.parse(occurredAt) >= Date.parse(wallClock) - 10_000,
      ),
    );
    const nothing = exportsOf(scrip.origin).ledger({ customerId: "ann", unit: "USD" });
    expect(await gather(nothing)).toEqual([]);
  });
});

describe("exports refuse", () => {
  test.each([
    ["somebody unknown", "usage.csv?customerId=nobody", 404, "There is no customer with this id."],
    ["a name that they do not know", "usage.csv?customer=ann", 400, "customer is not known here"],
    ["a time that is none", "usage.csv?from=yesterday", 400, "from must be a time such as"],
    [
      "a range that ends first",
      `usage.csv?from=${wallClock}&to=2026-01-01T00:00:00Z`,
      400,
      "from must be before to",
    ],
    [
      "the future",
      "ledger.csv?customerId=ann&asOf=2027-01-01T00:00:00Z",
      400,
      "asOf must not be after the present",
    ],
    [
      "a place that is none",
      "usage.csv?customerId=ann&after=xyz",
      400,
      "after must be the customerId and the id",
    ],
    ["somebody else's place", "usage.csv?customerId=ann&after=bob/usage_1", 400, "after must be"],
    [
      "a record that is not there",
      "usage.csv?customerId=ann&after=ann/usage_1",
      400,
      "names no usage record",
    ],
    [
      "a place in another list",
      "ledger.jsonl?after=ann/usage_1",
      400,
      "after must be the id of the last row",
    ],
    ["a customer twice", "usage.csv?customerId=ann&customerId=bob", 400, "customerId must be given once"],
  ])("%s", async (_, path, status, says) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(says);
  });

  test("everything to who has no key, and everybody's to who has no admin key", async () => {
    expect((await fetch(`${scrip.origin}/exports/usage.csv?customerId=ann`)).status).toBe(401);
    const createKey = makeCreateKey({
      ...{ database: scrip.database, newId: timeOrderedId },
      clock: () => instantFrom(wallClock),
    });
    const { text: apiKey } = await createKey({ name: "meter", role: "METER" });
    await expect(gather(exportsOf(scrip.origin, { apiKey }).usage())).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect(await gather(exportsOf(scrip.origin, { apiKey }).usage({ customerId: "bob" }))).toHaveLength(1);
    const client = createScripClient({ url: `${scrip.origin}/graphql`, apiKey });
    expect((await client.usageRecords({ customerId: "bob" })).nodes).toHaveLength(1);
  });
});

const environmentOf = (given: DatabaseOptions): Record<string, string> => ({
  DATABASE_URL: given.engine === "sqlite" ? `sqlite:${given.path}` : given.url,
});

describe("scrip export", () => {
  const file = (name: string) => join(folder, name);
  const sha = async (name: string) =>
    createHash("sha256")
      .update(await readFile(file(name)))
      .digest("hex");

  test("writes what the server sends, and tells how far it is", async () => {
    const shell = shellWith(environmentOf(options));
    const asOf = `--as-of ${wallClock}`;
    const ran = await shell.scrip(`export usage --customer ann ${asOf} --output ${file("usage.csv")}`);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.printed).toBe(`${file("usage.csv")} has ${records} usage records, as of ${wallClock}.`);
    expect(ran.complaints).toMatch(
      /^10000 usage records, up to .* of ann\n12500 usage records, up to .* of ann$/,
    );
    expect(await readFile(file("usage.csv"), "utf8")).toBe(await textOf("usage.csv?customerId=ann"));
    const again = await shell.scrip(`export usage --customer ann --output ${file("usage.csv")}`);
    expect(again).toMatchObject({
      code: 1,
      complaints: `${file("usage.csv")} exists already; nothing was written.`,
    });
    const printed = await shell.scrip(`export ledger --format jsonl ${asOf}`);
    expect(`${printed.printed}\n`).toBe((await textOf("ledger.jsonl")).replace(/^\n+/, ""));
    const lines = await shell.scrip(`export usage --customer bob ${asOf}`);
    expect(`${lines.printed}\n`).toBe(await textOf("usage.csv?customerId=bob"));
  });

  test("writes all of a page, however little the disk takes at a time", async () => {
    const environment = environmentOf(options);
    const asOf = `--as-of ${wallClock}`;
    const probe = await open(file("probe"), "w");
    await probe.close();
    const prototype = Object.getPrototypeOf(probe);
    const { write } = prototype;
    prototype.write = function (bytes: Buffer, offset: number, length: number, at: number) {
      return write.call(this, bytes, offset, Math.min(length, 100_001), at);
    };
    try {
      const command = `export usage --customer ann ${asOf} --output ${file("little.csv")}`;
      expect((await shellWith(environment).scrip(command)).code).toBe(0);
    } finally {
      prototype.write = write;
    }
    expect(await readFile(file("little.csv"), "utf8")).toBe(await textOf("usage.csv?customerId=ann"));
  });

  test("goes on where it was interrupted, and ends with the same file", async () => {
    const environment = environmentOf(options);
    const command = (name: string, more = "") =>
      `export usage --customer ann --as-of ${wallClock} --output ${file(name)} ${more}`.trim();
    expect((await shellWith(environment).scrip(command("whole.csv"))).code).toBe(0);
    const interrupted = await runCli(command("parts.csv").split(" "), {
      environment,
      outside: { clock: () => instantFrom(wallClock), newId: timeOrderedId },
      print: () => undefined,
      // At the first report of how far it is.
      printError: (text) => {
        if (text.startsWith("10000 ")) throw new Error("Somebody has pulled the plug.");
      },
      untilStopped: () => Promise.reject(new Error("Nobody stops this command.")),
    });
    expect(interrupted).toBe(1);
    expect(existsSync(file("parts.csv"))).toBe(false);
    // More than the note tells of may have reached the disk, and not all of a line.
    await appendFile(file("parts.csv.part"), 'ann,usage_half-a-li"'.repeat(100_000));
    const shell = shellWith(environment);
    expect((await shell.scrip(command("parts.csv"))).complaints).toContain("go on with --resume, or delete");
    const other = await shell.scrip(command("parts.csv", "--resume --format jsonl"));
    expect(other.complaints).toContain("was begun with other options");
    const resumed = await shell.scrip(command("parts.csv", "--resume"));
    expect(resumed).toMatchObject({
      code: 0,
      complaints: `${records} usage records, up to ${wallClock} of ann`,
    });
    expect(await sha("parts.csv")).toBe(await sha("whole.csv"));
    expect((await readdir(folder)).filter((name) => name.startsWith("parts"))).toEqual(["parts.csv"]);
  });

  test("refuses times and files that make no sense", async () => {
    const shell = shellWith(environmentOf(options));
    expect(await shell.scrip("export usage --from soon")).toMatchObject({ code: 1 });
    expect((await shell.scrip("export usage --from 2026-02-01 --to 2026-01-01")).complaints).toContain(
      "before --to",
    );
    expect((await shell.scrip("export usage --resume")).complaints).toContain("--resume needs --output");
    expect((await shell.scrip("export usage --customer nobody")).complaints).toContain(
      "no customer with this id",
    );
    expect((await shell.scrip("export usage --format xml")).complaints).toContain(
      "Allowed choices are csv, jsonl",
    );
  });
});
