import { type CreditNote, expectResult, type Invoice, type ScripClient } from "@scrip/sdk";
import { buildSchema, isObjectType } from "graphql";
import { extractText, getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeDocumentLinks } from "../server/access/documentLinks.js";
import { hourMs, instantFrom } from "../server/domain/instant.js";
import { read as readSource } from "./contract/sources.js";
import { type Answer, type RawServer, rawAdminKey, startRawServer } from "./harness/http.js";

let server: RawServer;
let sdk: ScripClient;
let invoice: Invoice;
/** 5.99 of the 12 that a pack of 10 costs with tax, back to the card. */
let refund: CreditNote;
/** All of another one, kept for the next invoices. */
let kept: CreditNote;

const customerId = "studio";
const name = "Studio <b>Łódź</b> & Söhne <script>alert(1)</script>";

async function buy(): Promise<Invoice> {
  return expectResult(await sdk.purchase({ customerId, creditPack: "prepaid-10" }), "Purchased").invoice;
}

beforeAll(async () => {
  server = await startRawServer("scenario-payg");
  sdk = server.sdk();
  const billingAddress = { lines: ["8 rue Lepic"], postalCode: "75018", city: "Paris", country: "FR" };
  const created = await sdk.createCustomer({ id: customerId, name, plan: "payg", billingAddress });
  expectResult(created, "CustomerCreated");
  invoice = await buy();
  const part = { customerId, invoiceId: invoice.id, amount: "5.99", reason: "Paid <twice>" };
  refund = expectResult(await sdk.refundPurchase(part), "PurchaseRefunded").creditNote;
  const other = { customerId, invoiceId: (await buy()).id, settlement: "BALANCE" } as const;
  kept = expectResult(await sdk.refundPurchase(other), "PurchaseRefunded").creditNote;
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  server.send({ method: "GET", headers }, path);
const withKey = { authorization: `Bearer ${rawAdminKey}` };

describe("a credit note", () => {
  test("names its invoice and the tax that goes back with it", async () => {
    expect(refund).toMatchObject({
      ...{ invoiceId: invoice.id, invoiceNumber: invoice.number, invoiceFinalizedAt: invoice.finalizedAt },
      ...{ subtotal: "4.99", amount: "5.99" },
      taxes: [{ name: "TVA", percent: "20", inclusive: false, taxable: "4.99", amount: "1" }],
    });
    expect(kept).toMatchObject({ subtotal: "10", taxes: [{ amount: "2" }], amount: "12" });
    expect(await sdk.creditNote({ id: refund.id })).toEqual(refund);
    expect(await sdk.creditNote({ id: "cn_none" })).toBeNull();
  });

  test("is a page with the parties of its invoice, also when they have changed", async () => {
    await sdk.updateCustomer({ customerId, billingAddress: { city: "Berlin", country: "DE" } });
    const { status, headers, text } = await get(`/credit-notes/${refund.id}.html`, withKey);
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers.get("content-disposition")).toBe(`inline; filename="credit-note-CN-2026-000001.html"`);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("cache-control")).toBe("private, no-store");
    for (const said of [
      ...["<h1>Credit note</h1>", "CN-2026-000001", invoice.number ?? "", "15 April 2026", "Credited to"],
      ...["Example Games SAS", "Studio &lt;b&gt;Łódź&lt;/b&gt;", "75018 Paris", "Paid &lt;twice&gt;"],
      ...["TVA 20% (FR) on USD 4.99", "USD 5.99", "Goes back to where the payment came from."],
    ])
      expect(text).toContain(said);
    for (const unsaid of ["<script", "Berlin", "Charged to your card"]) expect(text).not.toContain(unsaid);
  });

  test("is a PDF that says the same, the same bytes each time", async () => {
    const fetched = async () => {
      const response = await fetch(server.origin + kept.pdfUrl);
      return { headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
    };
    const { headers, bytes } = await fetched();
    expect(headers.get("content-type")).toBe("application/pdf");
    expect(headers.get("content-disposition")).toBe('inline; filename="credit-note-CN-2026-000002.pdf"');
    const { text, totalPages } = await extractText(await getDocumentProxy(bytes.slice()), {
      mergePages: true,
    });
    expect(totalPages).toBe(1);
    for (const said of ["Credit note CN-2026-000002", name, "All of invoice 2026-000002", "USD 12.00"])
      expect(text.replace(/\s+/g, " ")).toContain(said);
    expect(text).toContain("Added to the credit balance");
    expect(Buffer.from((await fetched()).bytes).equals(bytes)).toBe(true);
  });

  test("is JSON in the words of the API, with the parties of its invoice", async () => {
    const { htmlUrl: _, pdfUrl: __, ...rest } = refund;
    const { headers, text } = await get(`/credit-notes/${refund.id}`, withKey);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(JSON.parse(text)).toEqual({ ...rest, parties: invoice.parties });
    const type = buildSchema(readSource("schema.graphql")).getType("CreditNote");
    if (!isObjectType(type)) throw new Error("CreditNote is an object type.");
    const fields = Object.keys(type.getFields()).filter((field) => !["htmlUrl", "pdfUrl"].includes(field));
    expect(Object.keys(JSON.parse(text))).toEqual([...fields, "parties"]);
  });

  test("stands on its invoice's JSON too", async () => {
    const { text } = await get(`/invoices/${invoice.id}.json`, withKey);
    const { htmlUrl: _, pdfUrl: __, ...rest } = refund;
    expect(JSON.parse(text).creditNotes).toEqual([rest]);
  });
});

describe("who may see it", () => {
  test("who has an API key, a meter's too, and nobody without one", async () => {
    const { text } = await server.admin.createKey({ name: "a meter", role: "METER" });
    const path = `/credit-notes/${refund.id}.html`;
    expect((await get(path, { authorization: `Bearer ${text}` })).status).toBe(200);
    for (const path of [`/credit-notes/${refund.id}.pdf`, "/credit-notes/none.pdf"])
      for (const headers of [{}, { authorization: "Bearer wrong" }] as const) {
        const answer = await get(path, headers);
        const { code } = JSON.parse(answer.text).errors[0].extensions;
        expect([path, answer.status, code]).toEqual([path, 401, "UNAUTHENTICATED"]);
      }
  });

  test("with a key, an unknown one is not found, and neither is an invoice in its place", async () => {
    for (const id of ["none", "%00", invoice.id]) {
      const { status, text } = await get(`/credit-notes/${id}.html`, withKey);
      expect([id, status]).toEqual([id, 404]);
      expect(text).toContain("There is no credit note with this id.");
    }
    expect((await get(`/invoices/${refund.id}.html`, withKey)).status).toBe(404);
  });

  test("who has a link, for an hour, and only that credit note", async () => {
    const { id, htmlUrl, pdfUrl } = expectPresent(await sdk.creditNote({ id: refund.id }));
    const token = new URL(pdfUrl, server.origin).searchParams.get("token") ?? "";
    const page = await get(htmlUrl);
    expect([page.status, (await get(pdfUrl)).status]).toEqual([200, 200]);
    expect(page.text).toContain(`<a href="${id}.pdf?token=${token}">`);
    const clock = () => instantFrom("2026-04-15T10:00:00Z");
    const links = makeDocumentLinks({ database: server.admin.database, clock });
    const forged = [
      `/credit-notes/${kept.id}.pdf?token=${token}`,
      `/invoices/${invoice.id}.pdf?token=${token}`,
      `/credit-notes/${id}.pdf?token=${await links.sign({ kind: "invoice", id })}`,
      `/credit-notes/${id}.pdf?token=${token}&token=${token}`,
      `/credit-notes/${id}.pdf?token=`,
    ];
    for (const path of forged) expect([path, (await get(path)).status]).toEqual([path, 401]);
    server.wait(hourMs);
    const late = await get(htmlUrl);
    expect([late.status, late.text.includes("This link has expired")]).toEqual([401, true]);
  });
});

function expectPresent<Value>(value: Value | null): Value {
  if (value === null) throw new Error("It is there.");
  return value;
}
