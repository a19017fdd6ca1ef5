import { add, type Micros, micros, microsPerUnit, negate, subtract, sum, zero } from "../amount.js";
import type { Money, Plan } from "../catalog.js";
import { toMinorUnit } from "../currency.js";
import { shareOf } from "../fees.js";
import { type InvoiceLine, plainLine, type Span } from "../invoice.js";
import { over, ratio, ratioOf } from "../price/ratio.js";
import { fractionOf } from "./fraction.js";
import { counted } from "./words.js";

interface Terms {
  readonly plan: Plan;
  readonly period: Span;
  readonly whole?: Span;
  readonly isTrial?: boolean;
}

interface UsedLines {
  readonly calls: readonly InvoiceLine[];
  readonly late: readonly InvoiceLine[];
}

/** What depends on the period as a whole: the discount by volume, and what is missing to a commitment or minimum. */
export function wholePeriodLines(terms: Terms, used: UsedLines): InvoiceLine[] {
  const discounts = present(volumeDiscount(terms, used));
  if (terms.isTrial === true) return discounts;
  const toCommitment = present(commitmentLine(terms, used, discounts));
  return [
    ...discounts,
    ...toCommitment,
    ...present(minimumLine(terms, used, [...discounts, ...toCommitment])),
  ];
}

const present = (line: InvoiceLine | null): InvoiceLine[] => (line === null ? [] : [line]);

/** Of all that is left to pay of the calls: the whole sum has the discount that it reaches. */
function volumeDiscount({ plan, period }: Terms, { calls, late }: UsedLines): InvoiceLine | null {
  const left = sum([...calls, ...late].map(({ net }) => net));
  const reached = (plan.tailored?.volumeDiscounts ?? []).findLast(({ from }) => left >= from);
  if (reached === undefined) return null;
  const percent = over(ratioOf(reached.percentOff), ratio(100n));
  const from = `${counted(reached.from)} ${plan.unit}`;
  const description = `Volume discount of ${reached.percentOff} % from ${from}`;
  return line({ kind: "DISCOUNT", description, period, net: negate(fractionOf(left, percent)) }, plan.unit);
}

/** Credits bought before count to the commitment, the free allowance does not. */
function commitmentLine(
  terms: Terms,
  used: UsedLines,
  discounts: readonly InvoiceLine[],
): InvoiceLine | null {
  const { plan } = terms;
  const commitment = plan.tailored?.savingsPlan?.commitment;
  if (commitment === undefined) return null;
  const paid = sum([chargedFor(used, (one) => add(one.amount, one.prepaid)), ...discounts.map(charged)]);
  return trueUp(terms, { amount: commitment, currency: plan.unit }, { words: "commitment", paid });
}

function minimumLine(terms: Terms, used: UsedLines, further: readonly InvoiceLine[]): InvoiceLine | null {
  const { minimumFee } = terms.plan;
  if (minimumFee === null) return null;
  const paid = sum([chargedFor(used, charged), ...further.map(charged)]);
  return trueUp(terms, minimumFee, { words: "minimum", paid });
}

const charged = ({ amount }: InvoiceLine): Micros => amount;

/** What is given back of periods before is not asked for again: it raises neither what is missing here. */
function chargedFor({ calls, late }: UsedLines, figure: (line: InvoiceLine) => Micros): Micros {
  const lateSum = sum(late.map(figure));
  return add(sum(calls.map(figure)), lateSum > 0 ? lateSum : zero);
}

interface Reached {
  readonly words: string;
  /** As charged, not as exact: with its true-up an invoice comes to the figure agreed, to the cent. */
  readonly paid: Micros;
}

function trueUp(
  { period, whole = period }: Terms,
  agreed: Money,
  { words, paid }: Reached,
): InvoiceLine | null {
  const due = shareOf(agreed, whole, period);
  if (due <= paid) return null;
  const part = due === agreed.amount ? "" : ", part of a period";
  const description = `Up to the ${words} of ${counted(agreed.amount)} ${agreed.currency}${part}`;
  return line({ kind: "TRUE_UP", description, period, net: subtract(due, paid) }, agreed.currency);
}

const line = (
  of: Pick<InvoiceLine, "kind" | "description" | "period" | "net">,
  currency: string,
): InvoiceLine =>
  plainLine({
    ...of,
    quantity: micros(microsPerUnit),
    unitPrice: null,
    amount: toMinorUnit(of.net, currency),
  });
