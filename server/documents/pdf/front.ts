import type { BillingDocument, Demand, Fact, Party, Stamp, Total } from "../document.js";
import { palette, type Sheet, style, toneColors } from "./sheet.js";
import type { TextStyle } from "./typesetter.js";

const body = style(9.2);
const soft = style(9.2, { color: palette.soft });
const lineHeight = 13.4;
const gutter = 36;

interface Line {
  readonly text: string;
  readonly style: TextStyle;
  readonly height: number;
}

/** Who sells, what this is, who is billed, and the facts. */
export function setHead(
  sheet: Sheet,
  { seller, buyer, buyerLabel, title, stamp, facts }: BillingDocument,
): void {
  const titleStyle = style(23, { weight: "bold" });
  const titleWidth = Math.max(150, sheet.type.width(title, titleStyle));
  const top = sheet.y;
  const page = sheet.doc.page;
  sheet.write(title, titleStyle, { x: sheet.right, height: 27, align: "right" });
  if (stamp !== null) setStamp(sheet, stamp, top + 37);
  setLines(sheet, seller === null ? [] : partyLines(sheet, seller, sheet.width - titleWidth - gutter));
  // Below the title and the stamp as well, unless the seller's lines went on to another page.
  if (sheet.doc.page === page) sheet.y = Math.max(sheet.y, top + (stamp === null ? 40 : 66));
  sheet.y += 26;
  const half = (sheet.width - gutter) / 2;
  const factsPage = sheet.doc.page;
  const factsEnd = setFacts(sheet, facts, half);
  const heading = style(8.2, { weight: "bold", color: palette.soft });
  setLines(sheet, [
    { text: buyerLabel, style: heading, height: lineHeight + 2 },
    ...partyLines(sheet, buyer, half),
  ]);
  if (sheet.doc.page === factsPage) sheet.y = Math.max(sheet.y, factsEnd);
}

function partyLines(sheet: Sheet, { name, lines }: Party, width: number): Line[] {
  const nameStyle = style(10.6, { weight: "bold" });
  return [
    ...sheet.type.lines(name, nameStyle, width).map((text) => ({ text, style: nameStyle, height: 15.5 })),
    ...lines
      .flatMap((line) => sheet.type.lines(line, soft, width))
      .map((text) => ({ text, style: soft, height: lineHeight })),
  ];
}

function setLines(sheet: Sheet, lines: readonly Line[]): void {
  for (const { text, style: lineStyle, height } of lines) {
    sheet.makeRoom(height);
    sheet.write(text, lineStyle, { height });
    sheet.y += height;
  }
}

/** Beside the one who is billed, on the same page: they are few, and each is short. Tells where they end. */
function setFacts(sheet: Sheet, facts: readonly Fact[], width: number): number {
  let y = sheet.y;
  const labels = Math.max(...facts.map(({ label }) => sheet.type.width(label, soft)));
  for (const { label, text } of facts) {
    sheet.write(label, soft, { x: sheet.right - width, y, height: lineHeight });
    for (const line of sheet.type.lines(text, body, width - labels - 12)) {
      sheet.write(line, body, { x: sheet.right, y, height: lineHeight, align: "right" });
      y += lineHeight;
    }
    y += 1.2;
  }
  return y;
}

function setStamp(sheet: Sheet, { text, tone }: Stamp, y: number): void {
  const color = toneColors[tone];
  const letters = style(9.5, { weight: "bold", color });
  const spaced = [...text].join("\u200a");
  const width = sheet.type.width(spaced, letters) + 20;
  sheet.doc
    .roundedRect(sheet.right - width, y, width, 20, 3)
    .lineWidth(1.4)
    .strokeColor(color)
    .stroke();
  sheet.write(spaced, letters, { x: sheet.right - 10, y, height: 20, align: "right" });
}

