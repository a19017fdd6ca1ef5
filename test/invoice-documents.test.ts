import { expectResult, type ScripClient } from "@scrip/sdk";
import { buildSchema, isObjectType } from "graphql";
import type { Browser } from "playwright-core";
import { extractText, getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeDocumentLinks } from "../server/access/documentLinks.js";
import { hourMs, instantFrom } from "../server/domain/instant.js";
import { InvoiceRow } from "../server/storage/rows/billing.js";
import { read as readSource } from "./contract/sources.js";
import { july, monthly, parties } from "./documents/invoices.js";
import { launchBrowser, openContext } from "./harness/browser.js";
import { type Answer, type RawServer, rawAdminKey, startRawServer } from "./harness/http.js";

const name = "Studio <b>Łódź</b> & Söhne <script>alert(1)</script>";

let server: RawServer;
let sdk: ScripClient;
let clockId: string;

beforeAll(async () => {
  server = await startRawServer("scenario-payg");
  sdk = server.sdk();
  clockId = (await sdk.createTestClock({ now: "2026-03-01T00:00:00Z" })).id;
  expectResult(
    await sdk.createCustomer({ id: "studio", name, plan: "payg", testClockId: clockId }),
    "CustomerCreated",
  );
  expectResult(await sdk.purchase({ customerId: "studio", creditPack: "prepaid-10" }), "Purchased");
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  server.send({ method: "GET", headers }, path);
const withKey = { authorization: `Bearer ${rawAdminKey}` };

async function fetched(path: string, headers: Record<string, string> = withKey) {
  const response = await fetch(server.origin + path, { headers });
  return { headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

async function invoiceOf(kind: "USAGE" | "PURCHASE") {
  const { nodes } = await sdk.invoices({ customerId: "studio" });
  const invoice = nodes.find((each) => each.kind === kind);
  if (invoice === undefined) throw new Error(`There is no invoice of kind ${kind}.`);
  const { htmlUrl, pdfUrl } = invoice;
  if (htmlUrl == null || pdfUrl == null) throw new Error("A stored invoice has links.");
  return { ...invoice, htmlUrl, pdfUrl };
}

const goTo = (to: string) => sdk.advanceTestClock({ id: clockId, to });

test("what is still to come has no links: nothing of it is stored", async () => {
  expect(await sdk.upcomingInvoice({ customerId: "studio" })).toMatchObject({
    status: "DRAFT",
    htmlUrl: null,
    pdfUrl: null,
  });
});

test("a draft is shown as one, with the parties of today", async () => {
  await goTo("2026-04-01T00:00:00Z");
  const { id, htmlUrl } = await invoiceOf("USAGE");
  const { text, headers } = await get(htmlUrl);
  expect(headers.get("content-disposition")).toBe(`inline; filename="draft-${id}.html"`);
  expect(text).toContain("<h1>Draft invoice</h1>");
  expect(text).toContain("A draft until 4 April 2026. Please do not pay it.");
  expect(text).toContain("Studio &lt;b&gt;Łódź&lt;/b&gt;");
});

/** A month as it is stored when it has been invoiced, whatever it was that has come to it. */
async function storeMonth(): Promise<void> {
  const { period, ...invoice } = monthly;
  const row: InvoiceRow = {
    ...{ ...invoice, customerId: "studio", parties: { ...parties, customer: { ...parties.customer, name } } },
    ...{ periodStart: july.start, periodEnd: july.end, attempts: 0, nextAttemptAt: null },
    awaitedPaymentId: null,
    ...{ charged: monthly.subtotal, unusedOf: null },
  };
  await server.admin.database.transact((tx) => tx.manager.insert(InvoiceRow, row));
}

describe("a month's invoice", () => {
  beforeAll(async () => {
    await goTo("2026-04-10T00:00:00Z");
    await storeMonth();
  });

  test("is a page of itemised usage, which may load and run nothing", async () => {
    const { id, number } = await invoiceOf("USAGE");
    const { status, headers, text } = await get(`/invoices/${id}.html`, withKey);
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers.get("content-disposition")).toBe(`inline; filename="invoice-${number}.html"`);
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get("cache-control")).toBe("private, no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    for (const said of [`Invoice ${number}`, "Itemised statement", "USD", "1 July 2026 – 31 July 2026"])
      expect(text).toContain(said);
    expect(text).not.toContain("<script");
  });

  test("is a PDF that says the same", async () => {
    const { id, number, amountDue } = await invoiceOf("USAGE");
    const { bytes, headers } = await fetched(`/invoices/${id}.pdf`);
    expect(headers.get("content-type")).toBe("application/pdf");
    expect(headers.get("content-disposition")).toBe(`inline; filename="invoice-${number}.pdf"`);
    const { text, totalPages } = await extractText(await getDocumentProxy(bytes.slice()), {
      mergePages: true,
    });
    expect(totalPages).toBe(2);
    for (const said of [
      `Invoice ${number}`,
      name,
      `USD ${amountDue}`,
      "Itemised statement",
      "Free allowance",
    ])
      expect(text.replace(/\s+/g, " ")).toContain(said);
    expect(Buffer.from((await fetched(`/invoices/${id}.pdf`)).bytes).equals(bytes)).toBe(true);
  });

  test("is JSON in the words of the API", async () => {
    const { id, htmlUrl: _, pdfUrl: __, ...rest } = await invoiceOf("USAGE");
    const { headers, text } = await get(`/invoices/${id}.json`, withKey);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(JSON.parse(text)).toEqual({ id, ...rest });
    const type = buildSchema(readSource("schema.graphql")).getType("Invoice");
    if (!isObjectType(type)) throw new Error("Invoice is an object type.");
    const fields = Object.keys(type.getFields()).filter((field) => !["htmlUrl", "pdfUrl"].includes(field));
    expect(Object.keys(JSON.parse(text))).toEqual(fields);
  });

  test.each([
    ["nothing", undefined, "application/json"],
    ["anything", "*/*", "application/json"],
    ["what browsers ask for", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"],
    ["a PDF", "application/pdf", "application/pdf"],
    ["a PDF rather than JSON", "application/json;q=0.5, application/pdf;q=0.9", "application/pdf"],
    ["no PDF", "application/pdf;q=0", "application/json"],
  ])("without an ending, who accepts %s gets it", async (_, accept, expected) => {
    const { id } = await invoiceOf("PURCHASE");
    const { headers } = await fetched(`/invoices/${id}`, { ...withKey, ...(accept && { accept }) });
    expect(headers.get("content-type")).toContain(expected);
    expect(headers.get("vary")).toContain("accept");
  });
});

describe("who may see it", () => {
  test("who has an API key, a meter's too", async () => {
    const { id } = await invoiceOf("PURCHASE");
    const { text } = await server.admin.createKey({ name: "a meter", role: "METER" });
    expect((await get(`/invoices/${id}.html`, { authorization: `Bearer ${text}` })).status).toBe(200);
  });

  test("nobody without one, and strangers are not told which invoices there are", async () => {
    const { id } = await invoiceOf("PURCHASE");
    for (const path of [`/invoices/${id}.pdf`, "/invoices/none.pdf", `/invoices/${id}`])
      for (const headers of [{}, { authorization: "Bearer wrong" }] as const) {
        const { status, text } = await get(path, headers);
        expect([path, status, JSON.parse(text).errors[0].extensions.code]).toEqual([
          path,
          401,
          "UNAUTHENTICATED",
        ]);
      }
  });

  test("with a key, an unknown one is not found, whatever stands in its place", async () => {
    for (const id of ["none", "inv_1.txt", "%00", "%E0%A4%A", "a%2Fb", "é".repeat(20), ".pdf"]) {
      const { status } = await get(`/invoices/${id}.html`, withKey);
      expect([id, status]).toEqual([id, id === "%E0%A4%A" ? 400 : 404]);
    }
  });

  test("who has a link, for an hour, and only that invoice", async () => {
    const purchase = await invoiceOf("PURCHASE");
    const { id: other } = await invoiceOf("USAGE");
    const { pdfUrl, htmlUrl } = purchase;
    const token = new URL(pdfUrl, server.origin).searchParams.get("token") ?? "";
    expect((await get(pdfUrl)).status).toBe(200);
    const page = await get(htmlUrl);
    expect(page.status).toBe(200);
    expect(page.text).toContain(`<a href="${purchase.id}.pdf?token=${token}">`);
    const [until = "", signature = ""] = token.split(".");
    const forged = [
      `/invoices/${other}.pdf?token=${token}`,
      `/invoices/${purchase.id}.pdf?token=${Number(until) + 1}.${signature}`,
      `/invoices/${purchase.id}.pdf?token=${until}.${signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))}`,
      `/invoices/${purchase.id}.pdf?token=${until}`,
      `/invoices/${purchase.id}.pdf?token=`,
      `/invoices/${purchase.id}.pdf?token=${token}&token=${token}`,
    ];
    for (const path of forged) expect([path, (await get(path)).status]).toEqual([path, 401]);
    server.wait(hourMs - 1);
    expect((await get(htmlUrl)).status).toBe(200);
    server.wait(1);
    const late = await get(htmlUrl);
    expect([late.status, late.headers.get("content-type")]).toEqual([401, "text/html; charset=utf-8"]);
    expect(late.text).toContain("This link has expired");
    expect((await get((await invoiceOf("PURCHASE")).htmlUrl)).status).toBe(200);
  });

  test("a link that another process of the same database has signed opens it too", async () => {
    const { id } = await invoiceOf("PURCHASE");
    const linked = { kind: "invoice", id } as const;
    const clock = () => instantFrom("2026-04-15T11:00:00Z");
    const links = makeDocumentLinks({ database: server.admin.database, clock });
    const [first, second] = await Promise.all([links.sign(linked), links.sign(linked)]);
    expect(first).toBe(second);
    expect((await get(`/invoices/${id}.html?token=${first}`)).status).toBe(200);
  });
});

describe("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 180_000);
  afterAll(() => browser?.close());

  test("the page shows without a complaint, asks for nothing else, and prints on A4", async () => {
    const { htmlUrl, number } = await invoiceOf("USAGE");
    const { context, strays } = await openContext(browser, server.origin);
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(server.origin + htmlUrl);
    expect(await page.getByRole("heading", { name: "Invoice", exact: true }).isVisible()).toBe(true);
    expect(await page.title()).toContain(`Invoice ${number}`);
    expect(await page.getByText(name, { exact: true }).count()).toBe(1);
    // The policy lets the page's own style in: a table of figures is set to the right.
    const align = "getComputedStyle(document.querySelector('td.figure')).textAlign";
    expect(await page.evaluate(align)).toBe("right");
    expect(await page.evaluate("document.scripts.length")).toBe(0);
    const printed = await page.pdf({ preferCSSPageSize: true });
    const { totalPages } = await extractText(await getDocumentProxy(new Uint8Array(printed)));
    expect({ totalPages, strays, complaints }).toEqual({ totalPages: 2, strays: [], complaints: [] });
    expect(requests).toEqual([new URL(htmlUrl, server.origin).pathname]);
    await context.close();
  });
});
