import { least, type Micros, micros, subtract, sum, zero } from "../domain/amount.js";
import { badInput } from "../domain/errors.js";
import type { CreditGrant } from "../domain/grant.js";
import { type Hold, heldBy, take } from "../domain/hold.js";
import { type Instant, toIso } from "../domain/instant.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import type { SubscribedPlan } from "../domain/subscription.js";
import { emptyWallet, openWallet } from "../domain/wallet.js";
import type { Database, Tx } from "../storage/database.js";
import { loadAllGrants } from "./grants.js";
import { loadHoldsAt } from "./holds.js";
import { findWallet } from "./load.js";
import type { Present } from "./present.js";
import { windowMoves } from "./returns.js";
import { postDue } from "./statement.js";
import { loadAllSubscriptions } from "./subscriptions.js";

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

export interface PastQuestion {
  readonly customerId: string;
  readonly unit: string | null;
  readonly asOf: Instant;
}

/**
 * A wallet as it was, recomputed from the ledger; what was due by then is written first, so that it counts. Only that
 * locks the customer: what is on record by then stays as it is, however long it takes to add up.
 */
export const makeWalletAsOf =
  ({ database, present }: Needs) =>
  async ({ customerId, unit, asOf }: PastQuestion): Promise<WalletSnapshot | null> => {
    const account = await database.transact((tx) => postDue(tx, customerId, present));
    const walletUnit = unit ?? account?.current?.plan.unit ?? null;
    if (account === null || walletUnit === null) return null;
    if (asOf > account.now)
      throw badInput("asOf", `must not be after now, which is ${toIso(account.now)} for the customer.`);
    return database.read(async (tx) => {
      if ((await findWallet(tx, account, walletUnit)) === null) return null;
      return pastSnapshot(tx, { customerId, unit: walletUnit, at: asOf });
    });
  };

interface Past {
  readonly customerId: string;
  readonly unit: string;
  readonly at: Instant;
}

async function pastSnapshot(tx: Tx, past: Past): Promise<WalletSnapshot> {
  const { customerId, unit, at } = past;
  const posted = await postedAt(tx, past);
  const holds = (await loadHoldsAt(tx, past)).map(holdAt);
  const grants = await grantsAt(tx, past, holds);
  const debt = subtract(sum(grants.map(({ remaining }) => remaining)), posted);
  const held = sum(holds.map(heldBy));
  const state = openWallet({
    wallet: { ...emptyWallet(customerId, unit), posted, held, postpaid: debt },
    hash: null,
    grants,
    suppliers: await suppliersAt(tx, past),
    dueReturns: [],
    nextReturnAt: null,
    holds: new Map(),
  });
  return { ...snapshot(state, at), past: grants };
}

/** An end that nobody had decided on by then is not known; what followed it had not begun. */
async function suppliersAt(tx: Tx, { customerId, unit, at }: Past): Promise<SubscribedPlan[]> {
  const all = await loadAllSubscriptions(tx, customerId);
  return all
    .filter(({ plan, subscription }) => plan.unit === unit && subscription.startsAt <= at)
    .map(({ plan, subscription }) => {
      const { endsAt, cancelledAt, trial } = subscription;
      const isKnown = trial || (endsAt ?? at) <= at || (cancelledAt !== null && cancelledAt <= at);
      return { plan, subscription: isKnown ? subscription : { ...subscription, endsAt: null } };
    });
}

/**
 * When an entry changed the balance. What falls due does so at its own time, however late it is written; a call
 * burns credits when it is metered, also when it is told of late.
 */
const effectAt = "CASE WHEN type IN ('USAGE', 'REVERSAL') THEN recorded_at ELSE occurred_at END";

/** One entry says for many calls that their windows are over; each of them came back at its own time. */
const cameBack = `SELECT grant_id, amount FROM (${windowMoves}) AS windows WHERE at <= $3`;

async function postedAt(tx: Tx, { customerId, unit, at }: Past): Promise<Micros> {
  const [row] = await tx.query<{ posted: number }>(
    `SELECT COALESCE(SUM(amount), 0) AS posted FROM (
       SELECT grant_id, amount FROM ledger_entries
       WHERE customer_id = $1 AND unit = $2 AND type <> 'RETURN' AND ${effectAt} <= $3
       UNION ALL ${cameBack}) AS moves`,
    [customerId, unit, at],
  );
  return micros(row?.posted ?? 0);
}

interface HoldThen {
  readonly hold: Hold;
  /** What its captures had cost by then. */
  readonly captured: Micros;
}

/** A hold as it was: every capture takes from its grants in burn order, so what it had taken by then says it all. */
function holdAt({ hold, captured }: HoldThen): Hold {
  const draws = hold.draws.map((draw) => ({ ...draw, amount: draw.reserved }));
  const postpaid = subtract(hold.amount, sum(draws.map(({ amount }) => amount)));
  return take({ ...hold, draws, postpaid }, least(hold.amount, captured)).hold;
}

async function grantsAt(tx: Tx, past: Past, holds: readonly Hold[]): Promise<CreditGrant[]> {
  const { customerId, unit, at } = past;
  const moved = await tx.query<{ grant_id: string; amount: Micros }>(
    `SELECT grant_id, SUM(amount) AS amount FROM (
       SELECT grant_id, amount FROM ledger_entries
       WHERE customer_id = $1 AND unit = $2 AND grant_id IS NOT NULL AND type <> 'RETURN'
         AND occurred_at <= $3
       UNION ALL ${cameBack}
       UNION ALL
       SELECT d.grant_id, -d.amount FROM usage_records u
       JOIN draws d ON d.customer_id = u.customer_id AND d.usage_record_id = u.usage_record_id
       WHERE u.customer_id = $1 AND u.unit = $2 AND u.recorded_at <= $3
       UNION ALL
       SELECT d.grant_id, d.amount FROM reversals r
       JOIN reversal_draws d ON d.customer_id = r.customer_id AND d.usage_record_id = r.usage_record_id
         AND d.reversal_id = r.reversal_id
       WHERE r.customer_id = $1 AND r.created_at <= $3 AND d.effect <> 'RETURNED') AS moves
     GROUP BY grant_id`,
    [customerId, unit, at],
  );
  const frozen = await frozenAt(tx, past);
  const remaining = new Map(moved.map(({ grant_id, amount }) => [grant_id, amount]));
  const grants = await loadAllGrants(tx, { customerId, unit });
  return grants
    .filter(({ effectiveAt }) => effectiveAt <= at)
    .map((grant) => {
      const left = remaining.get(grant.id) ?? zero;
      const held = sum(
        holds
          .flatMap(({ draws }) => draws.filter(({ grantId }) => grantId === grant.id))
          .map((d) => d.amount),
      );
      // Its dates say whether it was in force; one that was used up is no different from one that holds nothing.
      return { ...grant, remaining: left, held, state: frozen.has(grant.id) ? "FROZEN" : "ACTIVE" };
    });
}

/** Those whose payment was disputed. */
async function frozenAt(tx: Tx, { customerId, unit, at }: Past): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(
    `SELECT u.grant_id AS id FROM disputes d
     JOIN payments p ON p.customer_id = d.customer_id AND p.payment_id = d.payment_id
     JOIN purchases u ON u.customer_id = p.customer_id AND u.invoice_id = p.invoice_id
     WHERE d.customer_id = $1 AND u.unit = $2 AND u.grant_id IS NOT NULL AND d.opened_at <= $3
       AND (d.closed_at IS NULL OR d.closed_at > $3)`,
    [customerId, unit, at],
  );
  return new Set(rows.map(({ id }) => id));
}
