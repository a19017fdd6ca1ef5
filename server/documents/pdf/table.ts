import { setImmediate } from "node:timers/promises";
import { decimalsByColumn, paddingAfter, rowsOf } from "../columns.js";
import type { Row, Table } from "../document.js";
import { type Frame, palette, type Sheet, style } from "./sheet.js";
import type { TextStyle, Typesetter } from "./typesetter.js";

/** How large a table is set, and how wide its columns come to be. */
export interface TableLayout {
  readonly size: number;
  /** Where each column ends; the first begins at the sheet's left. */
  readonly ends: readonly number[];
  readonly gap: number;
  readonly decimals: readonly number[];
  /** Whether the first column is wide enough to be read. */
  readonly fits: boolean;
}

/** Columns stand wide apart under unbroken labels where that leaves the items room to be read in, else close. */
const spacings = [
  { gap: 22, breaksLabels: false, firstMin: 190 },
  { gap: 13, breaksLabels: true, firstMin: 96 },
] as const;

const heading = (size: number): TextStyle => style(size * 0.88, { weight: "bold", color: palette.soft });

interface Measure {
  readonly frame: Frame;
  readonly size: number;
}

export function layOut(table: Table, type: Typesetter, { frame, size }: Measure): TableLayout {
  const decimals = decimalsByColumn(table);
  const figureStyle = style(size, { weight: "bold", isFigure: true });
  const figureWidths = table.columns.map((_, index) => {
    const figures = rowsOf(table).map(({ cells }) => padded(cells[index] ?? "", decimals[index] ?? 0));
    // The sums are bold, so everything has room to be.
    return index === 0 ? 0 : Math.max(0, ...longest(figures).map((text) => type.width(text, figureStyle)));
  });
  const tried = spacings.map(({ gap, breaksLabels, firstMin }) => {
    const widths = table.columns.slice(1).map(({ label }, index) => {
      const parts = breaksLabels ? label.split(" ") : [label];
      return Math.max(figureWidths[index + 1] ?? 0, ...parts.map((part) => type.width(part, heading(size))));
    });
    const first = frame.width - widths.reduce((sum, width) => sum + gap + width, 0);
    const ends = [frame.left + first];
    for (const width of widths) ends.push((ends.at(-1) ?? 0) + gap + width);
    return { size, gap, ends, decimals, fits: first >= firstMin };
  });
  const [roomy, close] = tried;
  if (roomy === undefined || close === undefined) throw new Error("There are two spacings to try.");
  return roomy.fits ? roomy : close;
}

const padded = (text: string, decimals: number): string => text + paddingAfter(text, decimals);

/** Figures are of one width, so only the longest ones need measuring. */
function longest(texts: readonly string[]): string[] {
  const length = Math.max(0, ...texts.map((text) => text.length));
  return [...new Set(texts.filter((text) => text.length >= length - 2 && text !== ""))];
}

/** Rows that are set before others get their turn: a long table must not hold up the calls that are being metered. */
const rowsAtOnce = 4;

/** Sets a table over as many pages as it takes, its head on each; `below` is kept on the page of the last row. */
export async function setTable(
  sheet: Sheet,
  table: Table,
  { layout, below = 0 }: { layout: TableLayout; below?: number },
): Promise<void> {
  const setter = new TableSetter(sheet, table, layout);
  setter.head();
  const last = rowsOf(table).at(-1);
  let count = 0;
  for (const { title, rows, sum } of table.groups) {
    setter.beginGroup(title);
    for (const row of sum === null ? rows : [...rows, sum]) {
      // A sum is kept with the row above it.
      const kept = row === last ? below : sum !== null && row === rows.at(-1) ? setter.plainHeight : 0;
      setter.row(row, { isBold: row === sum, indent: title !== null && row !== sum, below: kept });
      count += 1;
      if (count % rowsAtOnce === 0) await setImmediate();
    }
  }
  if (table.sum !== null) setter.total(table.sum, below);
}

interface RowOptions {
  readonly isBold: boolean;
  readonly indent: boolean;
  readonly below: number;
  readonly isRuled?: boolean;
}

class TableSetter {
  private readonly lineHeight: number;
  private readonly padding: number;
  /** The title of the group whose rows are being set. */
  private group: string | null = null;

  constructor(
    private readonly sheet: Sheet,
    private readonly table: Table,
    private readonly layout: TableLayout,
  ) {
    this.lineHeight = layout.size * 1.4;
    this.padding = layout.size * 0.42;
  }

  /** Of a row of one line. */
  get plainHeight(): number {
    return this.lineHeight + 2 * this.padding;
  }

