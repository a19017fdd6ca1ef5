import fc from "fast-check";
import { makeCancelPayment } from "../../server/billing/cancelPayment.js";
import { makeChangePlan } from "../../server/billing/changePlan.js";
import { makeCollect } from "../../server/billing/collect.js";
import { makeCreateCreditNote } from "../../server/billing/createCreditNote.js";
import { makeDueWork } from "../../server/billing/dueWork.js";
import { makePayInvoice } from "../../server/billing/payInvoice.js";
import { makePurchase } from "../../server/billing/purchase.js";
import { makeRefundPurchase } from "../../server/billing/refundPurchase.js";
import { makeTakeUpRefund } from "../../server/billing/refunds.js";
import { makeAskAfterPurchase } from "../../server/billing/unpaidPurchases.js";
import { makeVoidInvoice } from "../../server/billing/voidInvoice.js";
import { micros } from "../../server/domain/amount.js";
import { dayMs, hourMs } from "../../server/domain/instant.js";
import { makeVerify } from "../../server/ledger/verify.js";
import { type Fault, openBank } from "../harness/bank.js";
import { teller } from "../harness/providerEvents.js";
import { call, customer, openBook, select } from "./book.js";

/** What happens, to which of the things there are, and how the bank takes it. */
export interface Step {
  readonly kind: (typeof kinds)[number];
  readonly which: number;
  /** In thousandths of what is possible, or of a hundred credits. */
  readonly part: number;
  readonly fault: Fault | null;
  readonly card: "works" | "declines" | "asks";
  readonly refunds: "work" | "fail" | "wait";
}

const kinds = [
  ...["buy", "buy", "buy", "use", "use", "use", "reserve", "reserve", "end", "end", "undo", "undo", "undo"],
  ...["refund", "refund", "refund", "refund", "credit", "repeat", "dispute", "decide", "decide"],
  ...[
    "void",
    "pay",
    "money arrives",
    "refund ends",
    "wait",
    "change",
    "change",
    "change",
    "credit",
    "credit",
  ],
] as const;

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    which: fc.nat(),
    part: fc.integer({ min: 0, max: 1_000 }),
    fault: fc.oneof(
      { weight: 8, arbitrary: fc.constant(null) },
      fc.constantFrom("lost" as const, "answer lost" as const),
    ),
    card: fc.oneof(
      { weight: 5, arbitrary: fc.constant("works" as const) },
      fc.constantFrom("declines" as const, "asks" as const),
    ),
    refunds: fc.constantFrom("work" as const, "work" as const, "fail" as const, "wait" as const),
  }),
  { maxLength: 40, size: "max" },
);

const customerId = "ann";
const plans = ["basic", "spare", "wide"];
const policies = ["PRORATE", "FORFEIT", "KEEP_AND_USE_FIRST"] as const;
const packs = ["odd", "brief", "yen", "soon", "soon", "fleeting"];

