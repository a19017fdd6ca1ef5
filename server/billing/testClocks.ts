import type { TestClock } from "../domain/customer.js";
import { badInput, Fault } from "../domain/errors.js";
import type { NewId } from "../domain/ids.js";
import { dayMs, type Instant, toIso } from "../domain/instant.js";
import type { Present } from "../ledger/present.js";
import { postDue } from "../ledger/statement.js";
import type { Database, Tx } from "../storage/database.js";
import { CustomerRow, TestClockRow } from "../storage/rows/customers.js";
import type { InvoiceKey } from "./invoices.js";
import type { RefundKey } from "./refunds.js";
import type { TopUpKey } from "./topUps.js";
import type { PurchaseKey } from "./unpaidPurchases.js";

/** A longer jump is surely a slip; it can be made in steps. */
const advanceMaxDays = 36_525;

export const makeCreateTestClock =
  ({ database, newId }: { database: Database; newId: NewId }) =>
  ({ name, now }: { name: string | null; now: Instant }): Promise<TestClock> =>
    database.transact(async (tx) => {
      const clock: TestClockRow = { testClockId: newId("clock"), name, now };
      await tx.manager.insert(TestClockRow, clock);
      return clock;
    });

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly collect: (key: InvoiceKey) => Promise<void>;
  readonly topUp: (key: TopUpKey) => Promise<void>;
  readonly takeUpRefund: (key: RefundKey) => Promise<void>;
  readonly askAfterPurchase: (key: PurchaseKey) => Promise<void>;
  /** Hears how far a clock has come. */
  readonly onStep: (testClockId: string, now: Instant) => void;
}

interface Jump {
  readonly id: string;
  readonly to: Instant;
}

/**
 * Moves a clock from one thing that falls due to the next, so that each happens at its own time and money is asked for
 * before what comes after it. Each step is a transaction: a jump that is cut short can be gone on with.
 */
export const makeAdvanceTestClock =
  (needs: Needs) =>
  async ({ id, to }: Jump): Promise<TestClock> => {
    await needs.database.read((tx) => checkJump(tx, { id, to }));
    for (;;) {
      const step = await needs.database.transact((tx) => takeStep(tx, { id, to }, needs.present));
      if (step.isLast) return step.clock;
      for (const key of step.collectable) await needs.collect(key);
      for (const key of step.topUps) await needs.topUp(key);
      for (const key of step.refundable) await needs.takeUpRefund(key);
      for (const key of step.unpaid) await needs.askAfterPurchase(key);
      needs.onStep(id, step.clock.now);
    }
  };

async function findClock(tx: Tx, testClockId: string): Promise<TestClockRow> {
  const clock = await tx.manager.findOneBy(TestClockRow, { testClockId });
  if (clock === null)
    throw new Fault("NOT_FOUND", `No test clock has the id "${testClockId.slice(0, 60)}".`, "input.id");
  return clock;
}

async function checkJump(tx: Tx, { id, to }: Jump): Promise<void> {
  const { now } = await findClock(tx, id);
  const present = toIso(now);
  if (to < now) throw badInput("input.to", `must not be before the clock's present time, ${present}.`);
  if (to > now + advanceMaxDays * dayMs)
    throw badInput("input.to", `must be at most 100 years after the clock's present time, ${present}.`);
}

interface Step {
  readonly clock: TestClock;
  readonly isLast: boolean;
  readonly collectable: readonly InvoiceKey[];
  readonly topUps: readonly TopUpKey[];
  readonly refundable: readonly RefundKey[];
  readonly unpaid: readonly PurchaseKey[];
}

async function takeStep(tx: Tx, { id, to }: Jump, present: Present): Promise<Step> {
  const clock = await findClock(tx, id);
  const dueAt = await firstDue(tx, id);
  // Somebody else may have moved it further in the meantime.
  const isLast = dueAt === null || dueAt > to;
  const now = Math.max(clock.now, isLast ? to : dueAt) as Instant;
  await tx.manager.update(TestClockRow, { testClockId: id }, { now });
  // In the order in which everybody locks customers.
  const customers = await tx.manager.find(CustomerRow, {
    where: { testClockId: id },
    order: { customerId: "ASC" },
  });
  for (const { customerId, billingDueAt } of customers)
    if (isLast || (billingDueAt !== null && billingDueAt <= now)) await postDue(tx, customerId, present);
  const moved = { clock: { ...clock, now }, isLast };
  if (isLast) return { ...moved, collectable: [], topUps: [], refundable: [], unpaid: [] };
  return {
    ...moved,
    collectable: await collectable(tx, id, now),
    topUps: await topUpsDue(tx, id, now),
    refundable: await refundable(tx, id, now),
    unpaid: await unpaid(tx, id, now),
  };
}

