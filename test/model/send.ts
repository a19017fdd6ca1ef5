import { type Micros, micros } from "../../server/domain/amount.js";
import { Fault } from "../../server/domain/errors.js";
import { type Instant, instant } from "../../server/domain/instant.js";
import { approveAt } from "./billRows.js";
import type { Engine } from "./engine.js";
import type { Names } from "./names.js";
import type { Outcome } from "./seen.js";
import type { Sent, SentOf } from "./world.js";

const asMicros = (amount: number | null): Micros | null => (amount === null ? null : micros(amount));
const asInstant = (at: number | null): Instant | null => (at === null ? null : instant(at));

/** Sends a command to the server; what is no command at all is answered with the fault's code. */
export function send(engine: Engine, names: Names, sent: Sent): Promise<Outcome> {
  return attempt(engine, engine.meter, { names, sent }).catch(badInput);
}

/** Sends commands all at once, each as a request of its own: through one meter, or through one for each customer. */
export const sendAtOnce = (
  engine: Engine,
  { names, together }: { names: Names; together: boolean },
  commands: readonly Sent[],
): Promise<Outcome[]> =>
  Promise.all(
    commands.map((sent) => {
      const meter = together ? engine.meter : engine.ownMeter(sent.customer);
      return attempt(engine, meter, { names, sent }).catch(badInput);
    }),
  );

/** Sends calls as one request. */
export const sendBatch = (engine: Engine, calls: readonly SentOf<"consume">[]): Promise<readonly Outcome[]> =>
  engine.meter.consume(calls.map(consumeCommand));

function badInput(error: unknown): Outcome {
  if (error instanceof Fault && error.code === "BAD_INPUT") return { kind: "BAD_INPUT" };
  throw error;
}

const consumeCommand = ({ operation, quantity, attributes, occurredAt, ...sent }: SentOf<"consume">) => ({
  customerId: sent.customer,
  idempotencyKey: sent.key,
  operation,
  quantity: micros(quantity),
  attributes,
  occurredAt: asInstant(occurredAt),
});

interface Sending {
  readonly names: Names;
  readonly sent: Sent;
}

async function attempt(engine: Engine, meter: Engine["meter"], { names, sent }: Sending): Promise<Outcome> {
  const base = { customerId: sent.customer, idempotencyKey: sent.key };
  const about = { invoiceId: "invoice" in sent ? names.idOf(sent.invoice) : "" };
  switch (sent.kind) {
    case "consume": {
      const [outcome] = await meter.consume([consumeCommand(sent)]);
      if (outcome === undefined) throw new Error("A call was not answered.");
      return outcome;
    }
    case "reserve": {
      const { operation, attributes, seconds } = sent;
      const quantity = micros(sent.quantity);
      return meter.reserve({ ...base, operation, quantity, attributes, expiresInSeconds: seconds });
    }
    case "capture": {
      const { final, beyond, attributes } = sent;
      const quantity = asMicros(sent.quantity);
      const holdId = names.idOf(sent.hold);
      return meter.capture({ ...base, holdId, quantity, attributes, final, beyondHold: beyond });
    }
    case "extendHold":
      return meter.extendHold({
        ...base,
        holdId: names.idOf(sent.hold),
        expiresInSeconds: sent.seconds,
      });
    case "release":
      return meter.release({ ...base, holdId: names.idOf(sent.hold) });
    case "reverseUsage": {
      const { amount, reason } = sent;
      const usageRecordId = names.idOf(sent.usage);
      return meter.reverseUsage({ ...base, usageRecordId, amount: asMicros(amount), reason });
    }
    case "grantCredits": {
      const { unit, source, priority, operations, reason } = sent;
      const times = { effectiveAt: asInstant(sent.from), expiresAt: asInstant(sent.until) };
      const terms = { unit, source, priority, operations, reason, ...times };
      return engine.grantCredits({ ...base, ...terms, amount: micros(sent.amount) });
    }
    case "purchase":
      return engine.purchase({ ...base, creditPack: sent.pack, quantity: sent.quantity });
    case "subscribe":
      return engine.subscribe({ ...base, plan: sent.plan, startsAt: null });
    case "changePlan":
      return engine.changePlan({
        ...base,
        ...{ plan: sent.plan, timing: sent.timing, supplyPolicy: sent.policy },
      });
    case "cancelSubscription":
      return engine.cancelSubscription({ ...base, timing: sent.timing });
    case "resumeSubscription":
      return engine.resumeSubscription(base);
    case "refundPurchase":
    case "createCreditNote": {
      const { settlement, amount } = sent;
      const wish = { ...base, ...about, settlement, amount: asMicros(amount), reason: null };
      return sent.kind === "refundPurchase" ? engine.refundPurchase(wish) : engine.createCreditNote(wish);
    }
    case "redeemCoupon":
      return engine.redeemCoupon({ ...base, code: sent.code });
    case "voidInvoice":
      return engine.voidInvoice({ ...base, ...about, reason: null });
    case "payInvoice":
      if (sent.approved) await approveAt(engine, { ...base, ...about });
      return engine.payInvoice({ ...base, ...about });
  }
}