/** A customer who buys, uses, reserves and wants money back, at a bank that breaks down and changes its mind. */
export async function startMoney() {
  const book = await openBook(new URL("packs.yaml", import.meta.url).pathname);
  const bank = openBank();
  const { database } = book;
  const needs = { ...book.needs, payments: bank.provider };
  const [purchase, refundPurchase, credit] = [
    makePurchase(needs),
    makeRefundPurchase(needs),
    makeCreateCreditNote(needs),
  ];
  const [pay, cancel, change] = [makePayInvoice(needs), makeVoidInvoice(needs), makeChangePlan(needs)];
  const work = makeDueWork({
    ...needs,
    collect: makeCollect(needs),
    takeUpRefund: makeTakeUpRefund(needs),
    askAfterPurchase: makeAskAfterPurchase(needs),
    cancelPayment: makeCancelPayment(needs),
    topUp: async () => undefined,
    // The bank is away; it is asked again.
    onFailure: () => undefined,
  });
  const tell = teller(database);
  await book.createCustomer(customer(customerId, "basic"));
  const sent: (() => Promise<unknown>)[] = [];
  const tally = new Map<string, number>();
  let keys = 0;
  const newKey = () => `key ${++keys}`;

  /** Sends it, and keeps it to be sent again. Whoever hears nothing from the bank does not know what it has done. */
  async function send(command: () => Promise<{ readonly kind: string }>): Promise<void> {
    const attempt = async () => {
      const outcome = await command().catch((error: Error) => {
        if (!error.message.includes("connection to the bank broke")) throw error;
        return { kind: "unheard" };
      });
      tally.set(outcome.kind, (tally.get(outcome.kind) ?? 0) + 1);
    };
    sent.push(attempt);
    await attempt();
  }

  const pick = async <Row>(which: number, sql: string): Promise<Row | undefined> => {
    const rows = await select<Row>(database, sql);
    return rows[which % Math.max(1, rows.length)];
  };
  const invoice = (which: number, kind: string) =>
    pick<{ id: string; total: number; currency: string }>(
      which,
      `SELECT invoice_id AS id, total, currency FROM invoices WHERE ${kind} ORDER BY invoice_id`,
    );
  const payment = (which: number, kind: string) =>
    pick<{ id: string; amount: number }>(
      which,
      `SELECT payment_id AS id, amount FROM payments WHERE ${kind} ORDER BY payment_id`,
    );
  const reference = (id: string) => ({ paymentId: id, reference: `bank_${id}` });

  const play: Record<Step["kind"], (step: Step) => Promise<void>> = {
    buy: ({ which, part }) => {
      const [idempotencyKey, quantity] = [newKey(), 1 + (part % 3)];
      const creditPack = packs[which % packs.length] ?? "odd";
      return send(() => purchase({ customerId, creditPack, quantity, idempotencyKey }));
    },
    use: ({ part }) => {
      const quantity = micros(1_000_000 + part * 250_000);
      const made = call(customerId, "call", { quantity, idempotencyKey: newKey() });
      return send(() => book.consume(made));
    },
    reserve: ({ part }) => {
      const terms = { attributes: {}, expiresInSeconds: 3_600 + part, idempotencyKey: newKey() };
      const quantity = micros(1_000_000 + part * 60_000);
      return send(() => book.reserve({ customerId, operation: "call", quantity, ...terms }));
    },
    end: async ({ which, part }) => {
      const hold = await pick<{ id: string }>(
        which,
        "SELECT hold_id AS id FROM holds WHERE status = 'ACTIVE'",
      );
      if (hold === undefined) return;
      const named = { customerId, holdId: hold.id, idempotencyKey: newKey() };
      const quantity = micros(10_000 * part + 1);
      const terms = { attributes: {}, final: part % 2 === 0, beyondHold: false };
      return send(() =>
        part % 3 === 0 ? book.release(named) : book.capture({ ...named, quantity, ...terms }),
      );
    },
    undo: async ({ which, part }) => {
      const record = await pick<{ id: string; amount: number }>(
        which,
        "SELECT usage_record_id AS id, amount FROM usage_records ORDER BY usage_record_id",
      );
      if (record === undefined) return;
      const amount = part % 2 === 0 ? null : micros(Math.max(1, Math.floor((record.amount * part) / 1_000)));
      const named = { customerId, usageRecordId: record.id, reason: null, idempotencyKey: newKey() };
      return send(() => book.reverseUsage({ ...named, amount }));
    },
    refund: (step) =>
      giveBack(
        step,
        step.part < 50 ? "kind = 'PURCHASE'" : "kind = 'PURCHASE' AND status = 'PAID'",
        refundPurchase,
      ),
    credit: (step) =>
      giveBack(step, step.part % 3 === 0 ? "kind = 'SUBSCRIPTION'" : "unused > 0 OR set_off > 0", credit),
    repeat: async ({ which }) => sent[which % Math.max(1, sent.length)]?.() as Promise<void>,
    dispute: async ({ which, part }) => {
      const paid = await payment(which, "status <> 'FAILED'");
      if (paid === undefined) return;
      const amount = micros(Math.ceil((paid.amount * Math.max(1, part)) / 1_000));
      const about = { ...reference(paid.id), disputeId: `dp_${which % 5}_${paid.id}`, amount };
      await tell(
        part % 4 === 0
          ? { kind: "disputeClosed", ...about, won: part % 8 === 0 }
          : { kind: "disputeOpened", ...about },
      );
    },
    decide: async ({ which, part }) => {
      const dispute = await pick<{ id: string; payment: string; amount: number }>(
        which,
        "SELECT dispute_id AS id, payment_id AS payment, amount FROM disputes ORDER BY dispute_id",
      );
      if (dispute === undefined) return;
      const about = { ...reference(dispute.payment), disputeId: dispute.id, amount: micros(dispute.amount) };
      await tell({ kind: "disputeClosed", ...about, won: part % 2 === 0 });
    },
    void: async ({ which }) => {
      const owed = await invoice(which, "status <> 'PAID'");
      if (owed === undefined) return;
      const named = { customerId, invoiceId: owed.id, reason: null, idempotencyKey: newKey() };
      return send(() => cancel(named));
    },
    pay: async ({ which }) => {
      const owed = await invoice(which, "kind = 'SUBSCRIPTION'");
      if (owed === undefined) return;
      const named = { customerId, invoiceId: owed.id, idempotencyKey: newKey() };
      return send(() => pay(named));
    },
    change: ({ which, part }) => {
      const policy = policies[part % policies.length] ?? null;
      const terms = {
        plan: plans[which % plans.length] ?? "basic",
        timing: "NOW",
        supplyPolicy: policy,
      } as const;
      return send(() => change({ customerId, ...terms, idempotencyKey: newKey() }));
    },
    "money arrives": async ({ which }) => {
      const waiting = await payment(which, "amount > 0");
      if (waiting === undefined) return;
      bank.arrive(waiting.id, waiting.amount);
      await tell({ kind: "paymentSucceeded", ...reference(waiting.id), account: null });
    },
    "refund ends": async ({ which, part }) => {
      const refund = await pick<{ id: string; payment: string; amount: number }>(
        which,
        "SELECT refund_id AS id, payment_id AS payment, amount FROM refunds WHERE status <> 'FAILED' ORDER BY refund_id",
      );
      if (refund === undefined) return;
      const status = part % 4 === 0 ? ("FAILED" as const) : ("SUCCEEDED" as const);
      const end = { refundId: refund.id, paymentId: refund.payment, status, failure: null };
      bank.endRefund(refund.id, status === "FAILED" ? null : refund.amount);
      await tell({ kind: "refundChanged", ...end });
    },
    wait: async ({ part }) => {
      book.wait(part % 2 === 0 ? part * 40 * 60_000 : part * hourMs);
      await book.wallet(customerId, null);
      for (const kind of ["collect", "refunds", "purchases", "cancellations"] as const) await work[kind]();
    },
  };

  async function giveBack(
    { which, part, card }: Step,
    kind: string,
    use: typeof refundPurchase | typeof credit,
  ): Promise<void> {
    const paid = await invoice(which, kind);
    if (paid === undefined) return;
    const unit = paid.currency === "JPY" ? 1_000_000 : 10_000;
    // Often all of it, so that also what was used is paid back.
    const thousandths = part > 400 ? 1_000 : part;
    const share = micros(Math.max(1, Math.floor((paid.total * thousandths) / 1_000 / unit)) * unit);
    const settlement = card === "asks" ? ("BALANCE" as const) : ("REFUND" as const);
    const wish = { amount: part % 3 === 0 ? null : share, settlement, reason: null };
    const named = { customerId, invoiceId: paid.id, idempotencyKey: newKey() };
    return send(() => use({ ...named, ...wish }));
  }

  return {
    book,
    bank,
    tally,
    async run(step: Step): Promise<void> {
      bank.card(step.card);
      bank.refunds(step.refunds);
      if (step.fault !== null) bank.fail(step.fault);
      await play[step.kind](step);
      bank.heal();
    },
    /** Everybody tries once more until nothing is open, at a bank that works. */
    async settle(): Promise<void> {
      bank.card("works");
      bank.refunds("work");
      for (const attempt of sent) await attempt();
      const known = await select<{ id: string }>(database, "SELECT payment_id AS id FROM payments");
      for (const { id } of known.filter(({ id }) => bank.charges().includes(id)))
        await tell({ kind: "paymentSucceeded", ...reference(id), account: null });
      book.wait(40 * dayMs);
      await play.wait({ kind: "wait", which: 0, part: 0, fault: null, card: "works", refunds: "work" });
    },
    verify: () => makeVerify(database)(() => undefined),
  };
}
