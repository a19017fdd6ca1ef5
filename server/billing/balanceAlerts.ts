import { withNextDue } from "../domain/advance.js";
import { type BalanceWatch, wasToldLow } from "../domain/alert.js";
import type { Micros } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import type { CustomerNotFound, IdempotencyConflict, UnitNotFound } from "../domain/refusal.js";
import type { Wallet, WalletState } from "../domain/wallet.js";
import { noticeAt, tellExpiry } from "../domain/watching.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { knownUnit } from "./units.js";

export interface SetBalanceAlertCommand {
  readonly customerId: string;
  /** Null: that of the customer's plan. */
  readonly unit: string | null;
  /** Null: a low balance is not told of. */
  readonly below: Micros | null;
  /** Null: credits that expire soon are not told of. */
  readonly daysBeforeExpiry: number | null;
  readonly idempotencyKey: string;
}

interface BalanceAlertSet {
  readonly kind: "balanceAlertSet";
  readonly wallet: Wallet;
  readonly replayed: boolean;
}

export type SetBalanceAlertOutcome = BalanceAlertSet | UnitNotFound | CustomerNotFound | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** Says what of a wallet is to be told from now on; what is so already is told at once. */
export const makeSetBalanceAlert =
  ({ database, present }: Needs) =>
  (command: SetBalanceAlertCommand): Promise<SetBalanceAlertOutcome> =>
    database.transact(async (tx) => {
      const { customerId } = command;
      const keyed = keyedInput("setBalanceAlert", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await presentAccount(tx, customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId };
      if (earlier.kind === "replay") return answer(tx, account, { unit: earlier.resultId, replayed: true });
      const known = await knownUnit(tx, account, command.unit);
      if (known.kind === "unitNotFound") return known;
      const state = watched(await loadWallet(tx, account, known.unit), command, account.now);
      await post(tx, [{ state, recordedAt: account.now }]);
      await keepKeys(tx, [{ ...keyed, resultId: known.unit, usedAt: account.now }]);
      return answer(tx, account, { unit: known.unit, replayed: false });
    });

function watched(
  state: WalletState,
  { below, daysBeforeExpiry }: SetBalanceAlertCommand,
  now: Instant,
): WalletState {
  const { watch } = state.wallet;
  // Another threshold is told of anew; the same one only after the balance has not been low.
  const isRearmed = wasToldLow(watch) && below !== watch.lowBelow;
  const changed: BalanceWatch = {
    lowBelow: below,
    lowTurns: watch.lowTurns + (isRearmed ? 1 : 0),
    expiryNoticeDays: daysBeforeExpiry,
  };
  const asked: WalletState = { ...state, wallet: { ...state.wallet, watch: changed } };
  const late = asked.grants.filter((grant) => (noticeAt(asked.wallet, grant) ?? now + 1) <= now);
  return withNextDue(late.reduce((next, grant) => tellExpiry(next, grant, now), asked));
}

async function answer(
  tx: Tx,
  account: Account,
  { unit, replayed }: { unit: string; replayed: boolean },
): Promise<BalanceAlertSet> {
  const { wallet } = await loadWallet(tx, account, unit);
  return { kind: "balanceAlertSet", wallet, replayed };
}
