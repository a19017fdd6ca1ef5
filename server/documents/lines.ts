import { addTotals, type Micros, microsPerUnit, sum, type Total, zero } from "../domain/amount.js";
import { type Invoice, type InvoiceLine, roundedBy } from "../domain/invoice.js";
import { money } from "./figures.js";
import { oneLine } from "./text.js";

/** Lines about one thing: an operation's price tiers, or what was used of it too late for its own period. */
export interface LineGroup {
  readonly title: string;
  readonly isUsage: boolean;
  readonly isLate: boolean;
  readonly lines: readonly InvoiceLine[];
}

const isUsage = ({ kind }: InvoiceLine): boolean => kind === "USAGE" || kind === "LATE_USAGE";

/** In the order in which the invoice has them; lines that are not about usage stand alone. */
export function lineGroups({ lines }: Invoice): LineGroup[] {
  const groups = new Map<string, InvoiceLine[]>();
  for (const [index, line] of lines.entries()) {
    const key = isUsage(line) ? `${line.kind} ${line.operation ?? line.description}` : `${index}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].map((members) => ({
    title: titleOf(members),
    isUsage: members.every(isUsage),
    isLate: members.every(({ kind }) => kind === "LATE_USAGE"),
    lines: members,
  }));
}

function titleOf(lines: readonly InvoiceLine[]): string {
  const [name = "", ...others] = new Set(lines.map(nameOf));
  return oneLine(others.length === 0 ? name : (lines[0]?.operation ?? name));
}

/** Without its day, which late usage has in its description as well as beside it. */
const nameOf = ({ kind, description }: InvoiceLine): string =>
  kind === "LATE_USAGE" ? description.replace(/ on \d{4}-\d\d-\d\d$/, "") : description;

/** A discount or a part of a period: there is one of it, and it has no price. */
export const isOneThing = (line: InvoiceLine): boolean =>
  !isUsage(line) && line.unitPrice === null && line.quantity === microsPerUnit;

/** The exact figures of lines, added up. */
export const total = (lines: readonly InvoiceLine[], of: (line: InvoiceLine) => Micros): Micros =>
  sum(lines.map(of));

/** How many there are of all lines. */
export const totalQuantity = (lines: readonly InvoiceLine[]): Total =>
  lines.reduce((quantity, line) => addTotals(quantity, line.quantity), zero as Total);

/** What was taken off the list price, in words; empty where nothing was. */
export function reductions(lines: readonly InvoiceLine[], currency: string): string {
  const parts = [
    ["discounts", total(lines, ({ discount }) => discount)],
    ["free allowance", total(lines, ({ allowance }) => allowance)],
    ["prepaid credits", total(lines, ({ prepaid }) => prepaid)],
  ] as const;
  const taken = parts.filter(([, amount]) => amount !== 0);
  if (taken.length === 0) return "";
  const list = `list amount ${money(
    total(lines, ({ listAmount }) => listAmount),
    currency,
  )}`;
  return [list, ...taken.map(([name, amount]) => `less ${name} ${money(amount, currency)}`)].join(", ");
}

/** Whether a line says more than quantity, price and amount, so that it needs a statement. */
export const needsStatement = (line: InvoiceLine): boolean =>
  isUsage(line) ||
  roundedBy(line) !== 0 ||
  [line.discount, line.allowance, line.prepaid].some((amount) => amount !== 0);
