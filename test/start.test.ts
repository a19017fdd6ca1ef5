import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expectResult } from "@scrip/sdk";
import { afterAll, describe, expect, test } from "vitest";
import { fileText } from "./catalog/shipped.js";
import { addressOf, clientAt, fixedKey, type ScripProcess, stop, workshop } from "./harness/process.js";
import { StripeDouble, secretKey, webhookSecret } from "./harness/stripe/double.js";
import { people } from "./harness/stripe/people.js";

const shop = workshop();
afterAll(() => shop.end());

const { emptyDatabase } = shop;

/** Sends with fetch what a printed curl line would send. */
function curl(line: string): Promise<Response> {
  const [, url = ""] = /curl -s (\S+)/.exec(line) ?? [];
  const headers = [...line.matchAll(/ -H (['"])(\S+): (.+?)\1/g)].map(
    ([, , name = "", value = ""]): [string, string] => [name, value],
  );
  const [, body = ""] = / -d '(.+)'/.exec(line) ?? [];
  return fetch(url, { method: "POST", headers, body });
}

async function failureOf(scrip: ScripProcess) {
  const { code } = await scrip.exited;
  return { code, stderr: scrip.stderr().trimEnd().split("\n") };
}

describe.concurrent("npm start", { timeout: 120_000 }, () => {
  test("first shows the address, GraphiQL, the admin key, and a curl line that works as it stands; later no key", async () => {
    const { DATABASE_URL } = await emptyDatabase();
    const first = shop.start([], { DATABASE_URL });
    const url = await addressOf(first);
    const [key = ""] = /scrip_\S+$/.exec(await first.line(/Admin key \(shown this once\)/)) ?? [];
    expect(await first.line(/GraphiQL/)).toContain(`${url.replace("graphql", "graphiql")}#key=${key}`);
    expect(await first.line(/createScripClient/)).toContain(`url: "${url}", apiKey: "${key}"`);
    const answer = await curl(await first.line(/curl/));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      data: { plans: [{ key: "payg", unit: "USD" }, {}, {}, {}, {}] },
    });
    expect(first.stderr()).toBe("");
    await stop(first);

    const second = shop.start([], { DATABASE_URL });
    const plans = await clientAt(await addressOf(second), key).plans();
    expect(plans).toHaveLength(5);
    await stop(second);
    expect(second.stdout()).not.toContain(key);
    expect(second.stdout()).not.toMatch(/scrip_|shown this once|Applied/);
    expect(second.stdout()).toContain("scrip keys create");
  });

  test("takes another catalogue by its name, and by the path of a file", async () => {
    const { folder, DATABASE_URL } = await emptyDatabase();
    const environment = { DATABASE_URL, SCRIP_ADMIN_KEY: fixedKey };
    const byName = shop.start(["serve", "--catalog", "ximilar"], environment);
    const keys = (plans: readonly { key: string }[]) => plans.map(({ key }) => key);
    expect(keys(await clientAt(await addressOf(byName), fixedKey).plans())).toEqual([
      "free",
      "business",
      "professional",
    ]);
    await stop(byName);
    const path = join(folder, "mine.yaml");
    await writeFile(path, fileText("imagine.yaml"));
    const byPath = shop.start(["serve", "--catalog", path], environment);
    const plans = await clientAt(await addressOf(byPath), fixedKey).plans();
    expect(keys(plans)).toEqual(["free", "standard", "pro"]);
    await stop(byPath);
    expect(byPath.stdout()).toMatch(/- plan +business/);
  });

  test("with SCRIP_ADMIN_KEY accepts that key, makes none of its own, and prints none", async () => {
    const { DATABASE_URL } = await emptyDatabase();
    const scrip = shop.start([], { DATABASE_URL, SCRIP_ADMIN_KEY: fixedKey });
    const client = clientAt(await addressOf(scrip), fixedKey);
    expectResult(await client.createCustomer({ id: "ada" }), "CustomerCreated");
    await stop(scrip);
    expect(scrip.stdout()).not.toContain(fixedKey);
    expect(scrip.stdout()).not.toMatch(/scrip_/);
  });
});

test("with PAYMENT_PROVIDER=stripe it asks Stripe for the money, where STRIPE_API_URL says that is", async () => {
  const stripe = await StripeDouble.start(() => Date.now());
  const { DATABASE_URL } = await emptyDatabase();
  const scrip = shop.start(["serve", "--catalog", "ximilar"], {
    ...{ DATABASE_URL, SCRIP_ADMIN_KEY: fixedKey, PAYMENT_PROVIDER: "stripe", STRIPE_API_URL: stripe.url },
    ...{ STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret },
    PAYMENT_RETURN_URL: "https://shop.example/thanks",
  });
  const url = await addressOf(scrip);
  const client = clientAt(url, fixedKey);
  expectResult(await client.createCustomer({ id: "ada", plan: "free" }), "CustomerCreated");
  const waiting = expectResult(
    await client.purchase({ customerId: "ada", creditPack: "pack-10000" }),
    "PaymentRequired",
  );
  people(stripe.books).fillIn(waiting.payment.actionUrl, "works", "pm_new");
  for (const event of stripe.books.events)
    expect(await stripe.deliver(event, url.replace("/graphql", ""))).toBe(200);
  expect((await client.wallet({ customerId: "ada" }))?.available).toBe("13000");
  await stop(scrip);
  await stripe.close();
  expect(stripe.complaints).toEqual([]);
  expect(scrip.stdout() + scrip.stderr()).not.toMatch(/must_not_be_seen/);
});

describe.concurrent("what keeps it from starting is told in clear lines, with exit code 1", {
  timeout: 120_000,
}, () => {
  test("a taken port", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const { DATABASE_URL } = await emptyDatabase();
    expect(await failureOf(shop.start([], { DATABASE_URL, PORT: String(port) }))).toEqual({
      code: 1,
      stderr: [`Port ${port} is taken; set PORT to another one.`],
    });
    taken.close();
  });

  test("a folder that cannot be made, and a file that is no database", async () => {
    const folder = await shop.folder();
    const file = join(folder, "file");
    await writeFile(file, "This is a letter, not a database. ".repeat(50));
    const below = await failureOf(shop.start([], { DATABASE_URL: `sqlite:${file}/data/scrip.db` }));
    expect(below).toEqual({
      code: 1,
      stderr: [expect.stringContaining(`${file}/data/scrip.db cannot be opened: `)],
    });
    const letter = await failureOf(shop.start([], { DATABASE_URL: `sqlite:${file}` }));
    expect(letter).toEqual({ code: 1, stderr: [expect.stringContaining("file is not a database")] });
  });

  test("a broken catalogue: every problem with its line and column, and nothing is created", async () => {
    const { folder, DATABASE_URL } = await emptyDatabase();
    const path = join(folder, "broken.yaml");
    const broken = fileText("ximilar.yaml")
      .replace("supply: 3000", "supply: many")
      .replace("rank: 1", "rnak: 1");
    await writeFile(path, broken);
    const lineOf = (text: string) => broken.split("\n").findIndex((line) => line.includes(text)) + 1;
    const { code, stderr } = await failureOf(shop.start(["serve", "--catalog", path], { DATABASE_URL }));
    expect({ code, stderr: stderr.map((line) => line.slice(0, line.indexOf(" "))) }).toEqual({
      code: 1,
      stderr: [`${path}:${lineOf("supply: many")}:5`, `${path}:${lineOf("rnak")}:5`],
    });
    expect(stderr.join()).toMatch(/plans\.free\.supply.*plans\.business\.rnak/);
    const after = shop.start(["keys", "list"], { DATABASE_URL });
    expect((await after.exited).code).toBe(0);
    expect(after.stdout()).toBe("There are no keys.\n");
  });

  test("a wrong environment: all that is wrong with it at once, without repeating a secret", async () => {
    const environment = {
      PORT: "eighty",
      DATABASE_URL: "mysql://root:hunter2@localhost/scrip",
      SCRIP_ADMIN_KEY: "hunter3",
      LOG_LEVEL: "loud",
    };
    const { code, stderr } = await failureOf(shop.start([], environment));
    expect({ code, names: stderr.map((line) => line.split(" ")[0]) }).toEqual({
      code: 1,
      names: ["PORT", "DATABASE_URL", "SCRIP_ADMIN_KEY", "LOG_LEVEL"],
    });
    expect(stderr.join()).not.toMatch(/hunter/);
  });
});
