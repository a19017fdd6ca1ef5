import { addTotals, negate, type Total, zero } from "../domain/amount.js";
import { type Invoice, type InvoiceLine, roundedBy } from "../domain/invoice.js";
import { span } from "./dates.js";
import type { Group, Row, Statement } from "./document.js";
import { figure, money, signed } from "./figures.js";
import { isOneThing, type LineGroup, lineGroups, needsStatement } from "./lines.js";
import { capital, oneLine } from "./text.js";

interface FigureColumn {
  readonly label: string;
  /** Null where a line has no such figure. */
  readonly of: (line: InvoiceLine) => Total | null;
  readonly write: (amount: Total, currency: string) => string;
  /** Prices do not add up, nor do quantities of different things. */
  readonly adds: "never" | "withinGroup" | "always";
  /** Nothing is written for zero; a column with nothing in it is left out. */
  readonly isOptional: boolean;
}

const price = { write: money, adds: "always", isOptional: false } as const;
/** What is taken off is written with its sign, so that a row can be added up as it stands. */
const taken = { ...price, isOptional: true } as const;

const columns: readonly FigureColumn[] = [
  {
    ...price,
    label: "Quantity",
    of: (line) => (isOneThing(line) ? null : line.quantity),
    write: (q) => figure(q),
    adds: "withinGroup",
  },
  { ...price, label: "Unit price", of: ({ unitPrice }) => unitPrice, adds: "never" },
  { ...price, label: "List amount", of: ({ listAmount }) => listAmount },
  { ...taken, label: "Discounts", of: ({ discount }) => negate(discount) },
  { ...taken, label: "Free allowance", of: ({ allowance }) => negate(allowance) },
  { ...taken, label: "Prepaid credits", of: ({ prepaid }) => negate(prepaid) },
  { ...price, label: "Net", of: ({ net }) => net },
  { ...taken, label: "Rounding", of: roundedBy, write: signed },
  { ...price, label: "Amount", of: ({ amount }) => amount },
];

/** How every line came to its amount; null where the invoice itself says it all. */
export function statementOf(invoice: Invoice): Statement | null {
  const { lines, currency } = invoice;
  if (!lines.some(needsStatement)) return null;
  const shown = columns.filter((column) => lines.some((line) => written(column, column.of(line), "") !== ""));
  const groups = merged(lineGroups(invoice).map((group) => groupOf(group, { shown, currency })));
  return {
    title: "Itemised statement",
    introduction: introduction(invoice),
    table: {
      caption: "How every item came to its amount",
      columns: [
        { label: "Item", kind: "text" },
        ...shown.map(({ label }) => ({ label, kind: "figure" as const })),
      ],
      groups,
      sum: sumRow({ label: "Subtotal", lines, adding: ["always"] }, { shown, currency }),
    },
  };
}

function introduction({ currency, period, lines }: Invoice): string {
  const used = period === null ? "" : ` for ${span(period)}`;
  const rounded = lines.some((line) => roundedBy(line) !== 0)
    ? " Net figures are exact; each line is rounded once."
    : "";
  return `All amounts in ${currency}${used}. Dates and times are UTC.${rounded}`;
}

interface Writing {
  readonly shown: readonly FigureColumn[];
  readonly currency: string;
}

function groupOf({ title, lines, isUsage, isLate }: LineGroup, writing: Writing): Group {
  const named = isLate ? `${title}, late usage` : title;
  const isPlain =
    !isUsage || (lines.length === 1 && lines.every(({ tier, period }) => !tier && !(isLate && period)));
  const rows = lines.map((line) => lineRow(isPlain ? named : partOf(line, isLate), line, writing));
  if (isPlain) return { title: null, rows, sum: null };
  const together = { label: "Total", lines, adding: ["always", "withinGroup"] };
  return { title: named, rows, sum: lines.length > 1 ? sumRow(together, writing) : null };
}

/** What tells a line from the others of its operation. */
function partOf({ tier, period, description }: InvoiceLine, isLate: boolean): string {
  const parts = [isLate && period !== null ? span(period) : null, tier];
  return (
    parts
      .filter((part) => part !== null)
      .map((part) => capital(oneLine(part)))
      .join(" · ") || oneLine(description)
  );
}

/** Neighbours without a title are one group. */
function merged(groups: readonly Group[]): Group[] {
  const result: Group[] = [];
  for (const group of groups) {
    const last = result.at(-1);
    if (last !== undefined && last.title === null && group.title === null)
      result.splice(-1, 1, { ...last, rows: [...last.rows, ...group.rows] });
    else result.push(group);
  }
  return result;
}

const lineRow = (label: string, line: InvoiceLine, { shown, currency }: Writing): Row => ({
  cells: [label, ...shown.map((column) => written(column, column.of(line), currency))],
  remark: null,
});

interface Sum {
  readonly label: string;
  readonly lines: readonly InvoiceLine[];
  readonly adding: readonly string[];
}

const sumRow = ({ label, lines, adding }: Sum, { shown, currency }: Writing): Row => ({
  cells: [
    label,
    ...shown.map((column) => {
      if (!adding.includes(column.adds)) return "";
      const values = lines.map(column.of).filter((value) => value !== null);
      return written(column, values.reduce(addTotals, zero), currency);
    }),
  ],
  remark: null,
});

const written = ({ write, isOptional }: FigureColumn, value: Total | null, currency: string): string =>
  value === null || (isOptional && value === 0) ? "" : write(value, currency);
