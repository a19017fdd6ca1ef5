import { type Micros, zero } from "../domain/amount.js";
import {
  type Budget,
  type BudgetBook,
  type BudgetCount,
  noBudgets,
  nothingRaised,
  type RunningBudget,
} from "../domain/budget.js";
import { type BudgetSpan, type LeftHours, mayHaveLeft, runBudget, spanAt } from "../domain/budgetWindow.js";
import type { Instant } from "../domain/instant.js";
import type { WalletState } from "../domain/wallet.js";
import type { Tx } from "../storage/database.js";
import { BudgetHourRow } from "../storage/rows/budgets.js";
import { writeRows } from "../storage/write.js";
import { budgetsOf } from "./budgetDefinitions.js";
import type { Account } from "./load.js";

/** The window's start and first ledger entry, spent, held; and, if there is any, open, oldest, what was raised when. */
type StoredCount = readonly [
  start: Instant,
  from: number,
  spent: Micros,
  held: Micros,
  open?: Micros,
  oldest?: Instant | null,
  raised?: readonly (readonly [percent: number, at: Instant])[],
];

/** The version of a wallet's budgets, and what each has come to, by position: short, since every call reads it. */
export type StoredCounts = readonly [version: number, counts: readonly StoredCount[]];

/** A wallet whose row says that it has, or has had, budgets. */
export interface Budgeted {
  readonly walletId: string;
  readonly account: Account;
  readonly unit: string;
  readonly stored: StoredCounts;
  /** The next entry of its ledger. */
  readonly nextSequence: number;
}

/**
 * The budgets of wallets as they are at their accounts' times, by wallet id. What they have come to came with the wallets'
 * rows.
 */
export async function loadBudgetBooks(
  tx: Tx,
  wallets: readonly Budgeted[],
): Promise<ReadonlyMap<string, BudgetBook>> {
  if (wallets.length === 0) return noBooks;
  const defined = await budgetsOf(tx, wallets);
  const books = new Map<string, BudgetBook>();
  const rolled: Rolled[] = [];
  for (const [index, { walletId, account, stored, nextSequence }] of wallets.entries()) {
    const turn = { nextSequence, left: null };
    const running = (defined[index] ?? []).map((budget, position) => {
      const count = countOf(stored, position);
      const span = spanAt(budget, account.now, account.current);
      if (mayHaveLeft(budget, count, span)) rolled.push({ walletId, position, count, span, nextSequence });
      return runBudget(budget, count, span, turn);
    });
    books.set(walletId, { version: stored[0], running });
  }
  if (rolled.length > 0) await rollOn(tx, books, rolled);
  return books;
}

const noBooks: ReadonlyMap<string, BudgetBook> = new Map();

/** A rolling budget, an hour of which is over since its wallet was written. */
interface Rolled {
  readonly walletId: string;
  readonly position: number;
  readonly count: BudgetCount;
  readonly span: BudgetSpan;
  readonly nextSequence: number;
}

/** Lets go of the hours that have left rolling windows, which are looked up only now and for these. */
async function rollOn(tx: Tx, books: Map<string, BudgetBook>, rolled: readonly Rolled[]): Promise<void> {
  const at = ({ walletId, position }: Rolled) => books.get(walletId)?.running[position];
  const left = await loadLeftHours(
    tx,
    rolled.flatMap((one) => at(one) ?? []),
  );
  for (const one of rolled) {
    const book = books.get(one.walletId);
    const budget = at(one)?.budget;
    if (book === undefined || budget === undefined) continue;
    const turn = { nextSequence: one.nextSequence, left: left.get(budget.id) ?? null };
    const running = book.running.with(one.position, runBudget(budget, one.count, one.span, turn));
    books.set(one.walletId, { ...book, running });
  }
}

/** As it was when its wallet was written last. */
export function countOf([, counts]: StoredCounts, position: number): BudgetCount {
  const kept = counts[position];
  if (kept === undefined) throw new Error(`A wallet counts ${counts.length} budgets, and has more.`);
  const [start, from, spent, held, open = zero, oldest = null, raised = none] = kept;
  const passed = raised.length === 0 ? nothingRaised : new Map(raised);
  return { start, from, spent, held, open, oldest, raised: passed };
}

