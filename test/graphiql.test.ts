import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examples } from "../web/graphiql/examples.js";
import { launchBrowser, openContext } from "./harness/browser.js";
import { adminKey, type RunningScrip, startScrip } from "./harness/scenario.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const titles = ["StartHere", "CreateCustomer", "Quote", "Consume", "Purchase", "Wallet", "Report"];
async function buildPage(outDir: string): Promise<void> {
  const vite = here("../node_modules/vite/bin/vite.js");
  // Outside this process and without its NODE_ENV, which would bundle the development build of React.
  await promisify(execFile)(
    process.execPath,
    [vite, "build", here("../web/graphiql"), "--outDir", outDir, "--emptyOutDir"],
    { env: { ...process.env, NODE_ENV: "production" } },
  );
}

/** Opens the page and waits for its editor; `complaints` gathers what the browser refused or could not run. */
async function openPage(browser: Browser, origin: string, path = "/graphiql") {
  const { context, strays } = await openContext(browser, origin);
  const complaints: string[] = [];
  const authorizations: string[] = [];
  const page = await context.newPage();
  page.on("request", (request) => {
    if (request.url() === `${origin}/graphql`) authorizations.push(request.headers().authorization ?? "none");
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(origin + path);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  return { context, page, strays, complaints, authorizations };
}

const openTab = (page: Page, title: string) => page.getByRole("tab", { name: title, exact: true }).click();
const execute = (page: Page) => page.locator(".graphiql-execute-button").click();

// The editor writes its spaces as no-break spaces.
async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.locator(selector).first().textContent()) ?? "").replaceAll("\u00a0", " ");
}

test("the examples, sent from left to right, tell a customer's story without a problem", async () => {
  const { origin, close } = await startScrip("scenario-payg");
  const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
  for (const { name, query, variables } of examples) {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(`${origin}/graphql`, { method: "POST", headers, body });
    const answer = await response.text();
    expect({ name, status: response.status }).toEqual({ name, status: 200 });
    expect(answer, name).not.toMatch(/"errors"|"code":/);
  }
  await close();
});

describe("the page in a browser", () => {
  let root: string;
  let server: RunningScrip;
  let browser: Browser;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "scrip-graphiql-"));
    [browser] = await Promise.all([launchBrowser(), buildPage(root)]);
    server = await startScrip("scenario-payg", { graphiql: root });
    await server.sdk.createCustomer({ id: "demo", plan: "payg" });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(root, { recursive: true, force: true });
  });

  test("loads everything from its own origin and shows the examples as tabs", async () => {
    const { context, page, strays, complaints } = await openPage(browser, server.origin);
    await expect.poll(() => page.locator(".graphiql-tab-button").allTextContents()).toEqual(titles);
    // The workers of the editor are files of the same origin, and run.
    await expect.poll(() => page.workers().length).toBeGreaterThanOrEqual(2);
    expect({ strays, complaints }).toEqual({ strays: [], complaints: [] });
    await context.close();
  });

  test.each(titles.slice(1))(
    "the editors mark no error in the example %s, nor in its variables",
    async (title) => {
      const { context, page } = await openPage(browser, server.origin);
      await openTab(page, title);
      await expect.poll(() => textOf(page, ".graphiql-editor-tool")).toContain("demo");
      for (const editor of [".graphiql-query-editor", ".graphiql-editor-tool"]) {
        const marks = page.locator(`${editor} .squiggly-error`);
        // One mistake of our own shows that the checks, which run in workers, have come to the end of the text.
        await page.locator(`${editor} .view-line`).last().click();
        await page.keyboard.press("Control+End");
        await page.keyboard.type(" !");
        await expect.poll(() => marks.count()).toBeGreaterThan(0);
        expect(await marks.count(), editor).toBe(1);
      }
      await context.close();
    },
  );

  test("follows a wallet, message by message", async () => {
    const { context, page } = await openPage(browser, server.origin, `/graphiql#key=${adminKey}`);
    await openTab(page, "Wallet");
    await page.locator(".graphiql-query-editor .view-line").first().click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(
      'subscription Wallet { walletChanged(customerId: "demo") { balance entry { type } } }',
    );
    await execute(page);
    await expect.poll(() => textOf(page, ".graphiql-response")).toContain('"entry": null');
    await server.sdk.grantCredits({ customerId: "demo", amount: "7", source: "PROMOTION" });
    await expect.poll(() => textOf(page, ".graphiql-response")).toContain('"type": "GRANT"');
    await context.close();
  });

  test("sends the key as a bearer token, shows the answer, and keeps the key in this tab only", async () => {
    const opened = await openPage(browser, server.origin);
    const { context, page, strays, complaints, authorizations } = opened;
    await openTab(page, "Quote");

    await execute(page);
    await expect.poll(() => textOf(page, ".result-window")).toContain("Enter an API key");
    expect(authorizations).toEqual([]);

    await page.getByLabel("API key").fill(adminKey);
    await execute(page);
    await expect.poll(() => textOf(page, ".result-window")).toContain("0.032");
    expect(authorizations).toEqual([`Bearer ${adminKey}`]);

    const stores = await page.evaluate<string[]>(
      "[sessionStorage, localStorage].map((store) => JSON.stringify(store))",
    );
    expect(stores[0]).toContain(adminKey);
    expect(stores[1]).not.toContain(adminKey);
    expect({ strays, complaints }).toEqual({ strays: [], complaints: [] });
    await context.close();
  });

  test("takes the key from the fragment and removes it from the address at once", async () => {
    const { context, page, authorizations } = await openPage(
      browser,
      server.origin,
      "/graphiql#key=from_a_link",
    );
    expect(page.url()).toBe(`${server.origin}/graphiql/`);
    await execute(page);
    await expect.poll(() => authorizations).toEqual(["Bearer from_a_link"]);
    await context.close();
  });

  test("index.html is asked for anew, what it names is kept for ever, and both carry the policy", async () => {
    const index = await fetch(`${server.origin}/graphiql/`);
    expect(index.headers.get("cache-control")).toBe("no-cache");
    expect(index.headers.get("content-security-policy")).toContain("default-src 'none'");
    const script = /src="([^"]+\.js)"/.exec(await index.text())?.[1] ?? "";
    const asset = await fetch(server.origin + script);
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect(asset.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(asset.headers.get("content-encoding")).toBe("gzip");
  });
});

test("a page that has not been built says how to build it", async () => {
  const graphiql = join(tmpdir(), "scrip-graphiql-never-built");
  const server = await startScrip("scenario-payg", { graphiql });
  const response = await fetch(`${server.origin}/graphiql`);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("npm run build");
  await server.close();
});
