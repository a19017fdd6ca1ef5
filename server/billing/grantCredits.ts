import { withNextDue } from "../domain/advance.js";
import type { Micros } from "../domain/amount.js";
import { badInput } from "../domain/errors.js";
import { type CreditGrant, type GrantSource, newGrant } from "../domain/grant.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type { CustomerNotFound, IdempotencyConflict, UnitNotFound } from "../domain/refusal.js";
import { snapshot, type WalletSnapshot } from "../domain/snapshot.js";
import { addGrant } from "../domain/wallet.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import { type Account, loadWallet } from "../ledger/load.js";
import { post } from "../ledger/post.js";
import { type Present, presentAccount } from "../ledger/present.js";
import { findGrant } from "../ledger/statement.js";
import type { Database, Tx } from "../storage/database.js";
import { knownUnit } from "./units.js";

export interface GrantCreditsCommand {
  readonly customerId: string;
  readonly unit: string | null;
  readonly amount: Micros;
  readonly source: GrantSource;
  readonly priority: number;
  readonly effectiveAt: Instant | null;
  readonly expiresAt: Instant | null;
  readonly operations: readonly string[] | null;
  readonly reason: string | null;
  readonly idempotencyKey: string;
}

export interface CreditsGranted {
  readonly kind: "creditsGranted";
  readonly grant: CreditGrant;
  readonly wallet: WalletSnapshot;
  readonly replayed: boolean;
}

export type GrantCreditsOutcome = CreditsGranted | CustomerNotFound | UnitNotFound | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly newId: NewId;
}

export const makeGrantCredits =
  ({ database, present, newId }: Needs) =>
  (command: GrantCreditsCommand): Promise<GrantCreditsOutcome> =>
    database.transact(async (tx) => {
      const keyed = keyedInput("grantCredits", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await presentAccount(tx, command.customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId: command.customerId };
      if (earlier.kind === "replay") return replay(tx, account, earlier.resultId);
      const known = await knownUnit(tx, account, command.unit);
      if (known.kind === "unitNotFound") return known;
      const { unit } = known;
      const grant = grantOf(command, { id: newId("grant"), unit, now: account.now });
      const before = await loadWallet(tx, account, unit);
      const state = withNextDue(addGrant(before, grant, account.now));
      await post(tx, [{ state, recordedAt: account.now }]);
      await keepKeys(tx, [{ ...keyed, resultId: grant.id, usedAt: account.now }]);
      const granted = state.changedGrants.get(grant.id) ?? grant;
      return {
        kind: "creditsGranted",
        grant: granted,
        wallet: snapshot(state, account.now),
        replayed: false,
      };
    });

function grantOf(
  command: GrantCreditsCommand,
  { id, unit, now }: { id: string; unit: string; now: Instant },
): CreditGrant {
  const { amount, expiresAt } = command;
  const effectiveAt = command.effectiveAt ?? now;
  if (effectiveAt < now) throw badInput("input.effectiveAt", "must not be in the customer's past.");
  if (expiresAt !== null && expiresAt <= effectiveAt)
    throw badInput("input.expiresAt", "must be after the time from which the credits can be used.");
  const { customerId, source, priority, operations, reason } = command;
  const terms = {
    id,
    customerId,
    unit,
    source,
    amount,
    priority,
    effectiveAt,
    expiresAt,
    operations,
    reason,
  };
  return newGrant({ ...terms, windowDays: null, originId: null });
}

async function replay(tx: Tx, account: Account, grantId: string): Promise<CreditsGranted> {
  const grant = await findGrant(tx, account.customerId, grantId);
  const state = await loadWallet(tx, account, grant.unit);
  const current = state.changedGrants.get(grantId) ?? grant;
  return { kind: "creditsGranted", grant: current, wallet: snapshot(state, account.now), replayed: true };
}
