import type { WireData } from "../../server/domain/event.js";
import type { Instant } from "../../server/domain/instant.js";
import type { Database } from "../../server/storage/database.js";

interface Told {
  readonly customerId: string;
  readonly type: string;
  /** What it is about. */
  readonly id: string;
  /** Null where the rows do not tell. */
  readonly at: Instant | null;
}

interface Rule {
  /** Rows `customer`, `id`, `at` (which may be null), one for each event that there must be. */
  readonly rows: string;
  /** The field of the event's data that holds the id. */
  readonly field: string;
  /** Rows that say of which ids there may be one, though the rows do not show it any more. */
  readonly may?: string;
}

const grantEntries = "FROM ledger_entries WHERE type = 'GRANT'";

/** What the stored rows say must have been told, each exactly once, and with which time. */
const rules: Readonly<Record<string, Rule>> = {
  SUBSCRIPTION_STARTED: {
    rows: "SELECT customer_id AS customer, subscription_id AS id, starts_at AS at FROM subscriptions WHERE told <> 'NOTHING'",
    field: "subscriptionId",
  },
  SUBSCRIPTION_ENDED: {
    rows: "SELECT customer_id AS customer, subscription_id AS id, ends_at AS at FROM subscriptions WHERE told = 'END'",
    field: "subscriptionId",
  },
  SUBSCRIPTION_CHANGED: {
    rows: "SELECT customer_id AS customer, to_id AS id, created_at AS at FROM plan_changes",
    field: "toSubscriptionId",
  },
  INVOICE_OPENED: {
    rows: "SELECT customer_id AS customer, invoice_id AS id, finalized_at AS at FROM invoices WHERE status <> 'DRAFT'",
    field: "invoiceId",
  },
  INVOICE_PAID: {
    rows: "SELECT customer_id AS customer, invoice_id AS id, paid_at AS at FROM invoices WHERE status = 'PAID'",
    field: "invoiceId",
  },
  INVOICE_VOIDED: {
    rows: "SELECT customer_id AS customer, invoice_id AS id, voided_at AS at FROM invoices WHERE status = 'VOID'",
    field: "invoiceId",
  },
  INVOICE_UNCOLLECTIBLE: {
    rows: "SELECT customer_id AS customer, invoice_id AS id, NULL AS at FROM invoices WHERE status = 'UNCOLLECTIBLE'",
    field: "invoiceId",
    may: "SELECT invoice_id AS id FROM invoices WHERE status IN ('PAID', 'VOID')",
  },
  PAYMENT_SUCCEEDED: {
    rows: "SELECT customer_id AS customer, payment_id AS id, NULL AS at FROM payments WHERE status = 'SUCCEEDED'",
    field: "paymentId",
  },
  PAYMENT_FAILED: {
    rows: "SELECT customer_id AS customer, payment_id AS id, NULL AS at FROM payments WHERE status = 'FAILED'",
    field: "paymentId",
    may: "SELECT payment_id AS id FROM payments WHERE status = 'SUCCEEDED'",
  },
  PURCHASE_PAID: {
    rows: "SELECT customer_id AS customer, purchase_id AS id, NULL AS at FROM purchases WHERE status = 'PAID'",
    field: "purchaseId",
  },
  PURCHASE_WITHDRAWN: {
    rows: "SELECT customer_id AS customer, purchase_id AS id, withdrawn_at AS at FROM purchases WHERE withdrawn_at IS NOT NULL",
    field: "purchaseId",
  },
  CREDITS_GRANTED: {
    rows: `SELECT customer_id AS customer, grant_id AS id, occurred_at AS at ${grantEntries}`,
    field: "grantId",
  },
  ALERT_RAISED: {
    rows: "SELECT customer_id AS customer, alert_id AS id, raised_at AS at FROM alerts",
    field: "alertId",
  },
  CREDIT_NOTE_CREATED: {
    rows: "SELECT customer_id AS customer, credit_note_id AS id, created_at AS at FROM credit_notes",
    field: "creditNoteId",
  },
  REFUND_SUCCEEDED: {
    rows: "SELECT customer_id AS customer, refund_id AS id, NULL AS at FROM refunds WHERE status = 'SUCCEEDED'",
    field: "refundId",
    may: "SELECT refund_id AS id FROM refunds WHERE status = 'FAILED'",
  },
  REFUND_FAILED: {
    rows: "SELECT customer_id AS customer, refund_id AS id, NULL AS at FROM refunds WHERE status = 'FAILED'",
    field: "refundId",
  },
  DISPUTE_OPENED: {
    rows: "SELECT customer_id AS customer, dispute_id AS id, opened_at AS at FROM disputes",
    field: "disputeId",
  },
  DISPUTE_CLOSED: {
    rows: "SELECT customer_id AS customer, dispute_id AS id, closed_at AS at FROM disputes WHERE status <> 'OPEN'",
    field: "disputeId",
  },
};

interface StoredEvent {
  readonly customer_id: string;
  readonly sequence: number;
  readonly type: string;
  readonly data: string;
  readonly created_at: Instant;
}

/** Everything about the outbox that is not as the other rows say: nothing, when all is well. */
export const eventDrifts = (database: Database): Promise<string[]> =>
  database.read(async (tx) => {
    const events = await tx.query<StoredEvent>("SELECT * FROM events ORDER BY customer_id, sequence");
    const drifts = gaps(events);
    for (const [type, { rows, field, may }] of Object.entries(rules)) {
      const must = (await tx.query<{ customer: string; id: string; at: Instant | null }>(rows)).map(
        ({ customer: customerId, id, at }): Told => ({ customerId, type, id, at }),
      );
      const maybe = new Set(
        may === undefined ? [] : (await tx.query<{ id: string }>(may)).map(({ id }) => id),
      );
      drifts.push(...compare(must, toldOf(events, type, field), maybe));
    }
    return drifts;
  });

const gaps = (events: readonly StoredEvent[]): string[] =>
  events.flatMap(({ customer_id, sequence }, index) => {
    const before = events[index - 1];
    const expected = before?.customer_id === customer_id ? before.sequence + 1 : 1;
    return sequence === expected ? [] : [`event ${sequence} of ${customer_id} comes in place of ${expected}`];
  });

const toldOf = (events: readonly StoredEvent[], type: string, field: string): Told[] =>
  events
    .filter((event) => event.type === type)
    .map(({ customer_id: customerId, data, created_at: at }) => {
      const wire: WireData = JSON.parse(data);
      return { customerId, type, id: String(wire[field]), at };
    });

function compare(must: readonly Told[], told: readonly Told[], maybe: ReadonlySet<string>): string[] {
  const drifts: string[] = [];
  const about = ({ customerId, id }: Told): string => `${customerId}/${id}`;
  for (const key of new Set([...must, ...told].map(about))) {
    const due = must.filter((one) => about(one) === key);
    const found = told.filter((one) => about(one) === key);
    const { type, id } = due[0] ?? found[0] ?? { type: "", id: "" };
    const isFine = due.length === 0 ? found.length === 1 && maybe.has(id) : found.length === due.length;
    if (!isFine) drifts.push(`${type} of ${id} was told ${found.length} times in place of ${due.length}`);
    const times = (some: readonly Told[]) => some.map(({ at }) => at ?? 0).sort((a, b) => a - b);
    if (isFine && due.every(({ at }) => at !== null) && due.length > 0)
      for (const [n, at] of times(due).entries())
        if (times(found)[n] !== at) drifts.push(`${type} of ${id}, of ${at}, is told with another time`);
  }
  return drifts;
}
