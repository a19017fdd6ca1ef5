import type { ChainedEntry } from "../domain/chain.js";
import type { UsageRecord } from "../domain/usage.js";
import { type Cell, ledgerColumns, ledgerRow, type Row, usageColumns, usageRow } from "./rows.js";

export const exportFormats = ["csv", "jsonl"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  jsonl: "application/jsonl; charset=utf-8",
};

/** How the rows of one kind are written. */
export interface Writer<Item> {
  /** What a file begins with. */
  readonly head: string;
  /** Whole lines. */
  lines(items: readonly Item[]): string;
}

const writer =
  <Item>(columns: readonly string[], rowOf: (item: Item) => Row) =>
  (format: ExportFormat): Writer<Item> =>
    format === "csv"
      ? {
          head: csvLine(columns),
          lines: (items) => items.map((item) => csvLine(Object.values(rowOf(item)).map(csvCell))).join(""),
        }
      : { head: "", lines: (items) => items.map((item) => jsonLine(rowOf(item))).join("") };

export const usageWriter = writer<UsageRecord>(usageColumns, usageRow);
export const ledgerWriter = writer<ChainedEntry>(ledgerColumns, ledgerRow);

const jsonLine = (row: Row): string =>
  `${JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, { value }]) => [name, value])))}\n`;

/** RFC 4180. */
const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(",")}\r\n`;

const csvField = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

function csvCell(cell: Cell): string {
  if (cell.kind === "json") return JSON.stringify(cell.value);
  if (cell.value === null) return "";
  return cell.kind === "text" ? harmless(String(cell.value)) : String(cell.value);
}

/** A spreadsheet would take a text that begins like this for a formula, and run it. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
