import { describe, expect, test } from "vitest";
import { rowsOf } from "../../server/documents/columns.js";
import { htmlPage } from "../../server/documents/html/page.js";
import { invoiceDocument } from "../../server/documents/invoiceDocument.js";
import type { Invoice } from "../../server/domain/invoice.js";
import { awkward, draft, long, monthly, onePack, parties, yen } from "./invoices.js";

const shown = (invoice: Invoice) => invoiceDocument(invoice, invoice.parties ?? parties);
const pageOf = (invoice: Invoice) => htmlPage(shown(invoice), null);

const entities: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" },
};

/** The texts between the tags, as a reader sees them. */
const textsIn = (page: string): string[] =>
  page
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .split(/<[^>]*>/)
    .map((text) => text.replace(/&([a-z]+|#\d+);/g, (whole, name) => entities[name] ?? whole))
    .filter((text) => text.trim() !== "");

/** Tags that are not closed, or closed out of order. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name = ""] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (["meta", "link"].includes(name)) continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

const samples = Object.entries({ monthly, onePack, long, draft, yen, awkward });

test.each(samples)(
  "the page of %s has every text and figure of its model, in well-formed tables",
  (_, invoice) => {
    const document = shown(invoice);
    const page = pageOf(invoice);
    const texts = new Set(textsIn(page));
    const tables = [document.items, document.statement?.table].filter((table) => table !== undefined);
    const expected = [
      ...[document.title, document.buyer.name, ...document.buyer.lines, ...document.notes],
      ...document.facts.flatMap(({ label, text }) => [label, text]),
      ...document.totals.flatMap(({ label, figure }) => [label, figure]),
      ...tables.flatMap((table) => rowsOf(table).flatMap(({ cells, remark }) => [...cells, remark ?? ""])),
    ].filter((text) => text !== "");
    expect(expected.filter((text) => !texts.has(text))).toEqual([]);
    expect(unbalanced(page)).toEqual([]);
    // Each row has its head and a cell for each further column.
    for (const [, row = ""] of page.matchAll(/<tr(?: class="\w+")?>(<th scope="row">[\s\S]*?)<\/tr>/g))
      expect([1, ...tables.map(({ columns }) => columns.length - 1)]).toContain(row.split("<td").length - 1);
  },
);

describe("the page", () => {
  test("needs nothing but itself", () => {
    for (const [, invoice] of samples)
      expect(pageOf(invoice)).not.toMatch(
        /<script\b|<img\b|<iframe\b|@import|url\(|\bsrc=|https?:| style=| on\w+=/,
      );
  });

  test("shows markup in names as text", () => {
    const page = pageOf(awkward);
    expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Donau");
    expect(page).toContain("&lt;b&gt;&amp; Söhne&lt;/b&gt;");
  });

  test("says its language, its title, and what its columns and rows are", () => {
    const page = pageOf(monthly);
    expect(page).toContain('<html lang="en">');
    expect(page).toContain("<title>Invoice 2026-000042 – Northlight Imaging GmbH</title>");
    expect(page.match(/<caption>/g)).toHaveLength(3);
    expect(page.match(/<th scope="col"/g)).toHaveLength(14);
    expect(page.match(/<th scope="rowgroup"/g)).toHaveLength(2);
  });

  test("leads to the PDF where it may be opened without a key", () => {
    expect(htmlPage(shown(monthly), "inv_1.pdf?token=1.a")).toContain('href="inv_1.pdf?token=1.a"');
    expect(pageOf(monthly)).not.toContain("Download");
  });

  test("is printed sideways only when its statement is wide", () => {
    expect(pageOf(monthly)).toContain('class="statement wide"');
    expect(pageOf(awkward)).toContain('class="statement"');
  });
});
