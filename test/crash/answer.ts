import {
  type CaptureResult,
  type ConsumeResult,
  type CreateCustomerResult,
  type GrantCreditsResult,
  isProblem,
  type PurchaseResult,
  type ReleaseResult,
  type ReserveResult,
  type ReverseUsageResult,
  type SetBudgetResult,
  type SubscribeResult,
} from "@scrip/sdk";

/** What a server said to a call, as far as it must say the same for ever. */
export type Answer =
  | {
      readonly kind: "done";
      /** Of the row that the call made or ended: a usage record, a hold, a reversal, a grant, a customer … */
      readonly id: string;
      readonly facts: Readonly<Record<string, string | null>>;
      readonly replayed: boolean;
    }
  | { readonly kind: "refused"; readonly code: string };

type Result =
  | ConsumeResult
  | ReserveResult
  | CaptureResult
  | ReleaseResult
  | ReverseUsageResult
  | CreateCustomerResult
  | GrantCreditsResult
  | PurchaseResult
  | SetBudgetResult
  | SubscribeResult;

export function answerOf(result: Result): Answer {
  if (isProblem(result)) return { kind: "refused", code: result.code };
  return { kind: "done", ...factsOf(result), replayed: result.replayed };
}

type Success = Extract<Result, { replayed: boolean }>;

function factsOf(result: Success): { id: string; facts: Record<string, string | null> } {
  switch (result.__typename) {
    case "Reserved": {
      const { id, customerId, amount, createdAt } = result.hold;
      return { id, facts: { customerId, amount, createdAt } };
    }
    case "Released":
      return { id: result.hold.id, facts: { endedAt: result.hold.endedAt } };
    case "UsageReversed": {
      const { id, usageRecordId, amount, createdAt } = result.reversal;
      return { id, facts: { usageRecordId, amount, createdAt } };
    }
    case "Captured":
    case "Consumed": {
      const { id, customerId, amount, balanceAfter, recordedAt } = result.usageRecord;
      return { id, facts: { customerId, amount, balanceAfter, recordedAt } };
    }
    case "Purchased": {
      const { grant, invoice } = result;
      const { id: invoiceId, number, total } = invoice;
      return { id: grant.id, facts: { amount: grant.amount, invoiceId, number, total } };
    }
    case "CreditsGranted": {
      const { id, amount, effectiveAt } = result.grant;
      return { id, facts: { amount, effectiveAt } };
    }
    case "BudgetSet":
      return { id: result.budget.id, facts: { name: result.budget.name } };
    case "CustomerCreated": {
      const { id, name, createdAt } = result.customer;
      return { id, facts: { name, createdAt } };
    }
    case "Subscribed": {
      const { id, startedAt, plan } = result.subscription;
      return { id, facts: { startedAt, plan: plan.key } };
    }
  }
}

/** Two answers that say the same; whether it is said for the first time does not count. */
export const sayTheSame = (one: Answer, other: Answer): boolean =>
  one.kind === "done" &&
  other.kind === "done" &&
  one.id === other.id &&
  JSON.stringify(one.facts) === JSON.stringify(other.facts);
