import { alertKinds } from "./alert.js";
import { formatAmount, type Micros } from "./amount.js";
import { budgetActions, budgetMeasures } from "./budget.js";
import { creditSettlements } from "./creditNote.js";
import { grantSources } from "./grant.js";
import { type Instant, toIso } from "./instant.js";
import { invoiceKinds } from "./invoice.js";
import { planChangeDirections, supplyPolicies } from "./planChange.js";
import { budgetSetters } from "./setter.js";
import { changeTimings } from "./subscriptionChange.js";
import { endpointTroubles } from "./webhook.js";

/** What a value of an event's data is. A list names the texts that it can be. */
type Kind = "text" | "decimal" | "time" | "count" | "flag" | readonly string[];
export type EventField = Kind | { readonly orNull: Kind };

interface CataloguedEvent {
  /** For the contract, the SDK and the documents alike. */
  readonly means: string;
  /** Flat: enough to act on, and the ids under which the rest can be asked for. */
  readonly data: Readonly<Record<string, EventField>>;
}

const orNull = <K extends Kind>(kind: K) => ({ orNull: kind });

const subscription = {
  subscriptionId: "text",
  plan: "text",
  planVersion: "count",
  trial: "flag",
  startsAt: "time",
  endsAt: orNull("time"),
} as const;

const invoice = {
  invoiceId: "text",
  number: "text",
  kind: invoiceKinds,
  currency: "text",
  total: "decimal",
  creditApplied: "decimal",
  amountDue: "decimal",
  carriedOver: "decimal",
  subscriptionId: orNull("text"),
  periodStart: orNull("time"),
  periodEnd: orNull("time"),
} as const;

const payment = { paymentId: "text", invoiceId: "text", amount: "decimal", currency: "text" } as const;

const refund = {
  refundId: "text",
  paymentId: "text",
  creditNoteId: orNull("text"),
  amount: "decimal",
  currency: "text",
} as const;

const purchase = {
  purchaseId: "text",
  invoiceId: "text",
  grantId: "text",
  creditPack: "text",
  quantity: "count",
  unit: "text",
  credits: "decimal",
} as const;

const dispute = {
  disputeId: "text",
  paymentId: "text",
  invoiceId: "text",
  amount: "decimal",
  currency: "text",
} as const;

/**
 * Everything that is told, in one place: the types below, the contract's `EventType`, the SDK's `ScripEvent` and
 * docs/webhooks.md all follow from it, or are tested against it.
 */
export const eventCatalog = {
  SUBSCRIPTION_STARTED: {
    means: "A subscription has begun: the customer is on its plan now.",
    data: subscription,
  },
  SUBSCRIPTION_CHANGED: {
    means: "A change of plan was decided; it takes effect at `effectiveAt`.",
    data: {
      fromSubscriptionId: "text",
      toSubscriptionId: "text",
      fromPlan: "text",
      toPlan: "text",
      direction: planChangeDirections,
      timing: changeTimings,
      supplyPolicy: orNull(supplyPolicies),
      effectiveAt: "time",
      invoiceId: orNull("text"),
    },
  },
  SUBSCRIPTION_CANCELLED: {
    means: "It was decided that a subscription ends, at `endsAt`, and that none follows.",
    data: subscription,
  },
  SUBSCRIPTION_RESUMED: {
    means: "A cancellation, or a change of plan that was to come, was taken back.",
    data: subscription,
  },
  SUBSCRIPTION_ENDED: {
    means: "A subscription is over; `nextSubscriptionId` is the one that goes on from there.",
    data: { ...subscription, nextSubscriptionId: orNull("text") },
  },
  INVOICE_OPENED: {
    means: "An invoice is final: it has its number, and nothing on it changes any more.",
    data: invoice,
  },
  INVOICE_PAID: { means: "An invoice is paid, or nothing was due on it.", data: invoice },
  INVOICE_VOIDED: {
    means: "An invoice was cancelled: nobody owes it.",
    data: { ...invoice, reason: orNull("text") },
  },
  INVOICE_UNCOLLECTIBLE: {
    means: "Every attempt to collect an invoice has failed, and it was given up.",
    data: invoice,
  },
  PAYMENT_SUCCEEDED: { means: "The money of a payment has arrived.", data: payment },
  PAYMENT_ACTION_REQUIRED: {
    means: "A payment waits for its customer, who has something to do at `actionUrl`.",
    data: { ...payment, actionUrl: orNull("text") },
  },
  PAYMENT_FAILED: {
    means: "A payment was declined; `failure` says why in the provider's words.",
    data: { ...payment, failure: orNull("text") },
  },
  PURCHASE_PAID: { means: "Credit packs were paid for, and are delivered.", data: purchase },
  PURCHASE_WITHDRAWN: {
    means:
      "Credits that were delivered before they were paid for were withdrawn: the payment has failed, or will not come.",
    data: purchase,
  },
  CREDITS_GRANTED: {
    means: "Credits can be spent from now on: a plan's supply, a pack, a promotion or the like.",
    data: {
      grantId: "text",
      unit: "text",
      source: grantSources,
      amount: "decimal",
      expiresAt: orNull("time"),
      reason: orNull("text"),
    },
  },
  CREDIT_NOTE_CREATED: {
    means: "Something was given back of an invoice.",
    data: {
      creditNoteId: "text",
      number: "text",
      invoiceId: "text",
      amount: "decimal",
      currency: "text",
      settlement: creditSettlements,
      reason: orNull("text"),
    },
  },
  REFUND_SUCCEEDED: { means: "Money was paid back.", data: refund },
  REFUND_FAILED: {
    means: "Money could not be paid back, or has come back; `failure` says why in the provider's words.",
    data: { ...refund, failure: orNull("text") },
  },
  DISPUTE_OPENED: {
    means: "A customer contests a payment at their bank; the credits it paid for are frozen.",
    data: dispute,
  },
  DISPUTE_CLOSED: {
    means: "The bank has decided a dispute: for the operator (`WON`) or for the customer (`LOST`).",
    data: { ...dispute, status: ["WON", "LOST"] },
  },
  AUTO_TOP_UP_TURNED_OFF: {
    means: "An auto top-up has failed too often and is off now.",
    data: { unit: "text", creditPack: "text", failures: "count", lastFailure: orNull("text") },
  },
  ALERT_RAISED: {
    means: "A budget, a balance or credits that expire soon want somebody's attention.",
    data: {
      alertId: "text",
      kind: alertKinds,
      unit: "text",
      setBy: budgetSetters,
      budgetId: orNull("text"),
      budgetName: orNull("text"),
      measure: orNull(budgetMeasures),
      action: orNull(budgetActions),
      threshold: orNull("count"),
      limit: orNull("decimal"),
      spent: orNull("decimal"),
      remaining: orNull("decimal"),
      windowStart: orNull("time"),
      resetsAt: orNull("time"),
      below: orNull("decimal"),
      available: orNull("decimal"),
      grantId: orNull("text"),
      amount: orNull("decimal"),
      expiresAt: orNull("time"),
    },
  },
  WEBHOOK_ENDPOINT_DISABLED: {
    means:
      "A webhook endpoint was given up and gets nothing more until it is enabled again. `url` is its origin. About no customer.",
    data: {
      endpointId: "text",
      url: "text",
      reason: endpointTroubles,
      failingSince: "time",
      lastError: orNull("text"),
    },
  },
} as const satisfies Record<string, CataloguedEvent>;

