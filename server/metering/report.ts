import type { Attributes } from "../domain/catalog.js";
import { badInput } from "../domain/errors.js";
import { dayMs, type Instant } from "../domain/instant.js";
import { reportByOf } from "../domain/reportBy.js";
import {
  previousRange,
  reportUsage,
  shiftOf,
  type TimeRange,
  type UsageDimension,
  type UsageFigures,
  type UsageReportRow,
  type UsageReportTotal,
  type UsageSum,
} from "../domain/usageReport.js";
import type { Database, Tx } from "../storage/database.js";
import { OperationRow } from "../storage/rows/catalog.js";
import { sumOf, type WideSum, wideSum } from "../storage/wideSum.js";
import { noApiKey } from "./rollups.js";

export interface ReportQuestion {
  readonly customerId: string;
  /** Full hours. */
  readonly from: Instant;
  readonly to: Instant;
  readonly groupBy: readonly UsageDimension[];
  /** What ATTRIBUTE groups by. */
  readonly attributes?: readonly string[];
  /** Null: all; in the list of keys, null is the bootstrap key. */
  readonly operations?: readonly string[] | null;
  readonly plans?: readonly string[] | null;
  readonly apiKeyIds?: readonly (string | null)[] | null;
  readonly where?: Attributes;
  readonly comparePrevious?: boolean;
}

export interface UsageReport {
  readonly rows: readonly UsageReportRow[];
  readonly totals: readonly UsageReportTotal[];
  /** The range that was compared with; null when none was. */
  readonly previous: TimeRange | null;
}

/** Hourly sums that one report reads, and rows that it has: so that nobody else has to wait for long. */
const sumsMax = 250_000;
const rowsMax = 10_000;

/** Adds up hourly sums, so that a million calls of an hour cost as much to report as one. */
export const makeUsageReport =
  (database: Database) =>
  (question: ReportQuestion): Promise<UsageReport> =>
    database.read(async (tx) => {
      const { from, to, groupBy, attributes = [], where = {}, comparePrevious = false } = question;
      const range = { from, to };
      const previous = comparePrevious ? previousRange(range) : null;
      const sums = await loadSums(tx, question, { range, shift: 0 });
      const shift = previous === null ? 0 : shiftOf({ range, previous });
      const before = previous === null ? null : await loadSums(tx, question, { range: previous, shift });
      const operations = (await tx.manager.find(OperationRow)).map((row) => row.definition);
      const groups = new Map(
        operations.flatMap(({ key, group }) => (group === undefined ? [] : [[key, group] as const])),
      );
      const named = [
        ...attributes.map((name, index) => ({ name, field: `input.attributes.${index}` })),
        ...Object.keys(where).map((name) => ({ name, field: "input.where" })),
      ];
      if (named.length > 0) checkReported(named, [...sums, ...(before ?? [])], reportByOf(operations));
      const grouping = { dimensions: groupBy, attributes, where, groups };
      const report = reportUsage(sums, before, grouping, { range, previous: previous ?? range });
      if (report.rows.length > rowsMax)
        throw badInput(
          "input.groupBy",
          `would give ${report.rows.length} rows; at most ${rowsMax} are answered. Group by less, or ask for less time.`,
        );
      return { ...report, previous };
    });

/** What nobody has ever said to be reported is told from what nobody has used. */
function checkReported(
  named: readonly { readonly name: string; readonly field: string }[],
  sums: readonly UsageSum[],
  reportBy: ReturnType<typeof reportByOf>,
): void {
  const known = new Set([...reportBy.values()].flatMap((ofOperation) => [...ofOperation.keys()]));
  for (const text of new Set(sums.map(({ attributes }) => attributes)))
    for (const name of Object.keys(JSON.parse(text) as Attributes)) known.add(name);
  for (const { name, field } of named)
    if (!known.has(name))
      throw badInput(
        field,
        known.size === 0
          ? "names an attribute, but no operation of the catalogue has a reportBy."
          : `names "${name.slice(0, 60)}", which no operation is reported by; there are ${[...known].sort().join(", ")}.`,
      );
}

type StoredSum = Omit<UsageSum, Exclude<keyof UsageFigures, "calls">> &
  WideSum<Exclude<keyof UsageFigures, "calls">> & { readonly sums: number };

interface Summed {
  readonly range: TimeRange;
  /** How much later the days begin that they are compared with. */
  readonly shift: number;
}

async function loadSums(tx: Tx, question: ReportQuestion, { range, shift }: Summed): Promise<UsageSum[]> {
  const { from, to } = range;
  const { customerId, groupBy, operations = null, plans = null, apiKeyIds = null } = question;
  const parameters: unknown[] = [customerId, from, to, sumsMax + 1];
  const conditions = ["customer_id = $1", "hour >= $2", "hour < $3"];
  const among = (column: string, values: readonly unknown[] | null) => {
    if (values === null) return;
    const parameter = `$${parameters.push(JSON.stringify(values))}` as const;
    conditions.push(`${column} IN ${tx.dialect.among(parameter)}`);
  };
  among("operation", operations);
  among("plan_key", plans);
  among("api_key_id", apiKeyIds?.map((id) => id ?? noApiKey) ?? null);
  // What is not asked for is not told apart: so few rows leave the database, however many it reads.
  const bucket = groupBy.includes("HOUR")
    ? "hour"
    : groupBy.some((dimension) => dimension === "DAY" || dimension === "MONTH")
      ? `hour - (hour + ${shift % dayMs}) % ${dayMs}`
      : "0";
  const isAsked = (...dimensions: readonly UsageDimension[]) =>
    dimensions.some((one) => groupBy.includes(one));
  const told = (column: string, asked: boolean): string => `${asked ? column : "''"} AS ${column}`;
  const attributes = isAsked("ATTRIBUTE") || Object.keys(question.where ?? {}).length > 0;
  const rows = await tx.query<StoredSum>(
    `SELECT at, operation, plan_key AS "planKey", api_key_id AS "apiKeyId", attributes, unit, COUNT(*) AS sums,
            SUM(calls) AS calls, ${["quantity", "amount", "allowance", "postpaid", "reversed"].map(wideSum).join(", ")}
     FROM (SELECT ${bucket} AS at, ${told("operation", isAsked("OPERATION", "GROUP"))},
                  ${told("plan_key", isAsked("PLAN"))}, ${told("api_key_id", isAsked("API_KEY"))},
                  ${attributes ? "attributes" : "'{}' AS attributes"}, unit, calls, quantity, amount, allowance,
                  postpaid, reversed
           FROM usage_rollups WHERE ${conditions.join(" AND ")} LIMIT $4) AS hourly
     GROUP BY at, operation, plan_key, api_key_id, attributes, unit`,
    parameters,
  );
  const read = rows.reduce((count, { sums }) => count + sums, 0);
  if (read > sumsMax)
    throw badInput(
      "input.from",
      `must be later: there are more than ${sumsMax} hourly sums in this time. Ask for a part of it, or name operations.`,
    );
  return rows.map((row) => ({
    at: row.at,
    operation: row.operation,
    planKey: row.planKey,
    apiKeyId: row.apiKeyId === noApiKey ? null : row.apiKeyId,
    attributes: row.attributes,
    unit: row.unit,
    calls: row.calls,
    quantity: sumOf(row, "quantity"),
    amount: sumOf(row, "amount"),
    allowance: sumOf(row, "allowance"),
    postpaid: sumOf(row, "postpaid"),
    reversed: sumOf(row, "reversed"),
  }));
}
