import { extractText, getDocumentProxy } from "unpdf";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../../server/documents/columns.js";
import { invoiceDocument } from "../../server/documents/invoiceDocument.js";
import { pdfFile } from "../../server/documents/pdf/document.js";
import type { Invoice } from "../../server/domain/invoice.js";
import { amount, at, awkward, draft, long, monthly, onePack, parties, yen } from "./invoices.js";

const shown = (invoice: Invoice) => invoiceDocument(invoice, invoice.parties ?? parties);

interface Read {
  readonly bytes: Buffer;
  /** The text of each page, without spaces: where lines break is not what is tested. */
  readonly pages: readonly string[];
  readonly title: unknown;
}

const files = new Map<Invoice, Promise<Read>>();

function read(invoice: Invoice): Promise<Read> {
  const file = files.get(invoice) ?? readAnew(invoice);
  files.set(invoice, file);
  return file;
}

async function readAnew(invoice: Invoice): Promise<Read> {
  const bytes = await pdfFile(shown(invoice));
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const { text } = await extractText(pdf, { mergePages: false });
  const { info } = await pdf.getMetadata();
  return { bytes, pages: text.map(close), title: "Title" in info ? info.Title : undefined };
}

const close = (text: string): string => text.normalize("NFKC").replace(/\s/g, "");

/** Every text of a document that is read in the order in which it is written. */
function textsOf(invoice: Invoice): string[] {
  const { title, stamp, seller, buyer, facts, demand, items, totals, statement, notes } = shown(invoice);
  return [
    ...[title, stamp?.text, seller?.name, ...(seller?.lines ?? []), buyer.name, ...buyer.lines],
    ...[demand.label, demand.figure, demand.remark, statement?.title, statement?.introduction, ...notes],
    ...facts.flatMap(({ label, text }) => [label, text]),
    ...totals.flatMap(({ label, figure }) => [label, figure]),
    ...[items, statement?.table]
      .filter((table) => table !== undefined)
      .flatMap((table) => rowsOf(table))
      .flatMap(({ cells, remark }) => [...cells, remark]),
  ].filter((text): text is string => Boolean(text));
}

/** The names of a file's fonts; each must be in the file. */
function fontsIn(bytes: Buffer): string[] {
  const source = bytes.toString("latin1");
  const files = source.match(/\/FontFile[23]? \d+ 0 R/g) ?? [];
  const names = new Set([...source.matchAll(/\/BaseFont \/([^\s/]+)/g)].map(([, name = ""]) => name));
  expect(files).toHaveLength(names.size);
  return [...names].map((name) => name.replace(/^[A-Z]{6}\+/, "")).sort();
}

test.each(Object.entries({ monthly, onePack, draft, yen, long }))(
  "the PDF of %s has every text and figure of its model, as text",
  async (_, invoice) => {
    const { pages, title } = await read(invoice);
    const all = pages.join("");
    expect(textsOf(invoice).filter((text) => !all.includes(close(text)))).toEqual([]);
    expect(title).toBe(shown(invoice).name);
    for (const [index, text] of pages.entries()) expect(text).toContain(`${index + 1}of${pages.length}`);
  },
);

describe("pages", () => {
  test("a purchase has one, a month of usage two", async () => {
    expect([(await read(onePack)).pages.length, (await read(monthly)).pages.length]).toEqual([1, 2]);
  });

  test("every page of a long table begins with its head, and the totals stay with the last item", async () => {
    const { pages } = await read(long);
    const first = pages.filter((text) => text.includes("DescriptionQuantity"));
    const statement = pages.filter((text) => text.includes("ItemQuantity"));
    expect(first.length).toBeGreaterThan(2);
    expect(first.length + statement.length).toBe(pages.length);
    expect(first.at(-1)).toContain("Amountdue");
    expect(first.at(-1)).toContain("Generation,anime,engine8");
    for (const page of statement.slice(0, -1)) expect(page).not.toContain("Subtotal");
    expect(
      statement.filter((page) => /^ItemQuantity.*?AmountGeneration,[a-z]+,engine\d,continued/.test(page)),
    ).not.toEqual([]);
  });
});

