import type { Micros } from "../domain/amount.js";
import { type BudgetCounting, countsAlike } from "../domain/budget.js";
import { type BudgetSpan, spanAt } from "../domain/budgetWindow.js";
import type { Instant } from "../domain/instant.js";
import { addHours, firstEntrySince, reversedSince, usageIn } from "../ledger/budgetUsage.js";
import { loadAccount } from "../ledger/load.js";
import type { Present } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { BudgetRow } from "../storage/rows/budgets.js";
import { WalletRow } from "../storage/rows/ledger.js";

/** What was counted before the transaction that sets a budget: the part of the window's calls that lies behind. */
export interface Ahead {
  readonly unit: string;
  readonly since: Instant;
  /** The window's first ledger entry. */
  readonly from: number;
  /** The next ledger entry to look at. */
  readonly next: number;
  readonly hours: ReadonlyMap<Instant, Micros>;
}

/** Read in some ten milliseconds. */
const stretchUsual = 20_000;

interface Needs {
  readonly database: Database;
  readonly present: Present;
  /** How many ledger entries to read at once. */
  readonly stretchMax?: number;
}

interface Command extends BudgetCounting {
  readonly customerId: string;
  readonly budgetId: string | null;
  readonly unit: string | null;
}

/** Null when the window has so few calls that the transaction may as well count them itself. */
export async function countAhead(
  { database, present, stretchMax = stretchUsual }: Needs,
  command: Command,
): Promise<Ahead | null> {
  let ahead: Ahead | null = null;
  for (;;) {
    const before: Ahead | null = ahead;
    const step: Step = { before, present, stretchMax };
    const next: Ahead | null = await database.read((tx) => countStretch(tx, command, step));
    if (next === null) return ahead;
    ahead = next;
  }
}

interface Step {
  readonly before: Ahead | null;
  readonly present: Present;
  readonly stretchMax: number;
}

async function countStretch(tx: Tx, command: Command, step: Step): Promise<Ahead | null> {
  const { customerId } = command;
  const { before, present, stretchMax } = step;
  const account = await loadAccount(tx, customerId, present.clock);
  const unit = command.unit ?? account?.current?.plan.unit ?? null;
  if (account === null || unit === null) return null;
  const wallet = await tx.manager.findOneBy(WalletRow, { customerId, unit });
  if (wallet === null || wallet.sequence <= stretchMax || (await isCounted(tx, command))) return null;
  const { sequence: last } = wallet;
  const start =
    before ??
    (await beginning(tx, { customerId, unit, last }, spanAt(command, account.now, account.current)));
  if (last - start.next < stretchMax) return null;
  const to = start.next + stretchMax - 1;
  const hours = new Map(start.hours);
  const stretch = { customerId, unit, from: start.next, to, since: sinceOf(command, start) };
  addHours(hours, command, await usageIn(tx, stretch));
  return { ...start, next: to + 1, hours };
}

/** A rolling window counts by the hour of each call's own clock, every other one all entries from its first one on. */
const sinceOf = ({ window }: BudgetCounting, { since }: Pick<Ahead, "since">): Instant | null =>
  window === "ROLLING" ? since : null;

/** A change of what a budget counts as little as it changes its window leaves nothing to count. */
async function isCounted(tx: Tx, command: Command): Promise<boolean> {
  const { customerId, budgetId } = command;
  const row = budgetId === null ? null : await tx.manager.findOneBy(BudgetRow, { customerId, budgetId });
  return row !== null && countsAlike({ ...row, group: row.operationGroup, window: row.spanKind }, command);
}

async function beginning(
  tx: Tx,
  wallet: { customerId: string; unit: string; last: number },
  { start }: BudgetSpan,
): Promise<Ahead> {
  const since = Math.max(0, start) as Instant;
  const from = await firstEntrySince(tx, wallet, since);
  return { unit: wallet.unit, since, from, next: from, hours: new Map() };
}

interface Counted {
  readonly customerId: string;
  readonly unit: string;
  readonly span: BudgetSpan;
  readonly ahead: Ahead | null;
  /** The last entry of the ledger. */
  readonly last: number;
}

/** What the window has come to by the hour, reversals taken off, and its first ledger entry. */
export async function countedHours(
  tx: Tx,
  { customerId, unit, span, ahead, last }: Counted,
  budget: BudgetCounting,
): Promise<{ hours: ReadonlyMap<Instant, Micros>; from: number }> {
  const key = { customerId, unit };
  const begun = await beginning(tx, { ...key, last }, span);
  const start = takenOver(budget, begun, ahead) ?? begun;
  const since = sinceOf(budget, start);
  const hours = new Map(start.hours);
  addHours(hours, budget, await usageIn(tx, { ...key, from: start.next, to: last, since }));
  const { from } = start;
  const where = { since: start.since, from: since === null ? from : null };
  addHours(hours, budget, await reversedSince(tx, key, where), -1);
  return { hours, from };
}

/**
 * What was counted ahead for the window as it is now. Meanwhile it may have turned, or another unit may be meant; of a
 * rolling window only the hours that have left it are gone.
 */
function takenOver({ window }: BudgetCounting, begun: Ahead, ahead: Ahead | null): Ahead | null {
  if (ahead === null || ahead.unit !== begun.unit) return null;
  const { since, from } = begun;
  if (window !== "ROLLING") return ahead.since === since && ahead.from === from ? ahead : null;
  if (ahead.since > since) return null;
  return { ...ahead, since, from, hours: new Map([...ahead.hours].filter(([hour]) => hour >= since)) };
}
