import type { Micros } from "../domain/amount.js";
import type { Attributes } from "../domain/catalog.js";
import type { Instant } from "../domain/instant.js";
import type { RehearsedCall } from "../domain/rehearsal/call.js";
import type { Database, Tx } from "../storage/database.js";

export interface UsageRange {
  readonly customerId: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** How many calls happened in a range, counted no further than to one beyond the limit. */
export async function countUsage(
  tx: Tx,
  { customerId, from, to }: UsageRange,
  limit: number,
): Promise<number> {
  const [row] = await tx.query<{ calls: number }>(
    `SELECT COUNT(*) AS calls FROM (SELECT 1 AS one FROM usage_records
       WHERE customer_id = $1 AND occurred_at >= $2 AND occurred_at < $3 LIMIT $4) AS found`,
    [customerId, from, to, limit + 1],
  );
  return row?.calls ?? 0;
}

export interface ReplayedUsage {
  readonly call: RehearsedCall;
  /** All of it was undone. */
  readonly isUndone: boolean;
  readonly at: Instant;
}

interface StoredCall {
  readonly id: string;
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: string;
  readonly at: Instant;
  readonly amount: Micros;
  readonly reversed: Micros;
  /** How often something of it was undone: what costs nothing is undone without an amount. */
  readonly reversals: number;
}

/** So few that nobody waits long for the one who reads them, and memory never holds more. */
const callsAtOnce = 250;

const ofCall = "r.customer_id = u.customer_id AND r.usage_record_id = u.usage_record_id";

/** What was really used in a range, oldest first, page by page. */
export async function* replayUsage(
  database: Database,
  { customerId, from, to }: UsageRange,
): AsyncGenerator<readonly ReplayedUsage[]> {
  let after: readonly [Instant, string] = [from, ""];
  for (;;) {
    const page = await database.read((tx) =>
      tx.query<StoredCall>(
        `SELECT u.usage_record_id AS id, u.operation, u.quantity, u.attributes, u.occurred_at AS at, u.amount,
                COALESCE((SELECT SUM(r.amount) FROM reversals r WHERE ${ofCall}), 0) AS reversed,
                (SELECT COUNT(*) FROM reversals r WHERE ${ofCall}) AS reversals
         FROM usage_records u
         WHERE u.customer_id = $1 AND u.occurred_at < $2 AND (u.occurred_at, u.usage_record_id) > ($3, $4)
         ORDER BY u.occurred_at, u.usage_record_id LIMIT $5`,
        [customerId, to, ...after, callsAtOnce],
      ),
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(replayed);
    after = [last.at, last.id];
  }
}

function replayed({ operation, quantity, attributes, at, ...undone }: StoredCall): ReplayedUsage {
  const { amount: whole, reversed: part, reversals } = undone;
  const call = { operation, quantity, attributes: JSON.parse(attributes) as Attributes };
  if (reversals === 0) return { at, call, isUndone: false };
  return { at, call: { ...call, reversed: { part, whole } }, isUndone: part >= whole };
}
