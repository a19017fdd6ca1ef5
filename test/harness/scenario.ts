import { createScripClient, expectResult, type ScripClient } from "@scrip/sdk";
import { pino } from "pino";
import { createApp, openAdmin } from "../../server/app.js";
import { readCatalogFile } from "../../server/catalogFile.js";
import { instantFrom } from "../../server/domain/instant.js";
import { timeOrderedId } from "../../server/ids.js";

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

export async function scenario<Result>(
  catalog: string,
  story: (scenario: Scenario) => Promise<Result>,
): Promise<Result> {
  const outside = { clock: () => instantFrom(wallClock), newId: timeOrderedId };
  const admin = await openAdmin({ database: { engine: "sqlite", path: ":memory:" } }, outside);
  await admin.applyCatalog(readCatalogFile(catalog));
  const config = { host: "127.0.0.1", port: 0, adminKey };
  const app = await createApp({
    config,
    database: admin.database,
    logger: pino({ level: "silent" }),
    ...outside,
  });
  const { port } = await app.listen();
  try {
    const url = `http://127.0.0.1:${port}/graphql`;
    const sdk = createScripClient({ url, apiKey: adminKey, attemptsMax: 1 });
    return await story({ url, sdk, customer: (plan, at) => newActor(sdk, plan, at) });
  } finally {
    await app.close();
    await admin.close();
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