/** How much, in one look. */
export function setDemand(sheet: Sheet, { label, figure, remark }: Demand): void {
  const height = 40;
  const figureStyle = style(16, { weight: "bold" });
  const figureAt = sheet.left + 14 + sheet.type.width(label, body) + 14;
  const room = sheet.right - 28 - figureAt - sheet.type.width(figure, figureStyle);
  // Beside a figure that leaves no room for it, the remark would be set over the figure.
  const below = remark !== null && sheet.type.width(remark, soft) > room ? lineHeight + 2 : 0;
  sheet.y += 22;
  sheet.makeRoom(height + below);
  sheet.doc.roundedRect(sheet.left, sheet.y, sheet.width, height + below, 3).fill(palette.tint);
  sheet.write(label, body, { x: sheet.left + 14, y: sheet.y + 2, height });
  sheet.write(figure, figureStyle, { x: figureAt, height });
  if (remark !== null)
    sheet.write(remark, soft, {
      ...{ x: sheet.right - 14, y: sheet.y + 2 + (below === 0 ? 0 : below + 4), height, align: "right" },
    });
  sheet.y += height + below + 20;
}

const totalHeight = 16.5;

/** How high the totals will be, so that they can be kept with the last item. */
export const totalsHeight = (rows: readonly Total[]): number => rows.length * totalHeight + 26;

export function setTotals(sheet: Sheet, rows: readonly Total[]): void {
  const styleOf = ({ weight }: Total): TextStyle =>
    style(weight === "demand" ? 11.2 : weight === "aside" ? 8.6 : 9.4, {
      weight: weight === "demand" || weight === "sum" ? "bold" : "regular",
      color: weight === "aside" ? palette.soft : palette.ink,
      isFigure: true,
    });
  const widest = (of: (row: Total) => string) =>
    Math.max(...rows.map((row) => sheet.type.width(of(row), styleOf(row))));
  const width = Math.min(
    sheet.width,
    Math.max(240, widest(({ label }) => label) + widest(({ figure }) => figure) + 36),
  );
  const from = sheet.right - width;
  sheet.y += 10;
  for (const row of rows) {
    if (row.weight === "sum") sheet.rule(sheet.y + 1, { from });
    if (row.weight === "demand") {
      sheet.y += 2;
      sheet.rule(sheet.y, { from, width: 1, color: palette.ink });
      sheet.y += 2;
    }
    const height = row.weight === "demand" ? totalHeight + 4 : totalHeight;
    const left = { ...styleOf(row), isFigure: false };
    const [label = "", ...more] = sheet.type.lines(
      row.label,
      left,
      width - sheet.type.width(row.figure, styleOf(row)) - 20,
    );
    sheet.write(label, left, { x: from, height });
    sheet.write(row.figure, styleOf(row), { x: sheet.right, height, align: "right" });
    sheet.y += height;
    for (const text of more) {
      sheet.write(text, left, { x: from, height: lineHeight });
      sheet.y += lineHeight;
    }
  }
}

const noteStyle = style(8.2, { color: palette.soft });
const noteLineHeight = 11.8;
const noteGap = 3.5;

/** How high the notes will be, if they are short enough to be kept with the totals; zero for others. */
export function keptNotesHeight({ type, width }: Sheet, notes: readonly string[]): number {
  const lines = notes.flatMap((note) => type.lines(note, noteStyle, width));
  return lines.length > 10 ? 0 : 26 + lines.length * noteLineHeight + notes.length * noteGap;
}

export function setNotes(sheet: Sheet, notes: readonly string[]): void {
  if (notes.length === 0) return;
  const height = noteLineHeight;
  sheet.y += 26;
  if (!sheet.makeRoom(3 * height)) sheet.rule(sheet.y - 8);
  for (const note of notes) {
    setLines(
      sheet,
      sheet.type.lines(note, noteStyle, sheet.width).map((text) => ({ text, style: noteStyle, height })),
    );
    sheet.y += noteGap;
  }
}
