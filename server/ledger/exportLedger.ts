import type { ChainedEntry } from "../domain/chain.js";
import type { Instant } from "../domain/instant.js";
import { firstWrittenFrom, selectEntries, writtenFrom } from "./entries.js";
import {
  type Export,
  type ExportNeeds,
  type ExportQuestion,
  exportedAtOnce,
  exportedCustomers,
  exportTime,
} from "./exporting.js";
import { unitsOf } from "./statement.js";

interface LedgerPlace {
  readonly customerId: string;
  readonly unit: string;
  readonly sequence: number;
}

export interface LedgerExportQuestion extends ExportQuestion {
  /** Null: all units. */
  readonly unit: string | null;
  /** Continue after this entry. */
  readonly after: LedgerPlace | null;
}

/** Ledger entries by customer, unit and sequence. */
export const makeExportLedger =
  (needs: ExportNeeds) =>
  async (question: LedgerExportQuestion): Promise<Export<ChainedEntry>> => {
    const asOf = await exportTime(needs, question);
    return { asOf, pages: pagesOf(needs, { ...question, asOf }) };
  };

async function* pagesOf(
  needs: ExportNeeds,
  { after, ...question }: LedgerExportQuestion & { asOf: Instant },
): AsyncGenerator<readonly ChainedEntry[]> {
  const { database } = needs;
  const from = after?.customerId ?? null;
  const walked = { ...question, from, some: lastWrittenFrom(question.from, needs.present.clock()) };
  for await (const { customerId, asOf } of exportedCustomers(needs, walked)) {
    const units = await database.read((tx) => unitsOf(tx, customerId));
    const isBegun = after?.customerId === customerId;
    for (const unit of units) {
      if (question.unit !== null && unit !== question.unit) continue;
      if (isBegun && unit < after.unit) continue;
      const first = isBegun && unit === after.unit ? after.sequence + 1 : 1;
      yield* pagesOfWallet(needs, { ...question, customerId, unit, asOf }, first);
    }
  }
}

/** Nothing has happened from a time on to who has had nothing written since, unless it is due and not written yet. */
const lastWrittenFrom = (from: Instant | null, now: Instant) => ({
  condition: `c.test_clock_id IS NOT NULL OR c.billing_due_at <= $3 OR EXISTS (
    SELECT 1 FROM wallets w WHERE w.customer_id = c.customer_id
    AND (w.next_due_at <= $3 OR EXISTS (
      SELECT 1 FROM ledger_entries e WHERE e.customer_id = w.customer_id AND e.unit = w.unit
      AND e.sequence = w.sequence AND e.recorded_at >= $4)))`,
  parameters: [now, writtenFrom(from ?? (0 as Instant))],
});

interface Wallet extends Pick<ExportQuestion, "from" | "to" | "signal"> {
  readonly customerId: string;
  readonly unit: string;
  readonly asOf: Instant;
}

async function* pagesOfWallet(
  { database }: ExportNeeds,
  { customerId, unit, asOf, from, to, signal }: Wallet,
  first: number,
): AsyncGenerator<readonly ChainedEntry[]> {
  const begin =
    from === null ? 1 : await database.read((tx) => firstWrittenFrom(tx, { customerId, unit }, from));
  for (let next = Math.max(first, begin); ; next += exportedAtOnce) {
    signal?.throwIfAborted();
    const part = { customerId, unit, from: next, to: next + exportedAtOnce, limit: exportedAtOnce };
    const entries = await database.read((tx) =>
      selectEntries(tx, { ...part, filter: {}, newestFirst: false }),
    );
    // Entries are told as far as they were written by then, without a gap.
    const later = entries.findIndex(({ recordedAt }) => recordedAt > asOf);
    const written = later < 0 ? entries : entries.slice(0, later);
    const wanted = written.filter(
      ({ occurredAt }) => (from === null || occurredAt >= from) && (to === null || occurredAt < to),
    );
    if (wanted.length > 0) yield wanted;
    if (written.length < exportedAtOnce) return;
  }
}
