import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

// It leaves colour out by itself where nobody sees it, or NO_COLOR asks for none.
const styled = (format: Format, text: string): string =>
  styleText(format, text, { stream: process.stdout, validateStream: true });

export const strong = (text: string): string => styled("bold", text);
export const dim = (text: string): string => styled("dim", text);
export const good = (text: string): string => styled("green", text);
export const bad = (text: string): string => styled("yellow", text);

const indent = "   ";

export const say = (text: string): void => void process.stdout.write(`${indent}${text}\n`);

export const banner = (text: string): void => void process.stdout.write(`${strong(text)}\n`);

let acts = 0;

/** Starts the next part of the story. */
export function act(title: string): void {
  acts += 1;
  process.stdout.write(`\n${strong(styled("cyan", `${acts}  ${title}`))}\n`);
}

/** Rows of cells become lines with aligned columns, those named by `right` at their right end, as numbers are. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, at) => (right.includes(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** A head over rows; a column in which every cell is empty is left out. */
export function table([head = [], ...rows]: readonly (readonly string[])[], right: readonly number[]): void {
  const kept = head.flatMap((_, at) => (rows.some((row) => row[at]) ? [at] : []));
  const lines = [head, ...rows].map((row) => kept.map((at) => row[at] ?? ""));
  const numbers = kept.flatMap((at, place) => (right.includes(at) ? [place] : []));
  for (const [at, line] of columns(lines, numbers).entries()) say(at === 0 ? dim(line) : line);
}
