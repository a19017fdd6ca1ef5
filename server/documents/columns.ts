import type { Row, Table } from "./document.js";
import { decimalsOf } from "./figures.js";

export const rowsOf = ({ groups, sum }: Table): Row[] =>
  [...groups.flatMap((group) => [...group.rows, group.sum]), sum].filter((row) => row !== null);

/** How many decimals each column shows at most. */
export const decimalsByColumn = (table: Table): number[] =>
  table.columns.map(({ kind }, index) =>
    kind === "text" ? 0 : Math.max(0, ...rowsOf(table).map(({ cells }) => decimalsOf(cells[index] ?? ""))),
  );

/** What has to follow a figure, unseen, so that the points of a column stand below each other. */
export function paddingAfter(text: string, decimals: number): string {
  const missing = decimals - decimalsOf(text);
  if (text === "" || missing <= 0) return "";
  return `${decimalsOf(text) === 0 ? "." : ""}${"0".repeat(missing)}`;
}
