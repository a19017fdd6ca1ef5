import { type Books, found, type Intent, invalid, type Page, StripeProblem } from "./books.js";
import type { Endpoint, ParamsOf } from "./params.js";

/** What each endpoint does to the books, and answers. `id` is the one in its path. */
export type Endpoints = {
  readonly [Name in Endpoint]: (params: ParamsOf<Name>, id: string) => object;
};

/** Below it Stripe takes no money; in other currencies it depends on a rate. */
const amountMin: Readonly<Record<string, number>> = { usd: 50, eur: 50, jpy: 50, gbp: 30, kwd: 100 };
const pageLastsSeconds = 24 * 60 * 60;

export const declinedError = {
  code: "card_declined",
  decline_code: "generic_decline",
  message: "Your card was declined.",
};

export const endpoints = (books: Books): Endpoints => ({
  "POST /v1/customers": ({ name, email, metadata }) => {
    const customer = { id: books.newId("cus"), object: "customer", name, email, metadata, livemode: false };
    books.customers.set(customer.id, customer);
    return customer;
  },

  "POST /v1/payment_intents": ({ amount, currency, customer, description, metadata }) => {
    found(books.customers, customer, "customer");
    checkAmount(amount, currency);
    const texts = { description: description ?? null, metadata: metadata ?? {} };
    return books.addIntent({ amount, currency, customer, ...texts, setup_future_usage: null });
  },

  "GET /v1/payment_intents/:id": (_, id) => books.intent(id),

  "POST /v1/payment_intents/:id/confirm": (params, id) => {
    const intent = books.intent(id);
    const { payment_method: method, off_session } = params;
    if (!["requires_payment_method", "requires_confirmation", "requires_action"].includes(intent.status))
      throw unexpectedState(intent, "confirm");
    if (books.owners.get(method) !== intent.customer)
      throw invalid(`The customer does not have a payment method with the ID ${method}.`);
    intent.payment_method = method;
    books.confirmed.push(off_session === "true" ? "off session" : "on session");
    return charge(books, intent, { returnUrl: params.return_url, offSession: off_session === "true" });
  },

  "POST /v1/payment_intents/:id/cancel": (_, id) => {
    const intent = books.intent(id);
    if (["succeeded", "processing", "canceled"].includes(intent.status))
      throw unexpectedState(intent, "cancel");
    Object.assign(intent, { status: "canceled", next_action: null, canceled_at: books.seconds() });
    books.tell("payment_intent.canceled", intent);
    return intent;
  },

  "POST /v1/checkout/sessions": (params) => {
    if (params.customer !== undefined) found(books.customers, params.customer, "customer");
    if (params.mode === "payment")
      for (const { price_data: price } of params.line_items) checkAmount(price.unit_amount, price.currency);
    return shown(addPage(books, params));
  },

  "GET /v1/checkout/sessions/:id": ({ expand = [] }, id) => {
    const page = found(books.pages, id, "checkout.session");
    const { payment_intent: intent } = page;
    const isExpanded = expand.includes("payment_intent") && intent !== null;
    return { ...shown(page), ...(isExpanded ? { payment_intent: books.intent(intent) } : {}) };
  },

  "POST /v1/checkout/sessions/:id/expire": (_, id) => {
    const page = found(books.pages, id, "checkout.session");
    if (page.status !== "open")
      throw invalid(
        `Only Checkout Sessions with a status in ["open"] can be expired. This one is ${page.status}.`,
      );
    Object.assign(page, { status: "expired", url: null });
    books.tell("checkout.session.expired", page);
    return shown(page);
  },

  "POST /v1/refunds": ({ payment_intent: id, amount, metadata }) => {
    const intent = books.intent(id);
    const given = [...books.refunds.values()].filter(
      ({ payment_intent, status }) => payment_intent === id && status !== "failed",
    );
    const left = intent.amount_received - given.reduce((sum, refund) => sum + refund.amount, 0);
    if (left === 0) throw invalid(`Charge has already been refunded.`, { code: "charge_already_refunded" });
    if (amount > left) throw invalid(`Refund amount (${amount}) is greater than unrefunded amount (${left})`);
    const refund = {
      id: books.newId("re"),
      object: "refund" as const,
      amount,
      currency: intent.currency,
      payment_intent: id,
      metadata: metadata ?? {},
      created: books.seconds(),
      status: "succeeded",
    };
    books.refunds.set(refund.id, refund);
    return refund;
  },

  "GET /v1/refunds": ({ payment_intent }) => ({
    object: "list",
    url: "/v1/refunds",
    has_more: false,
    data: [...books.refunds.values()].filter((refund) => refund.payment_intent === payment_intent),
  }),
});

function checkAmount(amount: number, currency: string): void {
  const least = amountMin[currency] ?? 1;
  if (amount >= least) return;
  const shown = currency === "usd" ? "$0.50 usd" : `${least} ${currency}`;
  throw invalid(`Amount must be at least ${shown}`, { code: "amount_too_small", param: "amount" });
}

const unexpectedState = (intent: Intent, verb: string): StripeProblem =>
  invalid(`You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`, {
    code: "payment_intent_unexpected_state",
    payment_intent: intent,
  });

interface Attempt {
  readonly returnUrl: string;
  readonly offSession: boolean;
}

function charge(books: Books, intent: Intent, { returnUrl, offSession }: Attempt): Intent {
  const card = books.cards.get(intent.payment_method ?? "");
  if (card === "works") books.pay(intent);
  if (card === "takes days") intent.status = "processing";
  if (card === "declines") throw declinedWith(books, intent, declinedError);
  if (card === "needs its owner" && offSession)
    throw declinedWith(books, intent, {
      code: "authentication_required",
      decline_code: "authentication_required",
      message: "Your card was declined. This transaction requires authentication.",
    });
  if (card === "needs its owner") {
    const url = `https://hooks.stripe.com/3d_secure_2/hosted/${intent.id}`;
    intent.status = "requires_action";
    intent.last_payment_error = null;
    intent.next_action = { type: "redirect_to_url", redirect_to_url: { url, return_url: returnUrl } };
    books.tell("payment_intent.requires_action", intent);
  }
  return intent;
}

function declinedWith(books: Books, intent: Intent, error: typeof declinedError): StripeProblem {
  books.decline(intent, error);
  const facts = { type: "card_error", ...error, payment_intent: structuredClone(intent) };
  return new StripeProblem(402, facts, true);
}

function addPage(books: Books, params: ParamsOf<"POST /v1/checkout/sessions">): Page {
  const id = books.newId("cs_test");
  const page: Page = {
    id,
    object: "checkout.session",
    mode: params.mode,
    customer: params.customer ?? null,
    client_reference_id: params.mode === "payment" ? (params.client_reference_id ?? null) : null,
    metadata: params.metadata ?? {},
    created: books.seconds(),
    expires_at: books.seconds() + pageLastsSeconds,
    livemode: false,
    params,
    url: `https://checkout.stripe.com/c/pay/${id}`,
    status: "open",
    payment_status: params.mode === "payment" ? "unpaid" : "no_payment_required",
    payment_intent: null,
    setup_intent: null,
  };
  books.pages.set(id, page);
  return page;
}

const shown = ({ params: _, ...page }: Page): object => page;
