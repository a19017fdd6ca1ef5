import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeChangePlan } from "../../server/billing/changePlan.js";
import { type Micros, micros } from "../../server/domain/amount.js";
import type { Attributes, Operation } from "../../server/domain/catalog.js";
import { dayMs, hourMs, type Instant, startOfHour } from "../../server/domain/instant.js";
import { firstOfMonth } from "../../server/domain/period.js";
import { type UsageDimension, type UsageFigures, usageDimensions } from "../../server/domain/usageReport.js";
import { makeVerify } from "../../server/ledger/verify.js";
import { makeUsageReport, type ReportQuestion } from "../../server/metering/report.js";
import { type Book, call, customer, gift, openBook, select, tiers } from "../ledger/book.js";

interface Called {
  readonly kind: "call";
  readonly operation: Operation;
  readonly attributes: Attributes;
  readonly quantity: Micros;
  readonly lateBy: number | null;
  readonly apiKeyId: string | null;
  /** Whether it captures a hold. */
  readonly held: boolean;
}
type Step =
  | Called
  | { readonly kind: "reverse"; readonly which: number; readonly part: number | null }
  | { readonly kind: "change"; readonly which: number }
  | { readonly kind: "wait"; readonly ms: number };

function attributesOf({ attributes }: Operation): fc.Arbitrary<Attributes> {
  const values = Object.entries(attributes).map(([name, { type, values: named, min, max }]) => [
    name,
    named !== undefined
      ? fc.constantFrom(...named)
      : type === "BOOLEAN"
        ? fc.boolean()
        : fc.integer({ min: Number(min ?? 1), max: Number(max ?? 500) }),
  ]);
  return fc.record(Object.fromEntries(values)) as fc.Arbitrary<Attributes>;
}

const stepsFor = (operations: readonly Operation[]): fc.Arbitrary<Step[]> => {
  const called = fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      kind: fc.constant("call" as const),
      operation: fc.constant(operation),
      attributes: attributesOf(operation),
      quantity: fc.integer({ min: 1, max: 9 }).map((whole) => micros(whole * 1_000_000)),
      lateBy: fc.option(fc.integer({ min: 0, max: 50 * dayMs })),
      apiKeyId: fc.constantFrom(null, "key_1", "key_2"),
      held: fc.boolean(),
    }),
  );
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: called },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant("reverse" as const),
          which: fc.nat(),
          part: fc.option(fc.integer({ min: 1, max: 9 })),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("change" as const), which: fc.nat() }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("wait" as const),
          ms: fc.oneof(fc.integer({ min: 0, max: 3 * hourMs }), fc.integer({ min: 0, max: 40 * dayMs })),
        }),
      },
    ),
    { minLength: 3, maxLength: 14 },
  );
};

const questions = fc.record({
  /** Back from the history's end, in hours: the range's end, and its length. */
  until: fc.integer({ min: -2, max: 24 * 60 }),
  hours: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 24 * 120 })),
  /** Instead of them, so many whole months up to the history's end. */
  months: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 3 }),
  groupBy: fc.subarray([...usageDimensions]),
});

/** The figures of the ranges before, by unit: of the totals, or of rows added up. */
function previousSums(
  rows: readonly { readonly unit: string; readonly previous: UsageFigures | null }[],
): Record<string, unknown> {
  const sums: Record<string, unknown[]> = {};
  for (const { unit, previous } of rows) {
    if (previous === null) throw new Error("There is a range before.");
    const { calls, amount, allowance, postpaid, reversed } = previous;
    const figures = [calls, amount, allowance, postpaid, reversed].map(Number);
    sums[unit] = figures.map((figure, index) => figure + Number(sums[unit]?.[index] ?? 0));
  }
  return sums;
}

interface Totals {
  readonly unit: string;
  readonly calls: number;
  readonly amount: number;
  readonly postpaid: number;
  readonly reversed: number;
}

/**
 * What the ledger says of the calls that happened in a time: what they burned or owe, less what their reversals gave
 * back. What a rolling window had given back before is no part of a reversal's entry, but of an earlier RETURN.
 */
