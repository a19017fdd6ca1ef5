import type { Invoice, InvoiceLine, Span } from "../domain/invoice.js";
import { span } from "./dates.js";
import type { Row, Table } from "./document.js";
import { figure, money } from "./figures.js";
import { isOneThing, type LineGroup, lineGroups, reductions, total, totalQuantity } from "./lines.js";
import { capital, oneLine } from "./text.js";

/** What is charged for: usage by operation, everything else line by line. The amounts add up to the subtotal. */
export function itemsTable(invoice: Invoice): Table {
  const rows = lineGroups(invoice).map((group) => itemRow(group, invoice));
  const labels = ["Description", "Quantity", "Unit price", `Amount (${invoice.currency})`];
  const isShown = labels.map((_, index) => index === 0 || rows.some(({ cells }) => cells[index] !== ""));
  const shown = <Item>(items: readonly Item[]): Item[] => items.filter((_, index) => isShown[index]);
  return {
    caption: "What this invoice is for",
    columns: shown(labels).map((label, index) => ({ label, kind: index === 0 ? "text" : "figure" })),
    groups: [{ title: null, rows: rows.map((row) => ({ ...row, cells: shown(row.cells) })), sum: null }],
    sum: null,
  };
}

function itemRow(group: LineGroup, { currency, period }: Invoice): Row {
  const { title, lines } = group;
  const [only, ...others] = lines;
  const single = others.length === 0 && only !== undefined ? only : null;
  return {
    cells: [
      title,
      lines.every(isOneThing) ? "" : figure(totalQuantity(lines)),
      single?.unitPrice == null ? "" : money(single.unitPrice, currency),
      money(
        total(lines, ({ amount }) => amount),
        currency,
      ),
    ],
    remark: remarkOf(group, { currency, period }) || null,
  };
}

function remarkOf(
  { lines, isLate }: LineGroup,
  { currency, period }: Pick<Invoice, "currency" | "period">,
): string {
  const taken = reductions(lines, currency);
  return [isLate ? `Late usage: ${times(lines)}` : own(lines, period), tiers(lines), capital(taken)]
    .filter((part) => part !== "")
    .join(" · ");
}

/** The time that the items are about, where it is not the invoice's own. */
function own(lines: readonly InvoiceLine[], period: Span | null): string {
  const [first] = lines;
  if (first?.period == null || lines.length > 1) return "";
  const { start, end } = first.period;
  return start === period?.start && end === period.end ? "" : span(first.period);
}

const datesMax = 3;

function times(lines: readonly InvoiceLine[]): string {
  const dates = [...new Set(lines.map(({ period }) => (period === null ? "" : span(period))))];
  return dates.length > datesMax ? `${dates.length} days, in the statement` : dates.join(", ");
}

function tiers(lines: readonly InvoiceLine[]): string {
  const names = new Set(lines.map(({ tier }) => tier).filter((tier) => tier !== null));
  const [name] = names;
  if (name === undefined) return "";
  return names.size === 1 ? capital(oneLine(name)) : `${names.size} price tiers`;
}
