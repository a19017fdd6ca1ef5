import type { Logger } from "pino";
import { makeTopUp, topUpsUnderWay } from "../billing/autoTopUp.js";
import { presentBy } from "../billing/catchUp.js";
import { makeCollect } from "../billing/collect.js";
import { makeTakeUpRefund } from "../billing/refunds.js";
import { makeAskAfterPurchase } from "../billing/unpaidPurchases.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
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
}

/** What more than one kind of use case is made of. */
export function coreOf(outside: Outward) {
  const { logger } = outside;
  const core = { ...outside, present: presentBy(outside.clock) };
  const onFailure = (customerId: string, error: unknown) =>
    logger.error({ customerId, err: error }, "what is due of a customer could not be done");
  const topUp = makeTopUp(core);
  const topUps = topUpsUnderWay({ topUp, onFailure });
  return {
    ...core,
    collect: makeCollect(core),
    takeUpRefund: makeTakeUpRefund(core),
    askAfterPurchase: makeAskAfterPurchase(core),
    onFailure,
    topUp,
    topUps,
    topUpSoon: topUps.start,
  };
}

export type Core = ReturnType<typeof coreOf>;