  head(): void {
    const { sheet, table, layout } = this;
    const headStyle = heading(layout.size);
    const lineHeight = headStyle.size * 1.3;
    const labels = table.columns.map(({ label }, index) => this.inColumn(label, index, headStyle));
    const height = Math.max(...labels.map((lines) => lines.length)) * lineHeight;
    for (const [index, lines] of labels.entries())
      for (const [row, text] of lines.entries())
        sheet.write(text, headStyle, {
          ...this.spot(index),
          y: sheet.y + height - (lines.length - row) * lineHeight,
          height: lineHeight,
        });
    sheet.y += height + this.padding * 0.8;
    sheet.rule(sheet.y, { width: 1, color: palette.ink });
  }

  /** Rows from here on belong together, under a title if there is one. */
  beginGroup(title: string | null): void {
    const { sheet, layout, lineHeight, padding } = this;
    this.group = null;
    if (title === null) return;
    const titleStyle = style(layout.size, { weight: "bold" });
    const lines = sheet.type.lines(title, titleStyle, sheet.width);
    // A title is kept with its first row.
    this.makeRoom(lines.length * lineHeight + 5 * padding + lineHeight);
    sheet.y += padding * 1.6;
    this.textLines(lines, titleStyle, sheet.left);
    sheet.y += padding * 0.6;
    this.group = title;
  }

  /** On a new page the head comes again, and which group goes on. */
  private makeRoom(height: number): void {
    const { sheet, layout, padding, lineHeight, group } = this;
    if (!sheet.makeRoom(height)) return;
    this.head();
    if (group === null) return;
    const groupStyle = style(layout.size, { weight: "bold", color: palette.soft });
    const [title = ""] = sheet.type.lines(`${group}, continued`, groupStyle, sheet.width);
    sheet.y += padding;
    sheet.write(title, groupStyle, { height: lineHeight });
    sheet.y += lineHeight;
  }

  row({ cells, remark }: Row, { isBold, indent, below, isRuled = true }: RowOptions): void {
    const { sheet, layout, lineHeight, padding } = this;
    const rowStyle = style(layout.size, { weight: isBold ? "bold" : "regular" });
    const remarkStyle = style(layout.size * 0.9, { color: palette.soft });
    const [name = "", ...figures] = cells;
    const x = sheet.left + (indent ? 10 : 0);
    const width = (layout.ends[0] ?? 0) - x;
    const lines = sheet.type.lines(name, rowStyle, width);
    const remarkLines = remark === null ? [] : sheet.type.lines(remark, remarkStyle, width);
    const height = (lines.length + remarkLines.length) * lineHeight + 2 * padding + below;
    // What fills most of a page begins where it is, and goes on.
    this.makeRoom(height < sheet.height * 0.8 ? height : 4 * lineHeight);
    sheet.y += padding;
    for (const [index, text] of figures.entries()) this.figure(text, index + 1, rowStyle);
    this.textLines(lines, rowStyle, x);
    this.textLines(remarkLines, remarkStyle, x);
    sheet.y += padding;
    if (isRuled) sheet.rule(sheet.y);
  }

  total(row: Row, below: number): void {
    const { sheet, plainHeight } = this;
    this.beginGroup(null);
    this.makeRoom(plainHeight + below);
    sheet.rule(sheet.y, { width: 1, color: palette.ink });
    this.row(row, { isBold: true, indent: false, below: 0, isRuled: false });
  }

  private figure(text: string, index: number, textStyle: TextStyle): void {
    if (text === "") return;
    const { sheet, layout, lineHeight } = this;
    const figureStyle = { ...textStyle, isFigure: true };
    const padding = paddingAfter(text, layout.decimals[index] ?? 0);
    const end = (layout.ends[index] ?? sheet.right) - sheet.type.width(padding, figureStyle);
    sheet.write(text, figureStyle, { x: end, height: lineHeight, align: "right" });
  }

  /** A text that is longer than a page goes on after the head of the next one. */
  private textLines(lines: readonly string[], textStyle: TextStyle, x: number): void {
    const { sheet, lineHeight } = this;
    for (const text of lines) {
      this.makeRoom(lineHeight);
      sheet.write(text, textStyle, { x, height: lineHeight });
      sheet.y += lineHeight;
    }
  }

  private inColumn(label: string, index: number, textStyle: TextStyle): string[] {
    const { sheet, layout } = this;
    const from = index === 0 ? sheet.left : (layout.ends[index - 1] ?? 0) + layout.gap;
    return sheet.type.lines(label, textStyle, (layout.ends[index] ?? 0) - from + 0.5);
  }

  private spot(index: number): { readonly x: number; readonly align: "left" | "right" } {
    return index === 0
      ? { x: this.sheet.left, align: "left" }
      : { x: this.layout.ends[index] ?? 0, align: "right" };
  }
}
