import type { Logger } from "pino";
import { makeCustomerTokens } from "../access/customerTokens.js";
import { makeTopUp, topUpsUnderWay } from "../billing/autoTopUp.js";
import { makeCancelPayment } from "../billing/cancelPayment.js";
import { presentBy } from "../billing/catchUp.js";
import { makeCollect } from "../billing/collect.js";
import { makeTakeUpRefund } from "../billing/refunds.js";
import { makeAskAfterPurchase } from "../billing/unpaidPurchases.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import { makeDispatch } from "../events/dispatch.js";
import { noticing } from "../events/outbox.js";
import { makeSend, type SendOptions } from "../events/send.js";
import { makeHub } from "../live/hub.js";
import type { MeterObserver } from "../metering/observer.js";
import type { PaymentProvider } from "../payments/provider.js";
import type { Database } from "../storage/database.js";

/** What only the outside can give: time and randomness. */
export interface Outside {
  readonly clock: () => Instant;
  readonly newId: NewId;
}

export interface Outward extends Outside {
  readonly database: Database;
  readonly webhooks: SendOptions;
  readonly payments: PaymentProvider;
  readonly logger: Logger;
  /** Hears how metering goes. */
  readonly observer: MeterObserver;
  /** How often what is followed is looked at unasked; by default as the hub finds right. */
  readonly lookMs?: number | undefined;
}

/** What more than one kind of use case is made of. */
export function coreOf({ webhooks: sending, ...outside }: Outward) {
  const { logger } = outside;
  const webhooks = makeDispatch({
    ...outside,
    send: makeSend(sending),
    onFailure: (error) => logger.error({ err: error }, "what has come of a webhook could not be noted"),
    onRefusal: ({ endpointId, event }, { error }) =>
      logger.warn({ endpointId, eventId: event.eventId, error }, "a webhook was not taken; it is sent again"),
    onGivenUp: ({ endpointId, event }, trouble) =>
      logger.error(
        { endpointId, eventId: event.eventId, trouble },
        "a webhook endpoint is disabled; what waits for it is kept until somebody enables it",
      ),
  });
  const core = {
    ...outside,
    // Who has committed events has them sent at once.
    database: noticing(outside.database, webhooks.wake),
    webhooks,
    allowPrivate: sending.allowPrivate,
    present: presentBy(outside.clock),
  };
  const onFailure = (customerId: string, error: unknown) =>
    logger.error({ customerId, err: error }, "what is due of a customer could not be done");
  const onLiveFailure = (error: unknown) =>
    logger.error({ err: error }, "what has happened could not be read; it is tried again");
  const topUp = makeTopUp(core);
  const topUps = topUpsUnderWay({ topUp, onFailure });
  return {
    ...core,
    collect: makeCollect(core),
    takeUpRefund: makeTakeUpRefund(core),
    askAfterPurchase: makeAskAfterPurchase(core),
    cancelPayment: makeCancelPayment(core),
    onFailure,
    customerTokens: makeCustomerTokens(outside),
    hub: makeHub({ ...outside, onFailure: onLiveFailure }),
    topUp,
    topUps,
    topUpSoon: topUps.start,
  };
}

export type Core = ReturnType<typeof coreOf>;