export type EventType = keyof typeof eventCatalog;

export const eventTypes = Object.keys(eventCatalog) as readonly EventType[];

type ValueOf<Field> = Field extends { readonly orNull: infer K }
  ? ValueOf<K> | null
  : Field extends readonly (infer Text)[]
    ? Text
    : Field extends "decimal"
      ? Micros
      : Field extends "time"
        ? Instant
        : Field extends "count"
          ? number
          : Field extends "flag"
            ? boolean
            : string;

/** What is told with an event, as the domain has it. */
export type EventData<Type extends EventType> = {
  readonly [Name in keyof (typeof eventCatalog)[Type]["data"]]: ValueOf<
    (typeof eventCatalog)[Type]["data"][Name]
  >;
};

/** Something that has happened, before it has its place in the order of its customer's events. */
export type NewEvent = {
  readonly [Type in EventType]: {
    /** Null: it is about no customer. */
    readonly customerId: string | null;
    readonly type: Type;
    readonly data: EventData<Type>;
    /** When it happened, in the customer's time, however late that is noticed. */
    readonly at: Instant;
  };
}[EventType];

/** What is told, as others read it: amounts are decimal texts, times are RFC 3339. */
export type WireData = Readonly<Record<string, string | number | boolean | null>>;

/** An event as it is kept and sent. */
export interface Event {
  readonly eventId: string;
  readonly type: EventType;
  readonly customerId: string | null;
  /** Its place in the order of its customer's events, counted from 1 without gaps. */
  readonly sequence: number;
  readonly createdAt: Instant;
  readonly data: WireData;
}

/** Takes what the catalogue names, and nothing else that a caller's object may hold. */
export function wireData({ type, data }: Pick<NewEvent, "type" | "data">): WireData {
  const fields: Readonly<Record<string, EventField>> = eventCatalog[type].data;
  const given: Readonly<Record<string, unknown>> = data;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, wireValue(field, given[name])]),
  );
}

function wireValue(field: EventField, value: unknown): string | number | boolean | null {
  const kind = typeof field === "object" && "orNull" in field ? field.orNull : field;
  if (value === null && kind !== field) return null;
  if (kind === "decimal" && typeof value === "number") return formatAmount(value as Micros);
  if (kind === "time" && typeof value === "number") return toIso(value as Instant);
  if (kind === "count" && typeof value === "number") return value;
  if (kind === "flag" && typeof value === "boolean") return value;
  if ((kind === "text" || typeof kind === "object") && typeof value === "string") return value;
  throw new Error(`${String(value)} is no value of the kind ${String(kind)}.`);
}
