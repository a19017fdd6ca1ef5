import type { ChangePlanOutcome, PlanChanged } from "../../server/billing/changePlan.js";
import type { RedeemCouponOutcome } from "../../server/billing/coupons.js";
import type { CreateCreditNoteOutcome } from "../../server/billing/createCreditNote.js";
import type {
  CancelSubscriptionOutcome,
  ResumeSubscriptionOutcome,
} from "../../server/billing/endSubscription.js";
import type { GrantCreditsOutcome } from "../../server/billing/grantCredits.js";
import type { PayInvoiceOutcome } from "../../server/billing/payInvoice.js";
import type { PurchaseOutcome } from "../../server/billing/purchase.js";
import type { RefundPurchaseOutcome } from "../../server/billing/refundPurchase.js";
import type { SubscribeOutcome } from "../../server/billing/subscribe.js";
import type { VoidInvoiceOutcome } from "../../server/billing/voidInvoice.js";
import type { CreditNote } from "../../server/domain/creditNote.js";
import type { CreditGrant } from "../../server/domain/grant.js";
import { type Hold, heldBy } from "../../server/domain/hold.js";
import type { Invoice } from "../../server/domain/invoice.js";
import type { WalletSnapshot } from "../../server/domain/snapshot.js";
import type { Standing } from "../../server/domain/subscription.js";
import { type Reversal, reversedOf, type UsageRecord } from "../../server/domain/usage.js";
import { available } from "../../server/domain/wallet.js";
import type { MeterOutcome } from "../../server/metering/commands.js";
import type { Names } from "./names.js";
import type { Answer } from "./world.js";

/** The server's answers in the words of the model. */
export type Outcome =
  | MeterOutcome
  | GrantCreditsOutcome
  | PurchaseOutcome
  | SubscribeOutcome
  | ChangePlanOutcome
  | CancelSubscriptionOutcome
  | ResumeSubscriptionOutcome
  | RefundPurchaseOutcome
  | CreateCreditNoteOutcome
  | VoidInvoiceOutcome
  | RedeemCouponOutcome
  | PayInvoiceOutcome
  | { readonly kind: "BAD_INPUT" };

export function seenWallet(
  names: Names,
  { wallet, grants, supply }: Pick<WalletSnapshot, "wallet" | "grants" | "supply">,
) {
  const { posted, held, postpaid } = wallet;
  const lots = grants.map((grant) => [names.nameOf(grant.id), grant.remaining, grant.held]);
  return { posted, held, available: available(wallet), postpaid, lots, supply };
}

function seenUsage(names: Names, record: UsageRecord) {
  const { operation, quantity, amount, postpaid, balanceAfter, occurredAt, recordedAt } = record;
  return {
    ...{ operation, quantity, amount, postpaid, balanceAfter, occurredAt, recordedAt },
    name: names.nameOf(record.id),
    before: record.periodQuantity,
    draws: record.draws.map((draw) => [names.nameOf(draw.grantId), draw.amount]),
    hold: names.nameOrNull(record.holdId),
    reversed: reversedOf(record),
    reversals: record.reversals.map(({ id }) => names.nameOf(id)),
  };
}

export function seenHold(names: Names, hold: Hold) {
  const { operation, quantity, amount, captured, postpaid, status, createdAt, endedAt } = hold;
  return {
    ...{ operation, quantity, amount, captured, postpaid, status, createdAt, endedAt },
    name: names.nameOf(hold.id),
    until: hold.expiresAt,
    draws: hold.draws.map((draw) => [names.nameOf(draw.grantId), draw.reserved, draw.amount]),
    held: heldBy(hold),
  };
}

function seenLot(names: Names, grant: CreditGrant) {
  const { source, amount, remaining, held, priority, state, operations } = grant;
  return {
    ...{ source, amount, remaining, held, priority, state, operations },
    name: names.nameOf(grant.id),
    from: grant.effectiveAt,
    until: grant.expiresAt,
  };
}

const seenReversal = (names: Names, { draws, ...reversal }: Reversal) => ({
  name: names.nameOf(reversal.id),
  usage: names.nameOf(reversal.usageRecordId),
  amount: reversal.amount,
  postpaid: reversal.postpaid,
  at: reversal.createdAt,
  draws: draws.map((draw) => [draw.position, names.nameOf(draw.grantId), draw.amount, draw.effect]),
});

const seenStanding = (names: Names, { subscribed: { subscription, plan }, next }: Standing) => ({
  name: names.nameOf(subscription.id),
  plan: plan.key,
  from: subscription.startsAt,
  until: subscription.endsAt,
  cancelledAt: subscription.cancelledAt,
  next: next && names.nameOf(next.subscription.id),
});

const seenChange = ({ from, to, timing, supplyPolicy, effectiveAt }: PlanChanged["planChange"]) => ({
  ...{ from: from.key, to: to.key, timing },
  ...{ policy: supplyPolicy, at: effectiveAt },
});

function seenInvoice(names: Names, invoice: Invoice) {
  const { kind, currency, total, creditApplied, amountDue, status } = invoice;
  const figures = { total, credit: creditApplied, due: amountDue };
  return { name: names.nameOf(invoice.invoiceId), kind, currency, ...figures, status };
}

