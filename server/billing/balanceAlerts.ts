import { advance, withNextDue } from "../domain/advance.js";
import { type BalanceWatch, watchOf } from "../domain/alert.js";
import type { Micros } from "../domain/amount.js";
import type { Instant } from "../domain/instant.js";
import type { CustomerNotFound, IdempotencyConflict, UnitNotFound } from "../domain/refusal.js";
import { type BudgetSetter, wasTold } from "../domain/setter.js";
import type { WalletState } from "../domain/wallet.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { knownUnit } from "./units.js";

export interface SetBalanceAlertCommand {
  readonly customerId: string;
  /** On whose behalf: each is told what it has asked for. */
  readonly setBy: BudgetSetter;
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
  readonly unit: string;
  readonly watch: BalanceWatch;
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
      const { customerId, setBy } = command;
      const keyed = keyedInput("setBalanceAlert", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await presentAccount(tx, customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId };
      if (earlier.kind === "replay")
        return answer(tx, account, { unit: earlier.resultId, setBy, replayed: true });
      const known = await knownUnit(tx, account, command.unit);
      if (known.kind === "unitNotFound") return known;
      const state = watched(await loadWallet(tx, account, known.unit), command, account.now);
      await post(tx, [{ state, recordedAt: account.now }]);
      await keepKeys(tx, [{ ...keyed, resultId: known.unit, usedAt: account.now }]);
      return answer(tx, account, { unit: known.unit, setBy, replayed: false });
    });

function watched(
  state: WalletState,
  { setBy, below, daysBeforeExpiry }: SetBalanceAlertCommand,
  now: Instant,
): WalletState {
  const { watches } = state.wallet;
  const { lowBelow, lowTurns } = watchOf(watches, setBy);
  // Another threshold is told of anew; the same one only after the balance has not been low.
  const isRearmed = wasTold(lowTurns) && below !== lowBelow;
  const changed: BalanceWatch = {
    setBy,
    lowBelow: below,
    lowTurns: lowTurns + (isRearmed ? 1 : 0),
    expiryNoticeDays: daysBeforeExpiry,
  };
  const others = watches.filter((watch) => watch.setBy !== setBy);
  const wallet = { ...state.wallet, watches: [...others, changed].filter(isOfUse) };
  // What is so already is told, as of now: nobody has asked before.
  return advance(withNextDue({ ...state, wallet, broughtTo: now }), now);
}

/** Who has never been told anything and asks for nothing leaves the wallet to those that nobody watches. */
const isOfUse = ({ lowBelow, lowTurns, expiryNoticeDays }: BalanceWatch): boolean =>
  lowBelow !== null || expiryNoticeDays !== null || lowTurns > 0;

async function answer(
  tx: Tx,
  account: Account,
  { unit, setBy, replayed }: { unit: string; setBy: BudgetSetter; replayed: boolean },
): Promise<BalanceAlertSet> {
  const { wallet } = await loadWallet(tx, account, unit);
  return { kind: "balanceAlertSet", unit, watch: watchOf(wallet.watches, setBy), replayed };
}
