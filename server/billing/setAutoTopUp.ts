import { formatAmount, type Micros } from "../domain/amount.js";
import { type AutoTopUp, type AutoTopUpTerms, newTopUp, usable, withTerms } from "../domain/autoTopUp.js";
import type { CreditPack } from "../domain/catalog.js";
import { badInput } from "../domain/errors.js";
import type { Instant } from "../domain/instant.js";
import { packTotal } from "../domain/purchase.js";
import type { CustomerNotFound, IdempotencyConflict, PackNotAvailable } from "../domain/refusal.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { loadOfferedPacks } from "../ledger/packs.js";
import { type Present, presentAccount, readPresent } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { findTopUp, saveTopUp, type TopUpKey } from "./topUps.js";

export interface SetAutoTopUpCommand {
  readonly customerId: string;
  readonly creditPack: string;
  /** Null: as many as the target needs, or one. */
  readonly quantity: number | null;
  readonly targetAmount: Micros | null;
  readonly threshold: Micros;
  readonly monthlyCap: Micros;
  readonly enabled: boolean;
  readonly idempotencyKey: string;
}

/** A top-up as it is shown: at one instant. */
export interface TopUpSnapshot {
  readonly topUp: AutoTopUp;
  readonly at: Instant;
}

interface AutoTopUpSet extends TopUpSnapshot {
  readonly kind: "autoTopUpSet";
  readonly replayed: boolean;
}

export type SetAutoTopUpOutcome = AutoTopUpSet | PackNotAvailable | CustomerNotFound | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly present: Present;
  /** Is told when the credits are below the threshold already. */
  readonly topUpSoon: (key: TopUpKey) => void;
}

/** Sets or changes what is bought by itself for the wallet that the pack's credits go to. */
export const makeSetAutoTopUp =
  ({ database, present, topUpSoon }: Needs) =>
  async (command: SetAutoTopUpCommand): Promise<SetAutoTopUpOutcome> => {
    const outcome = await database.transact((tx) => set(tx, command, present));
    if (outcome.kind === "autoTopUpSet" && outcome.topUp.status === "DUE") topUpSoon(outcome.topUp);
    return outcome;
  };

async function set(tx: Tx, command: SetAutoTopUpCommand, present: Present): Promise<SetAutoTopUpOutcome> {
  const { customerId, creditPack } = command;
  const keyed = keyedInput("setAutoTopUp", command);
  // First, because it locks the customer: a key that is unused after that stays so.
  const account = await presentAccount(tx, customerId, present);
  const earlier = await findEarlierUse(tx, keyed);
  if (earlier.kind === "idempotencyConflict") return earlier;
  if (account === null) return { kind: "customerNotFound", customerId };
  if (earlier.kind === "replay") return replay(tx, account, earlier.resultId);
  const offered = await loadOfferedPacks(tx, account.current?.plan ?? null);
  const pack = offered.find(({ key }) => key === creditPack);
  if (pack === undefined) return { kind: "packNotAvailable", creditPack, available: offered };
  const topUp = await change(tx, account, { pack, terms: termsOf(command, pack) });
  await keepKeys(tx, [{ ...keyed, resultId: pack.unit, usedAt: account.now }]);
  return { kind: "autoTopUpSet", topUp, at: account.now, replayed: false };
}

function termsOf(command: SetAutoTopUpCommand, pack: CreditPack): AutoTopUpTerms {
  const { creditPack, targetAmount, threshold, monthlyCap, enabled } = command;
  if (targetAmount !== null && command.quantity !== null)
    throw badInput("input.quantity", "must not be given together with targetAmount.");
  if (targetAmount !== null && targetAmount < threshold)
    throw badInput(
      "input.targetAmount",
      `must not be below the threshold, ${formatAmount(threshold)} ${pack.unit}.`,
    );
  const quantity = targetAmount === null ? (command.quantity ?? 1) : null;
  const least = packTotal(pack, quantity ?? 1);
  const { currency } = pack.price;
  if (monthlyCap < least)
    throw badInput(
      "input.monthlyCap",
      `must be at least ${formatAmount(least)} ${currency}, the price of ${quantity ?? 1} × ${pack.key}.`,
    );
  return { creditPack, quantity, targetAmount, threshold, monthlyCap, currency, enabled };
}

async function change(
  tx: Tx,
  account: Account,
  { pack, terms }: { pack: CreditPack; terms: AutoTopUpTerms },
): Promise<AutoTopUp> {
  const { customerId, now } = account;
  const key = { customerId, unit: pack.unit };
  const before = await findTopUp(tx, key);
  const wallet = await loadWallet(tx, account, pack.unit);
  const at = { available: usable(wallet), now };
  const topUp = before === null ? newTopUp(key, terms, at) : withTerms(before, terms, at);
  await saveTopUp(tx, topUp, { wallet, now });
  return topUp;
}

async function replay(tx: Tx, { customerId, now }: Account, unit: string): Promise<AutoTopUpSet> {
  const topUp = await findTopUp(tx, { customerId, unit });
  if (topUp === null) throw new Error(`The auto top-up of ${customerId} in ${unit} is missing.`);
  return { kind: "autoTopUpSet", topUp, at: now, replayed: true };
}

/** Null when the wallet has none. */
export const makeFindAutoTopUp =
  (needs: Omit<Needs, "topUpSoon">) =>
  (key: TopUpKey): Promise<TopUpSnapshot | null> =>
    readPresent(needs, key.customerId, async (tx, account) => {
      const topUp = await findTopUp(tx, key);
      return account === null || topUp === null ? null : { topUp, at: account.now };
    });