const ledgerSums = (book: Book, customerId: string, from: Instant, to: Instant) =>
  select<Totals>(
    book.database,
    `SELECT unit, SUM(calls) AS calls, SUM(amount) - SUM(reversed) AS amount, SUM(postpaid) AS postpaid,
            SUM(reversed) AS reversed
     FROM (
       SELECT e.unit, 1 AS calls, -e.amount AS amount, 0 AS reversed, 0 AS postpaid FROM ledger_entries e
       WHERE e.customer_id = $1 AND e.type = 'USAGE' AND e.occurred_at >= $2 AND e.occurred_at < $3
       UNION ALL
       SELECT e.unit, 0, 0, e.amount, 0 FROM ledger_entries e
       JOIN usage_records u ON u.customer_id = e.customer_id AND u.usage_record_id = e.usage_record_id
       WHERE e.customer_id = $1 AND e.type = 'REVERSAL' AND u.occurred_at >= $2 AND u.occurred_at < $3
       UNION ALL
       SELECT u.unit, 0, 0, d.amount, 0 FROM reversal_draws d
       JOIN usage_records u ON u.customer_id = d.customer_id AND u.usage_record_id = d.usage_record_id
       WHERE d.customer_id = $1 AND d.effect = 'RETURNED' AND u.occurred_at >= $2 AND u.occurred_at < $3
       UNION ALL
       SELECT u.unit, 0, 0, 0, u.postpaid FROM usage_records u
       WHERE u.customer_id = $1 AND u.occurred_at >= $2 AND u.occurred_at < $3
       UNION ALL
       SELECT u.unit, 0, 0, 0, -r.postpaid FROM reversals r
       JOIN usage_records u ON u.customer_id = r.customer_id AND u.usage_record_id = r.usage_record_id
       WHERE r.customer_id = $1 AND u.occurred_at >= $2 AND u.occurred_at < $3
     ) AS parts GROUP BY unit ORDER BY unit`,
    [customerId, from, to],
  );

interface StoredCall {
  readonly operation: string;
  readonly unit: string;
  readonly quantity: number;
  readonly amount: number;
  readonly attributes: string;
  readonly plan_key: string;
  readonly api_key_id: string | null;
  readonly occurred_at: number;
  readonly reversed: number;
}

const isoOf = (at: number, length: number): number =>
  Date.parse(`${new Date(at).toISOString().slice(0, length)}${"0000-01-01T00:00:00Z".slice(length)}`);

/** The rows of a report, put together from the calls themselves and in another way than the server does. */
async function recountedRows(book: Book, question: ReportQuestion) {
  const calls = await select<StoredCall>(
    book.database,
    `SELECT u.*, (SELECT COALESCE(SUM(r.amount), 0) FROM reversals r
                  WHERE r.customer_id = u.customer_id AND r.usage_record_id = u.usage_record_id) AS reversed
     FROM usage_records u WHERE u.customer_id = $1 AND u.occurred_at >= $2 AND u.occurred_at < $3`,
    [question.customerId, question.from, question.to],
  );
  const has = (dimension: UsageDimension) => question.groupBy.includes(dimension);
  const groups = new Map(book.catalog.operations.map(({ key, group }) => [key, group ?? null]));
  const rows = new Map<
    string,
    Record<string, unknown> & { calls: number; quantity: number; amount: number }
  >();
  for (const one of calls) {
    const reportBy = book.catalog.operations.find(({ key }) => key === one.operation)?.reportBy ?? [];
    const told = JSON.parse(one.attributes);
    const group = {
      month: has("MONTH") ? isoOf(one.occurred_at, 7) : null,
      day: has("DAY") ? isoOf(one.occurred_at, 10) : null,
      hour: has("HOUR") ? isoOf(one.occurred_at, 13) : null,
      group: has("GROUP") ? groups.get(one.operation) : null,
      operation: has("OPERATION") ? one.operation : null,
      plan: has("PLAN") ? one.plan_key : null,
      apiKeyId: has("API_KEY") ? one.api_key_id : null,
      attributes: has("ATTRIBUTE")
        ? Object.fromEntries(
            (question.attributes ?? []).map((name) => [name, reportBy.includes(name) ? told[name] : null]),
          )
        : null,
      unit: one.unit,
    };
    const name = JSON.stringify(group);
    const row = rows.get(name) ?? { ...group, calls: 0, quantity: 0, amount: 0 };
    row.calls += 1;
    row.quantity += one.quantity;
    row.amount += one.amount - one.reversed;
    rows.set(name, row);
  }
  return rows;
}

const tally = { reversed: 0, returned: 0, captured: 0, postpaid: 0, compared: 0, attributes: 0, changed: 0 };

