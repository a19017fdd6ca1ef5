import { formatProblem } from "./billing/catalog/problem.js";
import type { CompareOutcome, CompareQuestion, PlanComparison } from "./billing/comparePlans.js";
import { catalogText } from "./catalogFile.js";
import { formatAmount } from "./domain/amount.js";
import { type Instant, instant, toIso } from "./domain/instant.js";
import { UserError } from "./userError.js";

/** As they are written on the command line. */
export interface CompareOptions {
  readonly customer: string;
  readonly from: string;
  readonly to: string;
  readonly draft?: string;
}

export function compareQuestion({ customer, from, to, draft }: CompareOptions): CompareQuestion {
  return {
    customerId: customer,
    from: timeOf("--from", from),
    to: timeOf("--to", to),
    draft: draft === undefined ? null : { text: catalogText(draft), name: draft },
    viewer: null,
  };
}

const timeText = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A day alone begins at midnight, UTC. */
function timeOf(option: string, text: string): Instant {
  const ms = timeText.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new UserError(
      `${option} must be a day or a time such as 2026-04-01 or 2026-04-01T00:00:00Z, not "${text}".`,
    );
  return instant(ms);
}

/** The comparison as a table, with what plans could not do below it; what cannot be compared is an error. */
export function comparisonText(outcome: CompareOutcome): string {
  if (outcome.kind === "customerNotFound")
    throw new UserError(`No customer has the id ${outcome.customerId}.`);
  if (outcome.kind === "catalogInvalid") throw new UserError(outcome.problems.map(formatProblem).join("\n"));
  if (outcome.kind === "tooMuchUsage")
    throw new UserError(`The range holds more than ${outcome.limit} calls.`);
  const { customerId, from, to, calls, plans } = outcome;
  const head = `${calls} calls of ${customerId} from ${toIso(from)} to ${toIso(to)}, before coupons and tax:`;
  const rows = [["", "plan", "costs", "difference", "usage", "packs"], ...plans.map(row)];
  return [head, "", ...table(rows), ...plans.flatMap(troubles)].join("\n");
}

type Compared = PlanComparison["plans"][number];

function row({ place, plan, current, draft, cost, difference, amount, purchases }: Compared): string[] {
  const marks = [...(current ? ["now"] : []), ...(draft ? ["draft"] : [])].join(", ");
  const packs = purchases.map(({ creditPack, quantity }) => `${quantity} × ${creditPack.key}`).join(", ");
  return [
    place === null ? "-" : `${place}.`,
    marks === "" ? plan.key : `${plan.key} (${marks})`,
    cost === null ? "-" : `${formatAmount(cost.amount)} ${cost.currency}`,
    difference === null ? "-" : `${difference > 0 ? "+" : ""}${formatAmount(difference)}`,
    `${formatAmount(amount)} ${plan.unit}`,
    packs === "" ? "-" : packs,
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function troubles({ plan, refused, unpriced }: Compared): string[] {
  const lines = unpriced.map(({ calls, problem }) => `${calls} calls have no price: ${problem.message}`);
  const short =
    refused.calls === 0
      ? []
      : [
          `${refused.calls} calls are refused for lack of credits: ${formatAmount(refused.amount)} ${plan.unit}`,
        ];
  return [...lines, ...short].map((text) => `\n${plan.key}: ${text}`);
}
