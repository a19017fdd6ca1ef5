import { type Law, within } from "./law.js";

/** Payments that went back whole, because nobody owed them. */
const isReturned = `EXISTS (SELECT 1 FROM refunds b WHERE b.customer_id = p.customer_id
                     AND b.payment_id = p.payment_id AND b.credit_note_id IS NULL)`;

/** What was given back of each invoice, and which credits went for it. */
const credited = `(SELECT customer_id, invoice_id, SUM(amount) AS amount, SUM(voided + clawback) AS taken,
                          SUM(CASE WHEN settlement = 'INVOICE' THEN amount ELSE 0 END) AS set_off
                   FROM credit_notes WHERE ${within("credit_notes")} GROUP BY customer_id, invoice_id)`;

/** Laws of what was charged, paid and given back. */
export const moneyLaws: readonly Law[] = [
  {
    name: "a paid invoice has been paid what was due and not carried over, and no other invoice has been paid anything",
    // What was asked for before some of it was set off may have been paid all the same; the balance has it then.
    broken: `SELECT i.customer_id, i.invoice_id, i.status, i.amount_due, i.set_off, i.carried_over,
                    COALESCE(SUM(m.amount), 0) AS paid
             FROM invoices i
             LEFT JOIN (SELECT p.customer_id, p.invoice_id, p.amount FROM payments p
                        WHERE ${within("p")} AND p.status = 'SUCCEEDED' AND NOT ${isReturned}) AS m
               ON m.customer_id = i.customer_id AND m.invoice_id = i.invoice_id
             WHERE ${within("i")}
             GROUP BY i.customer_id, i.invoice_id, i.status, i.amount_due, i.set_off, i.carried_over
             HAVING COALESCE(SUM(m.amount), 0) > CASE WHEN i.status = 'PAID' THEN i.amount_due - i.carried_over ELSE 0 END
                 OR COALESCE(SUM(m.amount), 0)
                   < CASE WHEN i.status = 'PAID' THEN i.amount_due - i.set_off - i.carried_over ELSE 0 END
                 OR i.carried_over < 0 OR i.carried_over > i.amount_due`,
  },
  {
    name: "a payment knows what was paid back of it, and it is no more than was paid",
    broken: `SELECT p.customer_id, p.payment_id, p.status, p.amount, p.refunded, COALESCE(SUM(r.amount), 0) AS paid_back
             FROM payments p LEFT JOIN refunds r ON r.customer_id = p.customer_id
               AND r.payment_id = p.payment_id AND r.status <> 'FAILED'
             WHERE ${within("p")} GROUP BY p.customer_id, p.payment_id, p.status, p.amount, p.refunded
             HAVING COALESCE(SUM(r.amount), 0) <> p.refunded OR p.refunded > p.amount
                OR (p.refunded <> 0 AND p.status <> 'SUCCEEDED')`,
  },
  {
    name: "only paid invoices are given back, and no more of them than their total",
    broken: `SELECT c.customer_id, c.invoice_id, c.amount, c.set_off, i.status, i.total FROM ${credited} AS c
             LEFT JOIN invoices i ON i.customer_id = c.customer_id AND i.invoice_id = c.invoice_id
             WHERE i.status IS NULL OR (i.status <> 'PAID' AND c.amount > c.set_off) OR c.amount > i.total`,
  },
  {
    name: "what need not be paid of an invoice is what credit notes have set off, and no more than was due",
    broken: `SELECT i.customer_id, i.invoice_id, i.status, i.amount_due, i.set_off, c.set_off AS noted FROM invoices i
             LEFT JOIN ${credited} AS c ON c.customer_id = i.customer_id AND c.invoice_id = i.invoice_id
             WHERE ${within("i")} AND (i.set_off <> COALESCE(c.set_off, 0) OR i.set_off > i.amount_due)`,
  },
  {
    name: "for unused time no more is given back than was paid, credit notes included",
    // Rounding may add up to half a coin.
    broken: `SELECT i.customer_id, i.invoice_id, i.status, i.charged, i.unused, c.amount AS credited FROM invoices i
             LEFT JOIN ${credited} AS c ON c.customer_id = i.customer_id AND c.invoice_id = i.invoice_id
             WHERE ${within("i")} AND i.unused <> 0 AND (i.unused < 0 OR i.status <> 'PAID' OR i.unused > i.charged
               OR 1.0 * c.amount * i.subtotal > 1.0 * i.total * (i.charged - i.unused
                  + CASE WHEN i.charged % 1000000 = 0 AND i.unused % 1000000 = 0 THEN 500000 ELSE 5000 END))`,
  },
  {
    name: "unused time is given back by the invoices that say so, once",
    broken: `SELECT * FROM (
               SELECT customer_id, invoice_id, SUM(unused) AS difference FROM (
                 SELECT i.customer_id, i.invoice_id, i.unused FROM invoices i WHERE ${within("i")}
                 UNION ALL
                 SELECT g.customer_id, COALESCE(g.unused_of, g.invoice_id), g.subtotal - g.charged FROM invoices g
                 WHERE ${within("g")} AND g.status <> 'VOID') AS both_sides
               GROUP BY customer_id, invoice_id) AS differences
             WHERE difference <> 0`,
  },
  {
    name: "a credit note is paid back once, if it is to be",
    broken: `SELECT c.customer_id, c.credit_note_id, c.settlement, c.amount, COUNT(r.refund_id) AS refunds
             FROM credit_notes c LEFT JOIN refunds r ON r.customer_id = c.customer_id
               AND r.credit_note_id = c.credit_note_id
             WHERE ${within("c")} GROUP BY c.customer_id, c.credit_note_id, c.settlement, c.amount
             HAVING (COUNT(r.refund_id) > 0) <> (c.settlement = 'REFUND')
                 OR COUNT(CASE WHEN r.status <> 'FAILED' THEN 1 END) > 1
                 OR MIN(r.amount) <> c.amount OR MAX(r.amount) <> c.amount`,
  },
  {
    name: "a credit balance is what credit notes and invoices have left of it, and below zero only by what was carried over",
    broken: `SELECT customer_id, currency, SUM(stored) AS stored, SUM(moved) AS moved, SUM(carried) AS carried FROM (
               SELECT b.customer_id, b.currency, b.amount AS stored, 0 AS moved, 0 AS carried FROM credit_balances b
               WHERE ${within("b")}
               UNION ALL
               SELECT c.customer_id, c.currency, 0, c.amount, 0 FROM credit_notes c
               WHERE ${within("c")} AND c.settlement = 'BALANCE'
               UNION ALL
               SELECT i.customer_id, i.currency, 0, SUM(p.amount) - (i.amount_due - i.set_off - i.carried_over), 0
               FROM invoices i
               JOIN payments p ON p.customer_id = i.customer_id AND p.invoice_id = i.invoice_id
                 AND p.status = 'SUCCEEDED' AND NOT ${isReturned}
               WHERE ${within("i")} AND i.status = 'PAID' AND i.set_off <> 0
               GROUP BY i.customer_id, i.invoice_id, i.currency, i.amount_due, i.set_off, i.carried_over
               UNION ALL
               SELECT i.customer_id, i.currency, 0, -i.credit_applied - i.carried_over, i.carried_over FROM invoices i
               WHERE ${within("i")} AND i.status NOT IN ('DRAFT', 'VOID')) AS moves
             GROUP BY customer_id, currency HAVING SUM(stored) <> SUM(moved) OR SUM(stored) + SUM(carried) < 0`,
  },
  {
    name: "a purchase has credits once it is paid, or from its beginning until its payment fails if that was agreed",
    broken: `SELECT u.customer_id, u.unit, u.purchase_id, u.availability, u.status, i.status AS invoice, u.grant_id,
                    u.withdrawn_at
             FROM purchases u JOIN invoices i ON i.customer_id = u.customer_id AND i.invoice_id = u.invoice_id
             WHERE ${within("u")} AND ((u.status = 'PAID') <> (i.status = 'PAID')
               OR ((u.status = 'PAID' OR u.availability = 'ON_PURCHASE') AND u.grant_id IS NULL)
               OR (u.availability <> 'ON_PURCHASE'
                   AND ((u.status <> 'PAID' AND u.grant_id IS NOT NULL) OR u.withdrawn_at IS NOT NULL))
               OR (u.withdrawn_at IS NULL AND u.availability = 'ON_PURCHASE'
                   AND (u.status = 'FAILED' OR i.status NOT IN ('OPEN', 'PAID'))))`,
  },
  {
    name: "a customer has the credits of one purchase at most that is not paid for",
    broken: `SELECT u.customer_id, COUNT(*) AS purchases FROM purchases u
             WHERE ${within("u")} AND u.grant_id IS NOT NULL AND u.status <> 'PAID' AND u.withdrawn_at IS NULL
             GROUP BY u.customer_id HAVING COUNT(*) > 1`,
  },
  {
    name: "a purchase has one grant, of the credits it has bought, and nothing else is a pack's",
    broken: `SELECT u.customer_id, u.unit, u.purchase_id, u.credits, g.grant_id, g.amount FROM purchases u
             LEFT JOIN credit_grants g ON g.customer_id = u.customer_id AND g.grant_id = u.grant_id
             WHERE ${within("u")} AND u.grant_id IS NOT NULL AND (g.grant_id IS NULL OR g.source <> 'PACK'
               OR g.origin_id <> u.purchase_id OR g.unit <> u.unit OR g.amount <> u.credits)
             UNION ALL
             SELECT g.customer_id, g.unit, u.purchase_id, u.credits, g.grant_id, g.amount FROM credit_grants g
             LEFT JOIN purchases u ON u.customer_id = g.customer_id AND u.grant_id = g.grant_id
             WHERE ${within("g")} AND g.source = 'PACK' AND u.purchase_id IS NULL`,
  },
  {
    name: "credits that are given back or never paid for are void, or will be when they come free",
    // Withdrawn is all that a purchase has delivered; what is paid for after that is granted again.
    broken: `SELECT u.customer_id, u.invoice_id, g.grant_id, g.clawback, COALESCE(c.taken, 0) AS taken,
                    COALESCE(v.voided, 0) AS voided, COALESCE(v.granted, 0) AS granted
             FROM purchases u
             JOIN credit_grants g ON g.customer_id = u.customer_id AND g.grant_id = u.grant_id
             LEFT JOIN ${credited} AS c ON c.customer_id = u.customer_id AND c.invoice_id = u.invoice_id
             LEFT JOIN (SELECT e.customer_id, e.grant_id,
                               -SUM(CASE WHEN e.type = 'VOID' THEN e.amount ELSE 0 END) AS voided,
                               SUM(CASE WHEN e.type = 'GRANT' THEN e.amount ELSE 0 END) AS granted
                        FROM ledger_entries e
                        WHERE ${within("e")} AND e.type IN ('VOID', 'GRANT') GROUP BY e.customer_id, e.grant_id) AS v
               ON v.customer_id = g.customer_id AND v.grant_id = g.grant_id
             WHERE ${within("u")} AND (g.clawback < 0 OR (g.clawback > 0 AND g.remaining > g.held)
               OR COALESCE(v.voided, 0) + g.clawback <> COALESCE(c.taken, 0) + COALESCE(v.granted, 0) - g.amount
                  + CASE WHEN u.withdrawn_at IS NOT NULL AND u.status <> 'PAID' THEN g.amount ELSE 0 END)`,
  },
  {
    name: "of a purchase's credits at least the part is taken that is given back of its price",
    // Products of two amounts are beyond 64 bits; what is left out here is far below one minor unit.
    broken: `SELECT u.customer_id, u.invoice_id, u.credits, c.taken, c.amount, i.total FROM purchases u
             JOIN ${credited} AS c ON c.customer_id = u.customer_id AND c.invoice_id = u.invoice_id
             JOIN invoices i ON i.customer_id = u.customer_id AND i.invoice_id = u.invoice_id
             WHERE 1.0 * c.taken / u.credits + 0.000000001 < 1.0 * c.amount / i.total`,
  },
  {
    name: "credits are frozen while the payment of their purchase is disputed, and only then",
    broken: `SELECT g.customer_id, g.unit, g.grant_id, g.state, COUNT(d.dispute_id) AS disputes
             FROM credit_grants g
             LEFT JOIN purchases u ON u.customer_id = g.customer_id AND u.grant_id = g.grant_id
             LEFT JOIN payments p ON p.customer_id = u.customer_id AND p.invoice_id = u.invoice_id
             LEFT JOIN disputes d ON d.customer_id = p.customer_id AND d.payment_id = p.payment_id
               AND d.status = 'OPEN' AND (g.expires_at IS NULL OR g.expires_at > d.opened_at)
             WHERE ${within("g")} AND g.state IN ('ACTIVE', 'FROZEN')
             GROUP BY g.customer_id, g.unit, g.grant_id, g.state
             HAVING (g.state = 'FROZEN') <> (COUNT(d.dispute_id) > 0)`,
  },
];