export const seenNote = (names: Names, note: CreditNote) => ({
  ...{ name: names.nameOf(note.creditNoteId), amount: note.amount, settlement: note.settlement },
  ...{ voided: note.voided, clawback: note.clawback, at: note.createdAt },
});

export function seenAnswer(names: Names, outcome: Outcome): Answer {
  const { kind } = outcome;
  switch (outcome.kind) {
    case "consumed":
    case "reserved":
    case "captured":
    case "holdExtended":
    case "released":
    case "usageReversed":
    case "creditsGranted":
    case "purchased":
    case "subscribed":
    case "planChanged":
    case "subscriptionCancelled":
    case "subscriptionResumed":
    case "purchaseRefunded":
    case "creditNoteCreated":
    case "invoiceVoided":
    case "invoicePaid":
    case "couponRedeemed":
      return { kind, replayed: outcome.replayed, ...seenSuccess(names, outcome) };
    case "insufficientCredits": {
      const { required, available, shortBy, nextSupplyAt, creditPacks } = outcome;
      const packs = creditPacks.map(({ key }) => key);
      return { kind, required, available, shortBy, nextSupplyAt, packs };
    }
    case "unpricedUsage":
      return { kind, operation: outcome.operation, reason: outcome.reason };
    case "holdNotFound":
      return { kind, hold: nameOfNone(names, outcome.holdId) };
    case "holdNotActive":
      return { kind, hold: seenHold(names, outcome.hold) };
    case "holdExceeded": {
      const { required, held, exceededBy } = outcome;
      return { kind, required, held, exceededBy };
    }
    case "usageRecordNotFound":
      return { kind, usage: nameOfNone(names, outcome.usageRecordId) };
    case "reversalExceedsUsage":
      return { kind, amount: outcome.amount, reversible: outcome.reversible };
    case "idempotencyConflict":
      return { kind, key: outcome.idempotencyKey, usedAt: outcome.usedAt };
    case "packNotAvailable":
      return { kind, pack: outcome.creditPack, available: outcome.available.map(({ key }) => key) };
    case "planNotFound":
      return { kind, plan: outcome.plan, available: outcome.available.toSorted() };
    case "alreadyOnPlan":
      return { kind, plan: outcome.plan.key };
    case "alreadySubscribed":
      return { kind, standing: seenStanding(names, outcome.standing) };
    case "invoiceNotFound":
      return { kind, invoice: nameOfNone(names, outcome.invoiceId) };
    case "paymentFailed":
    case "paymentRequired":
    case "invoiceNotPayable":
    case "invoiceNotVoidable":
    case "invoiceNotCreditable":
      return { kind, invoice: seenInvoice(names, outcome.invoice) };
    case "BAD_INPUT":
      return { kind };
    default:
      return { ...outcome };
  }
}

/** What is asked for and is not there is called by the model's name for it, or by the server's id. */
const nameOfNone = (names: Names, id: string): string =>
  id.startsWith("none_") ? id.slice("none_".length).replaceAll("_", " ") : names.nameOf(id);

type Success = Extract<Outcome, { readonly replayed: boolean }>;

function seenSuccess(names: Names, outcome: Success) {
  return {
    ...("wallet" in outcome && { wallet: seenWallet(names, outcome.wallet) }),
    ...("standing" in outcome && { standing: seenStanding(names, outcome.standing) }),
    ...("planChange" in outcome && { change: seenChange(outcome.planChange) }),
    ...("usageRecord" in outcome && { usage: seenUsage(names, outcome.usageRecord) }),
    ...("hold" in outcome && { hold: seenHold(names, outcome.hold) }),
    ...("reversal" in outcome && { reversal: seenReversal(names, outcome.reversal) }),
    ...("invoice" in outcome && { invoice: outcome.invoice && seenInvoice(names, outcome.invoice) }),
    ...("redemption" in outcome && { coupon: outcome.redemption.coupon.key }),
    ...("creditNote" in outcome && { note: outcome.creditNote && seenNote(names, outcome.creditNote) }),
    ...("grant" in outcome && { grant: seenLot(names, outcome.grant) }),
  };
}

/** Takes note of what the server has made, under the names that the model has given. */
export function learn(names: Names, outcome: Outcome, answer: Answer): void {
  const named = (about: unknown): string =>
    typeof about === "object" && about !== null && "name" in about ? String(about.name) : "nothing";
  if ("invoice" in outcome && outcome.invoice?.kind === "PURCHASE")
    names.learn(outcome.invoice.invoiceId, named(answer.invoice));
  if ("creditNote" in outcome && outcome.creditNote !== null)
    names.learn(outcome.creditNote.creditNoteId, named(answer.note));
  if (!("replayed" in outcome) || outcome.replayed || answer.replayed !== false) return;
  if ("reversal" in outcome) names.learn(outcome.reversal.id, named(answer.reversal));
  else if ("usageRecord" in outcome) names.learn(outcome.usageRecord.id, named(answer.usage));
  else if ("hold" in outcome) names.learn(outcome.hold.id, named(answer.hold));
  else if ("grant" in outcome) names.learn(outcome.grant.id, named(answer.grant));
}
