import { makeApplyCatalog } from "../../server/billing/catalog/store.js";
import { makeCreateCustomer } from "../../server/billing/customers.js";
import { makeGrantCredits } from "../../server/billing/grantCredits.js";
import { readCatalogFile } from "../../server/catalogFile.js";
import { micros } from "../../server/domain/amount.js";
import type { EventType } from "../../server/domain/event.js";
import type { Clock } from "../../server/domain/instant.js";
import { makeDeliveries, makeRedeliver } from "../../server/events/deliveries.js";
import { makeDispatch } from "../../server/events/dispatch.js";
import {
  makeCreateEndpoint,
  makeDeleteEndpoint,
  makeFindEndpoint,
  makeRotateSecret,
  makeUpdateEndpoint,
} from "../../server/events/endpoints.js";
import { makeEvents } from "../../server/events/eventLog.js";
import { makePurgeDeliveries, makePurgeEndpoints } from "../../server/events/purge.js";
import { makeReplay, makeReplayDue } from "../../server/events/replay.js";
import { makeSend, type Send, type SendOptions } from "../../server/events/send.js";
import { timeOrderedId } from "../../server/ids.js";
import type { Database } from "../../server/storage/database.js";
import { coreOf } from "./billing.js";

interface Sender {
  readonly database: Database;
  readonly clock: Clock;
  /** By default private addresses are allowed. */
  readonly sending?: Partial<SendOptions>;
  /** Around every request. */
  readonly around?: (send: Send) => Send;
}

/** A process as far as webhooks go: it sends when it is told to, by a clock of the test's. */
export function senderOn({ database, clock, sending, around = (send) => send }: Sender) {
  const core = {
    ...coreOf({ database, clock, newId: timeOrderedId }),
    allowPrivate: sending?.allowPrivate ?? true,
  };
  const failures: unknown[] = [];
  const givenUp: { readonly endpointId: string; readonly trouble: string }[] = [];
  const dispatch = makeDispatch({
    ...{ database, clock },
    send: around(makeSend({ allowPrivate: true, ...sending })),
    onFailure: (error) => failures.push(error),
    onRefusal: () => undefined,
    onGivenUp: ({ endpointId }, trouble) => givenUp.push({ endpointId, trouble }),
  });
  const grantCredits = makeGrantCredits(core);
  const createCustomer = makeCreateCustomer(core);
  const jobs = [makeReplayDue(core), dispatch.run, makePurgeEndpoints(database), makePurgeDeliveries(core)];
  return {
    ...core,
    dispatch,
    failures,
    givenUp,
    prepare: () => makeApplyCatalog(core)(readCatalogFile("ximilar")),
    customer: (id: string) =>
      createCustomer({
        ...{ id, name: null, email: null, metadata: {}, plan: null, testClockId: null },
        idempotencyKey: id,
      }),
    /** Something happens to a customer: credits are granted, and the amount tells which. */
    happen: (customerId: string, amount: number) =>
      grantCredits({
        ...{ customerId, unit: "credit", amount: micros(amount * 1e6), source: "PROMOTION", priority: 0 },
        ...{ effectiveAt: null, expiresAt: null, operations: null, reason: null },
        idempotencyKey: `${customerId} ${amount}`,
      }),
    createEndpoint: (url: string, eventTypes: readonly EventType[] | null = null) =>
      makeCreateEndpoint(core)({ url, description: null, eventTypes }),
    updateEndpoint: makeUpdateEndpoint(core),
    deleteEndpoint: makeDeleteEndpoint(core),
    rotateSecret: makeRotateSecret(core),
    endpoint: makeFindEndpoint(database),
    events: makeEvents(database),
    deliveries: makeDeliveries(database),
    redeliver: makeRedeliver(database),
    replay: makeReplay(core),
    /** Does all that is due by now, and waits for what it has begun. */
    work: async (): Promise<void> => {
      for (let done = 1; done > 0; ) {
        done = 0;
        for (const job of jobs) done += await job();
        await dispatch.idle();
      }
    },
  };
}

export type SenderProcess = ReturnType<typeof senderOn>;
