import type { Hold } from "../domain/hold.js";
import { snapshot } from "../domain/snapshot.js";
import type { UsageRecord } from "../domain/usage.js";
import type { WalletState } from "../domain/wallet.js";
import type { Account } from "../ledger/load.js";
import type { Call, Group } from "./group.js";
import { findHold } from "./holds.js";
import { grantsOf, type Judged, walletOf } from "./judge.js";

interface Kept {
  readonly account: Account | undefined;
  /** What the key stands for. */
  readonly resultId: string;
}

/** Answers a key's first result once more, with the wallet and the hold as they are now. */
export function replay(
  group: Group,
  { named: { kind, command } }: Call,
  { account, resultId }: Kept,
): Judged {
  if (account === undefined) throw new Error(`Customer ${command.customerId} of a kept key is missing.`);
  const shown = (state: WalletState, draws: readonly { readonly grantId: string }[]) => ({
    wallet: snapshot(state, account.now),
    grants: grantsOf(state, draws),
    replayed: true,
  });
  switch (kind) {
    case "consume": {
      const usageRecord = recordOf(group, resultId);
      const state = walletOf(group, account.customerId, usageRecord.unit);
      return { kind: "consumed", usageRecord, ...shown(state, usageRecord.draws) };
    }
    case "capture": {
      const usageRecord = recordOf(group, resultId);
      const { hold, state } = holdOf(group, account, command.holdId);
      return { kind: "captured", usageRecord, hold, ...shown(state, [...usageRecord.draws, ...hold.draws]) };
    }
    case "reverseUsage": {
      const usageRecord = recordOf(group, command.usageRecordId);
      const reversal = usageRecord.reversals.find(({ id }) => id === resultId);
      if (reversal === undefined) throw new Error(`Reversal ${resultId} of a kept key is missing.`);
      const state = walletOf(group, account.customerId, usageRecord.unit);
      return { kind: "usageReversed", reversal, usageRecord, ...shown(state, usageRecord.draws) };
    }
    default: {
      const { hold, state } = holdOf(group, account, resultId);
      return { kind: holdAnswers[kind], hold, ...shown(state, hold.draws) };
    }
  }
}

const holdAnswers = { reserve: "reserved", extendHold: "holdExtended", release: "released" } as const;

function recordOf({ records }: Group, id: string): UsageRecord {
  const record = records.get(id);
  if (record === undefined) throw new Error(`Usage record ${id} of a kept key is missing.`);
  return record;
}

function holdOf(group: Group, account: Account, id: string): { hold: Hold; state: WalletState } {
  const found = findHold(group, account.customerId, id);
  if (found === null) throw new Error(`Hold ${id} of a kept key is missing.`);
  return found;
}
