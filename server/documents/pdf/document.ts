import PDFDocument from "pdfkit";
import { rowsOf } from "../columns.js";
import type { BillingDocument, Statement } from "../document.js";
import { facesFor } from "./fonts.js";
import { keptNotesHeight, setDemand, setHead, setNotes, setTotals, totalsHeight } from "./front.js";
import { missingSign, settable } from "./runs.js";
import { frameOf, palette, Sheet, style } from "./sheet.js";
import { layOut, setTable } from "./table.js";
import { typesetter } from "./typesetter.js";

const missingNote = `${missingSign} stands for a character that this file has no font for; the page has it.`;

/** A document as a PDF: real text in fonts of its own, and the same bytes whenever it is made. */
export async function pdfFile(document: BillingDocument): Promise<Buffer> {
  const all = `${textsOf(document).join("")}${missingNote} 0123456789of·., continued`;
  const faces = await facesFor(all);
  const isComplete = textsOf(document).every((text) => !settable(text, faces).includes(missingSign));
  const doc = new PDFDocument({
    ...{ autoFirstPage: false, bufferPages: true, margin: 0, lang: "en", displayTitle: true },
    ...{ pdfVersion: "1.7", subset: "PDF/A-2b" },
    ...withoutHelvetica,
    info: {
      ...{ Title: document.name, Creator: "Scrip", Producer: "Scrip" },
      CreationDate: new Date(document.madeAt),
    },
  });
  const bytes = collected(doc);
  const sheet = new Sheet(doc, typesetter(doc, faces));
  sheet.turn("portrait");
  setHead(sheet, document);
  setDemand(sheet, document.demand);
  const layout = layOut(document.items, sheet.type, { frame: frameOf("portrait"), size: 9.2 });
  const notes = isComplete ? document.notes : [...document.notes, missingNote];
  const below = totalsHeight(document.totals) + keptNotesHeight(sheet, notes);
  await setTable(sheet, document.items, { layout, below });
  setTotals(sheet, document.totals);
  setNotes(sheet, notes);
  if (document.statement !== null) await setStatement(sheet, document.statement);
  numberPages(sheet, document);
  doc.end();
  return bytes;
}

/** Which is not open, so it would not be embedded; the types know no other way than to name another one. */
const withoutHelvetica: PDFKit.PDFDocumentOptions = { font: "" };

const textsOf = ({
  title,
  name,
  seller,
  buyer,
  buyerLabel,
  facts,
  demand,
  items,
  totals,
  statement,
  notes,
}: BillingDocument) => [
  ...[title, name, seller?.name ?? "", ...(seller?.lines ?? []), buyer.name, ...buyer.lines, ...notes],
  ...[`${buyerLabel}\u200a`, demand.label, demand.figure, demand.remark ?? ""],
  ...facts.flatMap(({ label, text }) => [label, text]),
  ...totals.flatMap(({ label, figure }) => [label, figure]),
  ...[items, statement?.table]
    .filter((table) => table !== undefined)
    .flatMap((table) => [
      ...table.columns.map(({ label }) => label),
      ...table.groups.map(({ title: groupTitle }) => groupTitle ?? ""),
      ...rowsOf(table).flatMap(({ cells, remark }) => [...cells, remark ?? ""]),
    ]),
  ...[statement?.title ?? "", statement?.introduction ?? ""],
  "DRAFTPAIDVOIDUNCOLLECTIBLE",
];

/** Upright where the figures leave room for the items, else sideways, and smaller where even that is too narrow. */
const statementSettings = [
  { turned: "portrait", size: 8 },
  { turned: "landscape", size: 8 },
  { turned: "landscape", size: 6.5 },
  { turned: "landscape", size: 5 },
] as const;

async function setStatement(sheet: Sheet, { title, introduction, table }: Statement): Promise<void> {
  const tried = statementSettings.map(({ turned, size }) => ({
    turned,
    layout: layOut(table, sheet.type, { frame: frameOf(turned), size }),
  }));
  const chosen = tried.find(({ layout }) => layout.fits) ?? tried.at(-1);
  if (chosen === undefined) throw new Error("There is no setting to try.");
  sheet.turn(chosen.turned);
  sheet.write(title, style(15, { weight: "bold" }), { height: 20 });
  sheet.y += 22;
  const small = style(8.6, { color: palette.soft });
  for (const text of sheet.type.lines(introduction, small, sheet.width)) {
    sheet.write(text, small, { height: 12 });
    sheet.y += 12;
  }
  sheet.y += 12;
  await setTable(sheet, table, { layout: chosen.layout });
}

/** Last of all, when it is known how many there are. */
function numberPages(sheet: Sheet, { name, buyer }: BillingDocument): void {
  const { start, count } = sheet.doc.bufferedPageRange();
  const footer = style(7.8, { color: palette.soft });
  for (let index = start; index < start + count; index += 1) {
    sheet.doc.switchToPage(index);
    const y = sheet.doc.page.height - 42;
    const [what = ""] = sheet.type.lines(`${name} · ${buyer.name}`, footer, sheet.width - 80);
    sheet.write(what, footer, { y });
    sheet.write(`${index - start + 1} of ${count}`, footer, { x: sheet.right, y, align: "right" });
  }
}

function collected(doc: PDFKit.PDFDocument): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
    doc.on("error", reject);
  });
}