const none: readonly (readonly [number, Instant])[] = [];

/**
 * What is to be stored of a wallet's budgets, as JSON; null while it never had one. Put together by hand, which takes a
 * third of the time: it is done with every call, and there is nothing in it but numbers.
 */
export function storedCounts({ version, running }: BudgetBook): string | null {
  if (version === 0) return null;
  let counts = "";
  for (const { count } of running) {
    const { start, from, spent, held, open, oldest, raised } = count;
    const isPlain = oldest === null && raised.size === 0;
    const more = isPlain ? "" : `,${open},${oldest},${JSON.stringify([...raised])}`;
    counts += `${counts === "" ? "" : ","}[${start},${from},${spent},${held}${more}]`;
  }
  return `[${version},[${counts}]]`;
}

/** By budget id. */
async function loadLeftHours(
  tx: Tx,
  running: readonly RunningBudget[],
): Promise<ReadonlyMap<string, LeftHours>> {
  const given = tx.dialect.given("$1", ["customer_id text", "budget_id text", "before bigint"]);
  const ofBudget = "b.customer_id = given.customer_id AND b.budget_id = given.budget_id";
  const rows = await tx.query<{ id: string; amount: Micros; next: Instant | null }>(
    `SELECT given.budget_id AS id,
            (SELECT COALESCE(SUM(b.amount), 0) FROM budget_hours b
             WHERE ${ofBudget} AND b.hour < given.before) AS amount,
            (SELECT MIN(b.hour) FROM budget_hours b WHERE ${ofBudget} AND b.hour >= given.before) AS next
     FROM ${given} AS given`,
    [JSON.stringify(running.map(({ budget, span }) => [budget.customerId, budget.id, span.start]))],
  );
  return new Map(rows.map(({ id, amount, next }) => [id, { amount, next }]));
}

/** Keeps the hours that are over, and forgets those that have left their windows. */
export async function writeBudgetHours(tx: Tx, states: readonly WalletState[]): Promise<void> {
  const moved = states.flatMap(({ budgets }) =>
    budgets.running.filter(({ hours, leftBefore }) => hours.size > 0 || leftBefore !== null),
  );
  if (moved.length === 0) return;
  await writeRows(tx, BudgetHourRow, moved.flatMap(hourRows), { add: ["amount"] });
  await forgetHours(
    tx,
    moved.flatMap(({ budget: { customerId, id }, leftBefore }) =>
      leftBefore === null ? [] : [[customerId, id, leftBefore] as const],
    ),
  );
}

const hourRows = ({ budget: { customerId, id }, hours }: RunningBudget): BudgetHourRow[] =>
  [...hours].map(([hour, amount]) => ({ customerId, budgetId: id, hour, amount }));

export const forgetAllHours = async (tx: Tx, { customerId, id }: Budget): Promise<void> => {
  await tx.query("DELETE FROM budget_hours WHERE customer_id = $1 AND budget_id = $2", [customerId, id]);
};

/** Those before a time, of each of these budgets. */
async function forgetHours(
  tx: Tx,
  before: readonly (readonly [customerId: string, budgetId: string, before: number])[],
): Promise<void> {
  if (before.length === 0) return;
  const given = tx.dialect.given("$1", ["customer_id text", "budget_id text", "before bigint"]);
  await tx.query(
    `DELETE FROM budget_hours WHERE (customer_id, budget_id, hour) IN (
       SELECT b.customer_id, b.budget_id, b.hour FROM ${given} AS given CROSS JOIN budget_hours b
       WHERE b.customer_id = given.customer_id AND b.budget_id = given.budget_id AND b.hour < given.before)`,
    [JSON.stringify(before)],
  );
}

export const bookOf = (books: ReadonlyMap<string, BudgetBook>, id: string): BudgetBook =>
  books.get(id) ?? noBudgets;