describe("fonts", () => {
  test("are in the file, open ones, and only those that it needs", async () => {
    expect(fontsIn((await read(monthly)).bytes)).toEqual(["Inter-Regular", "Inter-SemiBold"]);
    const names = new Set(fontsIn((await read(yen)).bytes).map((name) => name.replace(/-.*/, "")));
    expect([...names]).toEqual(["Inter", "NotoSansSC"]);
  });

  test("set other scripts, writing from the right too, and leave a sign for what none of them has", async () => {
    const { pages, bytes } = await read(awkward);
    const all = pages.join("");
    for (const text of ["Генерация", "Δημιουργία", "이미지생성", "图像生成", "<script>alert", "חברתלומן"])
      expect(all.includes(text) || all.includes([...text].reverse().join("")), text).toBe(true);
    // A woman at a computer, which is one character to a reader, and a rune; and five letters in Thai.
    expect(all.match(/▯/gu)?.length).toBeGreaterThanOrEqual(2 * 2 + 4 + 1);
    expect(all).toContain("▯standsforacharacterthatthisfilehasnofontfor");
    expect((await read(monthly)).pages.join("")).not.toContain("▯");
    expect(new Set(fontsIn(bytes).map((name) => name.replace(/-.*/, "")))).toEqual(
      new Set(["DejaVuSans", "Inter", "NotoSansKR", "NotoSansSC"]),
    );
  });
});

test("one invoice is one file, to the byte", async () => {
  for (const invoice of [monthly, yen])
    expect((await pdfFile(shown(invoice))).equals((await read(invoice)).bytes)).toBe(true);
});

test("words without end, endless notes and addresses go on where there is room for them", async () => {
  const address = {
    ...{ name: "n".repeat(255), lines: Array.from({ length: 5 }, () => "l".repeat(255)), country: "DE" },
    ...{ postalCode: "p".repeat(32), city: "c".repeat(255) },
  };
  const customer = { ...parties.customer, name: "N".repeat(255), address };
  const line = { ...monthly.lines[0], description: "d".repeat(6_000) };
  const huge = {
    ...monthly,
    lines: [line, ...monthly.lines.slice(1)] as Invoice["lines"],
    parties: { operator: { ...customer, notes: null }, customer },
    notes: "note ".repeat(1_500),
  };
  const { pages } = await read(huge as Invoice);
  const all = pages.join("");
  expect(all.match(/d/g)?.length).toBeGreaterThan(12_000);
  expect(all.match(/note/g)?.length).toBeGreaterThanOrEqual(1_500);
  expect(all.match(/l/g)?.length).toBeGreaterThanOrEqual(2 * 5 * 255);
});

interface Piece {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
}

test("the amount due is set below the facts, and its remark not over it, however large and long they are", async () => {
  const bare = { ...parties.customer, address: null, email: null, taxId: null };
  const period = { start: at("2026-07-10T09:30:00Z"), end: at("2026-08-10T09:30:00Z") };
  const amountDue = amount("9007199254.74");
  const invoice = { ...monthly, amountDue, period, parties: { operator: null, customer: bare } };
  const pdf = await getDocumentProxy(new Uint8Array(await pdfFile(shown(invoice))));
  const pieces: readonly Piece[] = (await (await pdf.getPage(1)).getTextContent()).items;
  const spot = (text: string) => {
    const found = pieces.find(({ str }) => str.startsWith(text));
    if (found === undefined) throw new Error(`There is no ${text} on the page.`);
    const { transform, width } = found;
    const [, , , , left = 0, y = 0] = transform;
    return { left, right: left + width, y };
  };
  const [fact, figure, remark] = [spot("Customer number"), spot("USD 9,007,199,254.74"), spot("For 10 July")];
  expect(fact.y - figure.y).toBeGreaterThan(30);
  expect(remark.left < figure.right && figure.y - remark.y < 12).toBe(false);
});