/** The first thing of billing, collecting, topping up, paying back or asking after that falls due for any of a clock's customers. */
async function firstDue(tx: Tx, testClockId: string): Promise<Instant | null> {
  const [row] = await tx.query<{ at: Instant | null }>(
    `SELECT MIN(at) AS at FROM (
       SELECT billing_due_at AS at FROM customers WHERE test_clock_id = $1
       UNION ALL
       SELECT i.next_attempt_at FROM customers c JOIN invoices i ON i.customer_id = c.customer_id
       WHERE c.test_clock_id = $1 AND i.next_attempt_at IS NOT NULL
       UNION ALL
       SELECT t.next_attempt_at FROM customers c JOIN auto_top_ups t ON t.customer_id = c.customer_id
       WHERE c.test_clock_id = $1 AND t.next_attempt_at IS NOT NULL
       UNION ALL
       SELECT r.next_attempt_at FROM customers c JOIN refunds r ON r.customer_id = c.customer_id
       WHERE c.test_clock_id = $1 AND r.next_attempt_at IS NOT NULL
       UNION ALL
       SELECT u.next_attempt_at FROM customers c JOIN purchases u ON u.customer_id = c.customer_id
       WHERE c.test_clock_id = $1 AND u.next_attempt_at IS NOT NULL) AS due`,
    [testClockId],
  );
  return row?.at ?? null;
}

const collectable = (tx: Tx, testClockId: string, now: Instant): Promise<InvoiceKey[]> =>
  tx.query<InvoiceKey>(
    `SELECT i.customer_id AS "customerId", i.invoice_id AS "invoiceId"
     FROM customers c JOIN invoices i ON i.customer_id = c.customer_id
     WHERE c.test_clock_id = $1 AND i.next_attempt_at <= $2 ORDER BY i.next_attempt_at, i.customer_id, i.invoice_id`,
    [testClockId, now],
  );

const topUpsDue = (tx: Tx, testClockId: string, now: Instant): Promise<TopUpKey[]> =>
  tx.query<TopUpKey>(
    `SELECT t.customer_id AS "customerId", t.unit
     FROM customers c JOIN auto_top_ups t ON t.customer_id = c.customer_id
     WHERE c.test_clock_id = $1 AND t.next_attempt_at <= $2 ORDER BY t.next_attempt_at, t.customer_id, t.unit`,
    [testClockId, now],
  );

const refundable = (tx: Tx, testClockId: string, now: Instant): Promise<RefundKey[]> =>
  tx.query<RefundKey>(
    `SELECT r.customer_id AS "customerId", r.refund_id AS "refundId"
     FROM customers c JOIN refunds r ON r.customer_id = c.customer_id
     WHERE c.test_clock_id = $1 AND r.next_attempt_at <= $2 ORDER BY r.next_attempt_at, r.customer_id, r.refund_id`,
    [testClockId, now],
  );

const unpaid = (tx: Tx, testClockId: string, now: Instant): Promise<PurchaseKey[]> =>
  tx.query<PurchaseKey>(
    `SELECT u.customer_id AS "customerId", u.purchase_id AS "purchaseId"
     FROM customers c JOIN purchases u ON u.customer_id = c.customer_id
     WHERE c.test_clock_id = $1 AND u.next_attempt_at <= $2 ORDER BY u.next_attempt_at, u.customer_id, u.purchase_id`,
    [testClockId, now],
  );

export const makeFindTestClock =
  (database: Database) =>
  (testClockId: string): Promise<TestClock | null> =>
    database.read((tx) => tx.manager.findOneBy(TestClockRow, { testClockId }));
