import { type Books, type Card, found, type Intent, type Page } from "./books.js";
import { declinedError } from "./endpoints.js";

/** What customers do on Stripe's pages, and what banks do without being asked. */
export const people = (books: Books) => ({
  /** Types in a card on the page behind a URL: pays or saves. A card that declines leaves the page open. */
  fillIn: (url: string | null, card: Card, method: string): void => {
    const page = openPage(books, url);
    books.cards.set(method, card);
    const customer = page.customer ?? "";
    if (page.params.mode === "setup") {
      saveOn(books, page, { method, customer });
      return;
    }
    const [line] = page.params.line_items;
    const { payment_intent_data: data } = page.params;
    const intent = books.addIntent({
      amount: line?.price_data.unit_amount ?? 0,
      currency: line?.price_data.currency ?? "",
      customer,
      description: data.description ?? null,
      metadata: data.metadata ?? {},
      setup_future_usage: data.setup_future_usage ?? null,
    });
    intent.payment_method = method;
    if (card === "declines") {
      books.decline(intent, declinedError);
      return;
    }
    books.owners.set(method, customer);
    Object.assign(page, { status: "complete", payment_intent: intent.id, url: null });
    if (card === "takes days") intent.status = "processing";
    else {
      page.payment_status = "paid";
      books.pay(intent);
    }
    books.tell("checkout.session.completed", page);
  },

  /** Nobody has come to the page for a day. */
  letExpire: (url: string | null): void => {
    const page = openPage(books, url);
    Object.assign(page, { status: "expired", url: null });
    books.tell("checkout.session.expired", page);
  },

  /** Confirms a payment to the bank, or fails to. */
  authenticate: (url: string | null, succeeds = true): void => {
    const intent = waiting(books, url);
    const message = "We are unable to authenticate your payment method.";
    if (succeeds) books.pay(intent);
    else books.decline(intent, { code: "payment_intent_authentication_failure", message });
  },

  /** What takes days is over. */
  clear: (id: string, succeeds: boolean): void => {
    const intent = books.intent(id);
    if (succeeds) books.pay(intent);
    else
      books.decline(intent, { code: "payment_method_customer_decline", message: "The bank gave it back." });
  },

  /** Somebody says that they never bought it. The bank decides later. */
  dispute: (id: string): ((won: boolean) => void) => {
    const { amount, currency } = books.intent(id);
    const dispute = { id: books.newId("du"), object: "dispute", amount, currency, payment_intent: id };
    books.tell("charge.dispute.created", { ...dispute, status: "needs_response", metadata: {} });
    return (won) =>
      books.tell("charge.dispute.closed", { ...dispute, status: won ? "won" : "lost", metadata: {} });
  },

  /** The bank cannot take the money that was paid back. */
  bounce: (refundId: string): void => {
    const refund = found(books.refunds, refundId, "refund");
    Object.assign(refund, { status: "failed", failure_reason: "lost_or_stolen_card" });
    books.tell("refund.failed", refund);
  },
});

function openPage(books: Books, url: string | null): Page {
  const page = found(books.pages, url?.split("/").at(-1) ?? "", "checkout.session");
  if (page.status !== "open") throw new Error(`The page ${page.id} is ${page.status}.`);
  return page;
}

function waiting(books: Books, url: string | null): Intent {
  const intent = books.intent(url?.split("/").at(-1) ?? "");
  if (intent.status !== "requires_action") throw new Error(`${intent.id} waits for nobody.`);
  return intent;
}

function saveOn(
  books: Books,
  page: Page,
  saved: { readonly method: string; readonly customer: string },
): void {
  const { method, customer } = saved;
  books.owners.set(method, customer);
  const { params } = page;
  const metadata = params.mode === "setup" ? (params.setup_intent_data?.metadata ?? {}) : {};
  const id = books.newId("seti");
  Object.assign(page, { status: "complete", setup_intent: id, url: null });
  const facts = { status: "succeeded", usage: "off_session", livemode: false };
  books.tell("setup_intent.succeeded", {
    ...{ id, object: "setup_intent", customer, payment_method: method, metadata },
    ...facts,
  });
  books.tell("checkout.session.completed", page);
}
