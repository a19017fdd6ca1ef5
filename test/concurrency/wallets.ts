import type { InsufficientCredits, LedgerEntry } from "@scrip/sdk";
import { parseAmount } from "../../server/domain/amount.js";
import type { Change, Sight, Span } from "./explain.js";
import { holders, type Reply } from "./replies.js";

/** A success: what it made, and the balance that it was answered with. */
interface Effect {
  readonly id: string;
  readonly replayed: boolean;
  readonly posted: number;
}

function amountOf(text: string): number {
  const amount = parseAmount(text);
  if (amount === undefined) throw new Error(`${text} is no amount.`);
  return amount;
}

export function effectOf({ key, result }: Reply): Effect | null {
  switch (result.__typename) {
    case "Consumed":
    case "Captured":
      return { id: result.usageRecord.id, ...seenIn(result) };
    case "UsageReversed":
      return { id: reversalOf(result.reversal.usageRecordId), ...seenIn(result) };
    case "Purchased":
    case "CreditsGranted":
      return { id: result.grant.id, ...seenIn(result) };
    case "InsufficientCredits":
    case "Reserved":
    case "Released":
    case "HoldNotActive":
    case "ReversalExceedsUsage":
      return null;
    default:
      throw new Error(`${key} was answered with ${result.__typename}: ${result.message}`);
  }
}

/** All of a call is undone, and so only once. */
const reversalOf = (usageRecordId: string): string => `reversal of ${usageRecordId}`;

const seenIn = (result: { replayed: boolean; wallet: { posted: string } }) => ({
  replayed: result.replayed,
  posted: amountOf(result.wallet.posted),
});

/** The calls by what they made; the supply that the wallet began with was made before any of them. */
export function changesOf(entries: readonly LedgerEntry[], replies: readonly Reply[]): Change[] {
  const made = new Map<string, Reply>();
  for (const reply of replies) {
    const effect = effectOf(reply);
    if (effect !== null && !effect.replayed) made.set(effect.id, reply);
  }
  return entries.map(({ usageRecordId, grantId, sequence, type, ...entry }) => {
    const id =
      type === "REVERSAL" && usageRecordId !== null
        ? reversalOf(usageRecordId)
        : (usageRecordId ?? grantId ?? "");
    const span: Span | undefined =
      made.get(id) ?? (sequence === 1 ? { sentAt: 0, answeredAt: 0 } : undefined);
    if (span === undefined) throw new Error(`Nobody was answered for ledger entry ${sequence}, ${id}.`);
    const { sentAt, answeredAt } = span;
    const [amount, balanceAfter] = [amountOf(entry.amount), amountOf(entry.balanceAfter)];
    return { id, sentAt, answeredAt, amount, balanceAfter };
  });
}

/** Refusals, repeated calls and what changes holds, all of which are answered with the balance of their time. */
export const sightsOf = (replies: readonly Reply[]): Sight[] =>
  replies.flatMap((reply): Sight[] => {
    const { key, result, sentAt, answeredAt } = reply;
    const effect = effectOf(reply);
    if (effect?.replayed) {
      const what = `the repeated ${key} with a balance of ${effect.posted}`;
      return [{ what, sentAt, answeredAt, after: effect.id, fits: (balance) => balance === effect.posted }];
    }
    if (result.__typename === "Reserved" || result.__typename === "Released") {
      const { posted } = seenIn(result);
      const what = `${key}, ${result.__typename} with a balance of ${posted}`;
      return [{ what, sentAt, answeredAt, fits: (balance) => balance === posted }];
    }
    return result.__typename === "InsufficientCredits" ? [refusalSight(reply, result)] : [];
  });

/** A refusal tells what was there when it was judged; of who has holds, a part of it. */
function refusalSight({ key, customerId, ...span }: Reply, refused: InsufficientCredits): Sight {
  const [required, available] = [amountOf(refused.required), amountOf(refused.available)];
  return {
    what: `the refused ${key} with ${available} available of ${required}`,
    sentAt: span.sentAt,
    answeredAt: span.answeredAt,
    fits: (balance) =>
      available < required && (holders.includes(customerId) ? available <= balance : available === balance),
  };
}
