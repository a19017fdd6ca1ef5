import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fastify from "fastify";
import { buildSchema, graphql, parse, validate } from "graphql";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graphiqlPage } from "../server/http/graphiql.js";
import { examples } from "../web/graphiql/examples.js";
import { launchBrowser, openContext } from "./harness/browser.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const contract = buildSchema(await readFile(here("../schema.graphql"), "utf8"));
const titles = ["StartHere", "CreateCustomer", "Quote", "Consume", "Purchase", "Wallet", "Report"];
const key = "sk_test_only_0123456789";

interface Server {
  readonly origin: string;
  /** The Authorization header of each request to /graphql, in order. */
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** The seam: the only place that knows what stands behind the page. To be swapped for the real app. */
async function startServer(root: string): Promise<Server> {
  const authorizations: Server["authorizations"] = [];
  const app = fastify({ forceCloseConnections: true });
  await app.register(graphiqlPage, { root });
  app.post<{ Body: { query: string; variables?: Record<string, unknown> } }>("/graphql", async (request) => {
    authorizations.push(request.headers.authorization);
    return graphql({
      schema: contract,
      source: request.body.query,
      variableValues: request.body.variables,
      rootValue: {
        plans: [],
        operations: [],
        quote: { __typename: "Quote", amount: "0.033", unit: "USD", explanation: [] },
      },
    });
  });
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  return { origin, authorizations, close: () => app.close() };
}

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
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(origin + path);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  return { context, page, strays, complaints };
}

const openTab = (page: Page, title: string) => page.getByRole("tab", { name: title, exact: true }).click();
const execute = (page: Page) => page.locator(".graphiql-execute-button").click();

// The editor writes its spaces as no-break spaces.
async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.locator(selector).first().textContent()) ?? "").replaceAll("\u00a0", " ");
}

test.each(examples)("the example $name is valid under the contract", ({ query }) => {
  expect(validate(contract, parse(query))).toEqual([]);
});

describe("the page in a browser", () => {
  let root: string;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "scrip-graphiql-"));
    [browser] = await Promise.all([launchBrowser(), buildPage(root)]);
    server = await startServer(root);
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

  test("the editors mark no error in any example, nor in its variables", async () => {
    const { context, page } = await openPage(browser, server.origin);
    for (const title of titles.slice(1)) {
      await openTab(page, title);
      await expect.poll(() => textOf(page, ".graphiql-editor-tool")).toContain("demo");
      // The checks run in workers, half a second after the text has come to rest.
      await page.waitForTimeout(700);
      expect(await page.locator(".squiggly-error").count()).toBe(0);
    }
    await context.close();
  });

  test("sends the key as a bearer token, shows the answer, and keeps the key in this tab only", async () => {
    const { context, page, strays, complaints } = await openPage(browser, server.origin);
    await openTab(page, "Quote");

    await execute(page);
    await expect.poll(() => textOf(page, ".result-window")).toContain("Enter an API key");
    expect(server.authorizations).toEqual([]);

    await page.getByLabel("API key").fill(key);
    await execute(page);
    await expect.poll(() => textOf(page, ".result-window")).toContain("0.033");
    expect(server.authorizations).toEqual([`Bearer ${key}`]);

    const stores = await page.evaluate<string[]>(
      "[sessionStorage, localStorage].map((store) => JSON.stringify(store))",
    );
    expect(stores[0]).toContain(key);
    expect(stores[1]).not.toContain(key);
    expect({ strays, complaints }).toEqual({ strays: [], complaints: [] });
    await context.close();
  });

  test("takes the key from the fragment and removes it from the address at once", async () => {
    server.authorizations.length = 0;
    const { context, page } = await openPage(browser, server.origin, "/graphiql#key=from_a_link");
    expect(page.url()).toBe(`${server.origin}/graphiql/`);
    await execute(page);
    await expect.poll(() => server.authorizations).toEqual(["Bearer from_a_link"]);
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
  const server = await startServer(join(tmpdir(), "scrip-graphiql-never-built"));
  const response = await fetch(`${server.origin}/graphiql`);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("npm run build");
  await server.close();
});
