import { countOn, type Micros, sum, zero } from "../domain/amount.js";
import type { Plan } from "../domain/catalog.js";
import type { CreditGrant } from "../domain/grant.js";
import { type NewId, walletId } from "../domain/ids.js";
import type { Short } from "../domain/settlement.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import type { Draw } from "../domain/usage.js";
import { grantOf, type WalletState } from "../domain/wallet.js";
import { type KeyedInput, keyName } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import type { MeterOutcome } from "./commands.js";
import type { Group } from "./group.js";
import { counterName, type PeriodCounter } from "./periodQuantity.js";
import type { MeteredUsage } from "./usageRecords.js";

/** What judging one command of a group needs: its customer's account, and what the group has decided so far. */
export interface Context {
  readonly group: Group;
  readonly account: Account;
  readonly keyed: KeyedInput;
  readonly newId: NewId;
}

/** A refusal that still lacks the packs on offer. */
export interface ShortOfCredits {
  readonly kind: "short";
  readonly decision: Short;
  readonly plan: Plan;
}

export type Judged = MeterOutcome | ShortOfCredits;

export function walletOf({ wallets }: Group, customerId: string, unit: string): WalletState {
  const state = wallets.get(walletId(customerId, unit));
  if (state === undefined) throw new Error(`Wallet ${walletId(customerId, unit)} was not loaded.`);
  return state;
}

export const periodQuantityOf = ({ quantities }: Group, counter: PeriodCounter | null): Micros =>
  (counter && quantities.get(counterName(counter))) ?? zero;

interface Effect {
  readonly state: WalletState;
  /** What the key stands for from now on. */
  readonly resultId: string;
}

/** Takes a decision over into the group: later commands see it, and it will be written. */
export function settle({ group, account, keyed }: Context, { state, resultId }: Effect): WalletSnapshot {
  const { customerId, key, inputHash } = keyed;
  const id = walletId(customerId, state.wallet.unit);
  group.wallets.set(id, state);
  group.changedWallets.add(id);
  const spent = { customerId, key, inputHash, resultId, usedAt: account.now };
  group.spentKeys.push(spent);
  group.keptKeys.set(keyName(keyed), spent);
  return snapshot(state, account.now);
}

/** What of these draws the plan's own supply has paid. */
export const suppliedBy = (state: WalletState, draws: readonly Draw[]): Micros =>
  sum(draws.filter(({ grantId }) => grantOf(state, grantId).source === "SUPPLY").map(({ amount }) => amount));

/** A call that was metered counts, is on record, and will be written. */
export function meter(group: Group, usage: MeteredUsage, plan: Plan): void {
  const { record, counter } = usage;
  group.usages.push(usage);
  group.records.set(record.id, record);
  group.pinnedPlans.set(record.id, plan);
  if (counter !== null)
    group.quantities.set(counterName(counter), countOn(periodQuantityOf(group, counter), record.quantity));
}

/** Those that this transaction has changed, or that are still live; nobody has to read them again to show them. */
export function grantsOf(
  { changedGrants, grants }: WalletState,
  draws: readonly { readonly grantId: string }[],
): CreditGrant[] {
  const found = draws.map(
    ({ grantId }) => changedGrants.get(grantId) ?? grants.find((grant) => grant.id === grantId),
  );
  return found.filter((grant) => grant !== undefined);
}
