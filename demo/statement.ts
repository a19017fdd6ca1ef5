import { iterate, type LedgerEntry, type WalletDetails } from "@scrip/sdk";
import { Decimal } from "decimal.js";
import { counted, decimal, plain, signed, zero } from "./amounts.js";
import { sourceOf } from "./holdings.js";
import { act, dim, good, say, table } from "./print.js";
import { dayOf } from "./time.js";
import type { Tourist } from "./tourist.js";

/** Entries that belong together: calls with nothing between them, or credits that came back at one instant. */
interface Run {
  readonly first: LedgerEntry;
  readonly last: LedgerEntry;
  readonly count: number;
  readonly amount: Decimal;
}

const linesMax = 16;

export async function showStatement(tourist: Tourist): Promise<void> {
  act("The statement: the wallet's whole ledger, runs of calls in one line");
  const { sdk, id, plan } = tourist;
  const wallet = await sdk.wallet({ customerId: id, activeOnly: false });
  if (wallet === null) throw new Error(`Customer ${id} has no wallet.`);
  const entries = await entriesOf(tourist);
  const runs = runsOf(entries);
  const shown = runs
    .slice(-linesMax)
    .map((run) => [
      dayOf(run.last.occurredAt),
      run.first.type,
      whatOf(run, wallet),
      signed(run.amount),
      plain(run.last.balanceAfter),
    ]);
  table([["day", "entry", "", plan.unit, "balance"], ...shown], [3, 4]);
  if (runs.length > shown.length) say(dim(`(the newest ${shown.length} of ${runs.length} lines)`));
  prove(entries, wallet);
}

/** Oldest first, as a statement is read. */
async function entriesOf({ sdk, id }: Tourist): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const entry of iterate(sdk.ledgerEntries, { customerId: id, first: 100 })) entries.push(entry);
  return entries.reverse();
}

function runsOf(entries: readonly LedgerEntry[]): Run[] {
  const runs: Run[] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    const amount = decimal(entry.amount);
    if (run !== undefined && belongs(entry, run.last))
      runs.splice(-1, 1, { ...run, last: entry, count: run.count + 1, amount: run.amount.plus(amount) });
    else runs.push({ first: entry, last: entry, count: 1, amount });
  }
  return runs;
}

const belongs = (entry: LedgerEntry, before: LedgerEntry): boolean =>
  entry.type === before.type &&
  (entry.type === "USAGE" || (entry.type === "RETURN" && entry.occurredAt === before.occurredAt));

function whatOf({ first, last, count }: Run, { grants }: WalletDetails): string {
  if (first.type === "USAGE") {
    const since =
      dayOf(first.occurredAt) === dayOf(last.occurredAt) ? "" : ` since ${dayOf(first.occurredAt)}`;
    return `${counted(count, "call")}${since}`;
  }
  const grant = grants.find(({ id }) => id === first.grantId);
  return grant === undefined ? "" : sourceOf(grant);
}

/** The first law of the ledger, with the numbers of this customer. */
function prove(entries: readonly LedgerEntry[], { posted, postpaid, grants, unit }: WalletDetails): void {
  const sum = entries.reduce((total, { amount }) => total.plus(amount), zero);
  const held = grants.reduce((total, { remaining }) => total.plus(remaining), zero).minus(postpaid);
  const isOwing = postpaid !== "0";
  const facts = [
    `sum of all ${plain(new Decimal(entries.length))} ledger entries ${plain(sum)}`,
    `${isOwing ? "grants less what is owed" : "grants"} ${plain(held)}`,
    `balance ${plain(posted)} ${unit}`,
  ];
  if (!sum.equals(posted) || !held.equals(posted)) throw new Error(`They disagree: ${facts.join(", ")}.`);
  say(good(`✓ ${facts.join(" = ")}`));
}