describe.each(["imagine", "scenario-payg", "scrollsequence", "ximilar", tiers])(
  "whatever happens with the catalogue %s",
  (name) => {
    let book: Book;
    let made = 0;
    beforeAll(async () => {
      book = await openBook(name);
    });
    afterAll(() => book.close());

    async function live(id: string, steps: readonly Step[]): Promise<void> {
      const calls: string[] = [];
      const newKey = () => {
        made += 1;
        return `key ${made}`;
      };
      for (const step of steps) {
        if (step.kind === "wait") book.wait(step.ms);
        else if (step.kind === "change") {
          const { plans } = book.catalog;
          const plan = plans[step.which % plans.length]?.key ?? "";
          const terms = { timing: "NOW" as const, supplyPolicy: null };
          const changed = await makeChangePlan(book.needs)({
            ...{ customerId: id, plan, ...terms, idempotencyKey: newKey() },
          });
          if (changed.kind === "planChanged") tally.changed += 1;
        } else if (step.kind === "reverse") {
          const usageRecordId = calls[step.which % Math.max(1, calls.length)];
          if (usageRecordId === undefined) continue;
          const amount = step.part === null ? null : micros(step.part * 100_000);
          const undo = { customerId: id, usageRecordId, amount, reason: null, idempotencyKey: newKey() };
          const outcome = await book.reverseUsage(undo);
          if (outcome.kind !== "usageReversed") continue;
          tally.reversed += 1;
          if (outcome.reversal.draws.some(({ effect }) => effect === "RETURNED")) tally.returned += 1;
        } else {
          const { operation, attributes, quantity, lateBy, apiKeyId, held } = step;
          const asked = { quantity, attributes, apiKeyId };
          if (held) {
            const reserved = await book.reserve({
              ...{ customerId: id, operation: operation.key, ...asked },
              ...{ expiresInSeconds: 600, idempotencyKey: newKey() },
            });
            if (reserved.kind !== "reserved") continue;
            const captured = await book.capture({
              ...{ customerId: id, holdId: reserved.hold.id, quantity: null, attributes: {} },
              ...{ final: true, beyondHold: false, idempotencyKey: newKey(), apiKeyId },
            });
            if (captured.kind === "captured") calls.push(captured.usageRecord.id);
            if (captured.kind === "captured") tally.captured += 1;
          } else {
            const occurredAt = lateBy === null ? null : ((book.now() - lateBy) as Instant);
            const told = { ...asked, occurredAt, idempotencyKey: newKey() };
            const outcome = await book.consume(call(id, operation.key, told));
            if (outcome.kind === "consumed") calls.push(outcome.usageRecord.id);
            if (outcome.kind === "consumed" && outcome.usageRecord.postpaid > 0) tally.postpaid += 1;
          }
        }
      }
    }

    test("a report's totals are the ledger's, and its rows are the calls', however they are grouped", async () => {
      const { operations, plans, units } = book.catalog;
      const attributes = [...new Set(operations.flatMap(({ reportBy = [] }) => reportBy))];
      const report = makeUsageReport(book.database);
      await fc.assert(
        fc.asyncProperty(
          stepsFor(operations),
          fc.constantFrom(...plans.map(({ key }) => key)),
          fc.boolean(),
          fc.array(questions, { minLength: 1, maxLength: 4 }),
          async (steps, plan, isRich, asked) => {
            made += 1;
            const id = `customer-${made}`;
            await book.createCustomer(customer(id, plan));
            const idempotencyKey = "gift";
            const credits = gift(id, micros(40_000_000), { unit: units[0]?.key ?? null, idempotencyKey });
            if (isRich) await book.grant(credits);
            await live(id, steps);
            for (const { until, hours, months, groupBy } of asked) {
              const at = (startOfHour(book.now()) - until * hourMs) as Instant;
              const to = months === null ? at : firstOfMonth(at, 1);
              const from = months === null ? ((to - hours * hourMs) as Instant) : firstOfMonth(to, -months);
              const by = attributes.length === 0 ? groupBy.filter((one) => one !== "ATTRIBUTE") : groupBy;
              const named = by.includes("ATTRIBUTE") ? attributes : [];
              const question = { customerId: id, from, to, groupBy: by, attributes: named };
              const found = await report({ ...question, comparePrevious: true });
              const inLedger = await ledgerSums(book, id, from, to);
              expect(
                found.totals
                  .filter(({ calls }) => calls > 0)
                  .map(({ unit, calls, amount, postpaid, reversed }) => ({
                    ...{ unit, calls, amount, postpaid, reversed },
                  })),
              ).toEqual(inLedger);
              if (named.length > 0 && found.rows.length > 0) tally.attributes += 1;
              const rows = await recountedRows(book, question);
              const nowUsed = found.rows.filter(({ calls }) => calls > 0);
              expect(nowUsed).toHaveLength(rows.size);
              for (const {
                month,
                day,
                hour,
                group,
                operation,
                plan,
                apiKeyId,
                attributes: of,
                unit,
                ...row
              } of nowUsed) {
                const expected = rows.get(
                  JSON.stringify({
                    month,
                    day,
                    hour,
                    group,
                    operation,
                    plan,
                    apiKeyId,
                    attributes: of,
                    unit,
                  }),
                );
                expect({ calls: row.calls, quantity: row.quantity, amount: row.amount }).toEqual({
                  ...{ calls: expected?.calls, quantity: expected?.quantity, amount: expected?.amount },
                });
              }
              const before = found.previous;
              if (before === null) continue;
              expect(before.to).toBe(from);
              const earlier = await report({ ...question, ...before });
              const used = (totals: readonly { readonly calls: number }[]) =>
                totals.filter((one) => one.calls > 0);
              expect(
                used(found.totals.flatMap(({ previous }) => (previous === null ? [] : [previous]))),
              ).toEqual(earlier.totals.map(({ unit: _, previous: __, change: ___, ...figures }) => figures));
              if (earlier.totals.length > 0) tally.compared += 1;
              expect(previousSums(found.rows)).toEqual(previousSums(found.totals));
            }
          },
        ),
        { numRuns: 30 },
      );
      expect(await makeVerify(book.database)(() => undefined)).toEqual([]);
    });
  },
);

test("all of it was tried", () => {
  for (const [what, times] of Object.entries(tally)) expect(times, what).toBeGreaterThan(0);
});
