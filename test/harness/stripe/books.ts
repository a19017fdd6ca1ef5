import type { ParamsOf } from "./params.js";

/** What a card does when it is charged. */
export type Card = "works" | "declines" | "needs its owner" | "takes days";

export interface Intent {
  readonly id: string;
  readonly object: "payment_intent";
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly setup_future_usage: string | null;
  readonly created: number;
  readonly livemode: false;
  readonly client_secret: string;
  amount_received: number;
  status: string;
  payment_method: string | null;
  last_payment_error: Readonly<Record<string, unknown>> | null;
  next_action: Readonly<Record<string, unknown>> | null;
  canceled_at: number | null;
}

export interface Page {
  readonly id: string;
  readonly object: "checkout.session";
  readonly mode: "payment" | "setup";
  readonly customer: string | null;
  readonly client_reference_id: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
  readonly expires_at: number;
  readonly livemode: false;
  readonly params: ParamsOf<"POST /v1/checkout/sessions">;
  url: string | null;
  status: "open" | "complete" | "expired";
  payment_status: "paid" | "unpaid" | "no_payment_required";
  payment_intent: string | null;
  setup_intent: string | null;
}

export interface Refund {
  readonly id: string;
  readonly object: "refund";
  readonly amount: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
  status: string;
  failure_reason?: string;
}

/** An error of the API, in its own form. */
export class StripeProblem extends Error {
  constructor(
    readonly status: number,
    readonly facts: Readonly<Record<string, unknown>>,
    /** Whether a key keeps it: only what had begun to run. */
    readonly isKept: boolean,
  ) {
    super(String(facts.message));
  }
}

export const invalid = (message: string, facts: Readonly<Record<string, unknown>> = {}): StripeProblem =>
  new StripeProblem(400, { type: "invalid_request_error", message, ...facts }, false);

/** Everything that this Stripe knows, and what it will tell of it. */
export class Books {
  readonly customers = new Map<string, { readonly id: string }>();
  readonly intents = new Map<string, Intent>();
  readonly pages = new Map<string, Page>();
  readonly refunds = new Map<string, Refund>();
  /** By payment method; who they belong to is in `owners`. */
  readonly cards = new Map<string, Card>();
  readonly owners = new Map<string, string>();
  /** Money that has moved, in order. */
  readonly charges: { readonly intent: string; readonly paymentId: string; readonly amount: number }[] = [];
  readonly events: StripeEvent[] = [];
  /** How intents were confirmed, in order: without the customer, or with them. */
  readonly confirmed: ("off session" | "on session")[] = [];
  #made = 0;

  constructor(readonly now: () => number) {}

  newId(prefix: string): string {
    this.#made += 1;
    return `${prefix}_${String(this.#made).padStart(6, "0")}`;
  }

  seconds(): number {
    return Math.floor(this.now() / 1_000);
  }

  tell(type: string, about: object): void {
    const { params: _, ...object } = structuredClone({ params: null, ...about });
    this.events.push({
      id: this.newId("evt"),
      object: "event",
      api_version: apiVersion,
      created: this.seconds(),
      data: { object },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    });
  }

  intent(id: string): Intent {
    return found(this.intents, id, "payment_intent");
  }

  addIntent(
    made: Pick<
      Intent,
      "amount" | "currency" | "customer" | "description" | "metadata" | "setup_future_usage"
    >,
  ) {
    const id = this.newId("pi");
    const intent: Intent = {
      ...made,
      id,
      object: "payment_intent",
      created: this.seconds(),
      livemode: false,
      client_secret: `${id}_secret_of_the_customer`,
      amount_received: 0,
      status: "requires_payment_method",
      payment_method: null,
      last_payment_error: null,
      next_action: null,
      canceled_at: null,
    };
    this.intents.set(id, intent);
    this.tell("payment_intent.created", intent);
    return intent;
  }

  /** The money has moved. */
  pay(intent: Intent): void {
    if (intent.status === "succeeded") throw new Error(`${intent.id} would be paid twice.`);
    const { id, amount, metadata } = intent;
    Object.assign(intent, { status: "succeeded", amount_received: amount, next_action: null });
    intent.last_payment_error = null;
    this.charges.push({ intent: id, paymentId: metadata.paymentId ?? "", amount });
    this.tell("payment_intent.succeeded", intent);
  }

  decline(intent: Intent, error: { readonly code: string; readonly message: string }): void {
    intent.status = "requires_payment_method";
    intent.next_action = null;
    intent.last_payment_error = { type: "card_error", doc_url: "https://stripe.com/docs", ...error };
    this.tell("payment_intent.payment_failed", intent);
  }
}

export interface StripeEvent {
  readonly id: string;
  readonly object: "event";
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: Readonly<Record<string, unknown>> };
  readonly livemode: false;
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}

/** The version whose parameters and answers this double knows. */
export const apiVersion = "2026-10-28.endive";

export function found<Kind>(all: ReadonlyMap<string, Kind>, id: string, kind: string): Kind {
  const one = all.get(id);
  if (one !== undefined) return one;
  const message = `No such ${kind}: '${id}'`;
  throw new StripeProblem(404, { type: "invalid_request_error", code: "resource_missing", message }, false);
}
