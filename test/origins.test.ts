import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expectResult } from "@scrip/sdk";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError, readConfig } from "../server/config.js";
import { launchBrowser } from "./harness/browser.js";
import { type RunningScrip, startScrip } from "./harness/scenario.js";

/** A site with one empty page, on an origin of its own. */
async function startSite(): Promise<{ origin: string; server: Server }> {
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end("A shop"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

let sites: { origin: string; server: Server }[];
let scrip: RunningScrip;
let browser: Browser;
let token: string;

beforeAll(async () => {
  [browser, sites] = await Promise.all([launchBrowser(), Promise.all([startSite(), startSite()])]);
  scrip = await startScrip("ximilar", { corsOrigins: sites.slice(0, 1).map(({ origin }) => origin) });
  await scrip.sdk.createCustomer({ id: "acme", plan: "business" });
  const made = await scrip.sdk.createCustomerToken({ customerId: "acme" });
  token = expectResult(made, "CustomerTokenCreated").token;
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await scrip?.close();
  for (const { server } of sites) server.close();
});

/** What scripts of a page get of the API: an answer, the beginning of a stream, an export; or what the browser says. */
async function asked(origin: string) {
  const page = await browser.newPage();
  await page.goto(origin);
  const got = await page.evaluate(
    async ({ api, bearer }) => {
      const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
      const post = (path: string, query: string) =>
        fetch(`${api}${path}`, { method: "POST", headers, body: JSON.stringify({ query }) });
      const told = async (ask: () => Promise<unknown>) =>
        ask().catch((error: unknown) => (error instanceof Error ? error.name : String(error)));
      return {
        wallet: await told(async () => {
          const answer = await post("/graphql", '{ wallet(customerId: "acme") { available } }');
          return { answer: await answer.json(), hasRequestId: answer.headers.has("x-request-id") };
        }),
        stream: await told(async () => {
          const query = 'subscription { walletChanged(customerId: "acme") { balance } }';
          const { body } = await post("/graphql/stream", query);
          const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
          let text = "";
          while (reader !== undefined && !text.includes("data:")) text += (await reader.read()).value ?? "";
          await reader?.cancel();
          return text.replace(/^:\s+/, "").trim();
        }),
        export: await told(async () => {
          const answer = await fetch(`${api}/exports/ledger.csv?customerId=acme`, { headers });
          return {
            asOf: answer.headers.has("x-export-as-of"),
            lines: (await answer.text()).trim().split("\n").length,
          };
        }),
        refusal: await told(async () => {
          const answer = await fetch(`${api}/graphql`, {
            method: "POST",
            headers: { authorization: "Bearer nobody" },
          });
          return answer.status;
        }),
      };
    },
    { api: scrip.origin, bearer: token },
  );
  await page.close();
  return got;
}

test("a page of an origin that is allowed asks, follows and exports with a customer's token, and sees why it is refused", async () => {
  expect(await asked(sites[0]?.origin ?? "")).toEqual({
    wallet: { answer: { data: { wallet: { available: "100000" } } }, hasRequestId: true },
    stream: 'event: next\ndata: {"data":{"walletChanged":{"balance":"100000"}}}',
    export: { asOf: true, lines: 2 },
    refusal: 401,
  });
});

test("the page of another origin gets nothing at all", async () => {
  const nothing = "TypeError";
  expect(await asked(sites[1]?.origin ?? "")).toEqual({
    ...{ wallet: nothing, stream: nothing, export: nothing, refusal: nothing },
  });
});

test("CORS_ORIGINS lists origins; what is none is told as it stands there", () => {
  const origins = (text: string) => readConfig({ CORS_ORIGINS: text }).corsOrigins;
  expect(readConfig({}).corsOrigins).toEqual([]);
  expect(origins("https://App.example:443, http://localhost:5173")).toEqual([
    ...["https://app.example", "http://localhost:5173"],
  ]);
  for (const wrong of ["*", "app.example", "https://app.example/shop", "https://me@app.example", "null"]) {
    const line = `CORS_ORIGINS must be origins like https://app.example, with commas between, got "${wrong}".`;
    expect(() => origins(`https://app.example,${wrong}`)).toThrow(new ConfigError([line]));
  }
});
