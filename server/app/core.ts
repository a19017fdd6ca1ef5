import type { Logger } from "pino";
import { makeCustomerTokens } from "../access/customerTokens.js";
import { makeTopUp, topUpsUnderWay } from "../billing/autoTopUp.js";
import { presentBy } from "../billing/catchUp.js";
import { makeCollect } from "../billing/collect.js";
import { makeTakeUpRefund } from "../billing/refunds.js";
import { makeAskAfterPurchase } from "../billing/unpaidPurchases.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
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
  readonly payments: PaymentProvider;
  readonly logger: Logger;
  /** Hears how metering goes. */
  readonly observer: MeterObserver;
  /** How often what is followed is looked at unasked; by default as the hub finds right. */
  readonly lookMs?: number | undefined;
}

/** What more than one kind of use case is made of. */
export function coreOf(outside: Outward) {
  const { logger } = outside;
  const core = { ...outside, present: presentBy(outside.clock) };
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
    onFailure,
    customerTokens: makeCustomerTokens(outside),
    hub: makeHub({ ...outside, onFailure: onLiveFailure }),
    topUp,
    topUps,
    topUpSoon: topUps.start,
  };
}

export type Core = ReturnType<typeof coreOf>;
