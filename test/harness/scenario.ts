import { createScripClient, expectResult, type ScripClient } from "@scrip/sdk";
import { pino } from "pino";
import { expect } from "vitest";
import { openAdmin } from "../../server/app/admin.js";
import { createApp } from "../../server/app/app.js";
import type { Payments } from "../../server/app/payments.js";
import { readCatalogFile } from "../../server/catalogFile.js";
import { type Clock, instantFrom } from "../../server/domain/instant.js";
import type { SendOptions } from "../../server/events/send.js";
import { timeOrderedId } from "../../server/ids.js";
import { makeVerify } from "../../server/ledger/verify.js";
import type { Database, DatabaseOptions } from "../../server/storage/database.js";
import { freshDatabase } from "./engine.js";
import { eventDrifts } from "./eventLaws.js";

export const adminKey = "an-admin-key-for-tests";

/** A server with one catalogue, and what a story needs to be told through the SDK. */
export interface Scenario {
  readonly url: string;
  readonly sdk: ScripClient;
  /** A customer on a plan, living on a clock of its own that stands at the given time. */
  customer(plan: string, at: string): Promise<Actor>;
}

/** A customer and its time. */
export interface Actor {
  readonly id: string;
  /** Moves the customer's clock. */
  goTo(time: string): Promise<void>;
  /** Makes calls that must be paid for, and tells what the wallet holds then. */
  spend(operation: string, calls?: { times?: number; attributes?: Attributes }): Promise<string>;
  available(): Promise<string>;
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** The wall clock of every test server: fixed, so that no test depends on the day it runs. */
export const wallClock = "2026-01-15T12:00:00.000Z";

export interface RunningScrip {
  readonly origin: string;
  readonly sdk: ScripClient;
  /** For looking at the stored rows, and for damaging them. */
  readonly database: Database;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly graphiql?: string;
  /** By default one of its own, which goes when the server does. */
  readonly database?: DatabaseOptions;
  /** By default as the configuration has it by default. */
  readonly webhooks?: SendOptions;
  /** Whose pages may call the API; by default nobody's but its own. */
  readonly corsOrigins?: readonly string[];
  /** By default the sandbox. */
  readonly payments?: Payments;
  /** How often what is followed is looked at without a reason. */
  readonly lookMs?: number;
  /** By default one that stands still. */
  readonly clock?: Clock;
}

/** Starts a server of its own on a free port. */
export async function startScrip(
  catalog: string,
  {
    database: given,
    webhooks,
    corsOrigins = [],
    clock = () => instantFrom(wallClock),
    ...options
  }: StartOptions = {},
): Promise<RunningScrip> {
  const outside = { clock, newId: timeOrderedId };
  const { options: database, drop } = given
    ? { options: given, drop: async () => undefined }
    : await freshDatabase();
  const admin = await openAdmin({ database }, outside);
  await admin.applyCatalog(readCatalogFile(catalog));
  const config = { host: "127.0.0.1", port: 0, adminKey, corsOrigins, ...(webhooks && { webhooks }) };
  const logger = pino({ level: "silent" });
  const app = await createApp({ config, database: admin.database, logger, ...outside, ...options });
  const { port } = await app.listen();
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    database: admin.database,
    // A test must see each answer as it is, not the last of several attempts, and however busy the machine.
    sdk: createScripClient({ url: `${origin}/graphql`, apiKey: adminKey, attemptsMax: 1, timeoutMs: 60_000 }),
    close: async () => {
      await app.close();
      await admin.close();
      await drop();
    },
  };
}

/** Tells a story, and at its end recomputes every law of the books that it left. */
export async function scenario<Result>(
  catalog: string,
  story: (scenario: Scenario) => Promise<Result>,
): Promise<Result> {
  const { origin, sdk, database, close } = await startScrip(catalog);
  try {
    const result = await story({
      url: `${origin}/graphql`,
      sdk,
      customer: (plan, at) => newActor(sdk, plan, at),
    });
    expect(await makeVerify(database)(() => undefined)).toEqual([]);
    expect(await eventDrifts(database)).toEqual([]);
    return result;
  } finally {
    await close();
  }
}

const batchMax = 500;

async function newActor(sdk: ScripClient, plan: string, at: string): Promise<Actor> {
  const clock = await sdk.createTestClock({ now: at });
  const created = expectResult(await sdk.createCustomer({ plan, testClockId: clock.id }), "CustomerCreated");
  const { id } = created.customer;
  const balance = async () => {
    const wallet = await sdk.wallet({ customerId: id });
    if (wallet === null) throw new Error(`Customer ${id} has no wallet.`);
    return wallet.available;
  };
  return {
    id,
    available: balance,
    goTo: async (time) => {
      await sdk.advanceTestClock({ id: clock.id, to: time });
    },
    spend: async (operation, { times = 1, attributes = {} } = {}) => {
      for (let done = 0; done < times; done += batchMax) {
        const size = Math.min(batchMax, times - done);
        const items = Array.from({ length: size }, () => ({ customerId: id, operation, attributes }));
        for (const result of await sdk.consumeBatch({ items })) expectResult(result, "Consumed");
      }
      return balance();
    },
  };
}
