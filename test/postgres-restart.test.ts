import { createScripClient, expectResult, type ScripClient, ScripError } from "@scrip/sdk";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeVerify } from "../server/ledger/verify.js";
import { newPostgres, type OwnPostgres } from "./harness/ownPostgres.js";
import { adminKey, startScrip } from "./harness/scenario.js";

let postgres: OwnPostgres;

beforeAll(async () => {
  postgres = await newPostgres();
  await postgres.start();
});

afterAll(() => postgres.remove());

async function startOnPostgres(name: string) {
  const client = new pg.Client(`${postgres.url}/postgres`);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = `${postgres.url}/${name}`;
  const scrip = await startScrip("ximilar", { database: { engine: "postgres", url, poolSize: 4 } });
  expectResult(await scrip.sdk.createCustomer({ id: "acme", plan: "business" }), "CustomerCreated");
  return scrip;
}

const call = (idempotencyKey: string) => ({
  customerId: "acme",
  operation: "image.recognize",
  idempotencyKey,
});

/** Back ends that make one call after the other, and send each with its key until it is answered. */
function load(clients: readonly ScripClient[]) {
  const answered: string[] = [];
  const faults: ScripError[] = [];
  const watchers = new Set<() => void>();
  let isOver = false;
  const send = async (client: ScripClient, key: string): Promise<void> => {
    for (;;) {
      try {
        expectResult(await client.consume(call(key)), "Consumed");
        answered.push(key);
        return;
      } catch (error) {
        if (!(error instanceof ScripError)) throw error;
        faults.push(error);
      } finally {
        for (const watcher of watchers) watcher();
      }
    }
  };
  const ended = Promise.all(
    clients.map(async (client, who) => {
      for (let n = 0; !isOver; n += 1) await send(client, `back-end-${who}-call-${n}`);
    }),
  );
  const until = (isTrue: () => boolean) =>
    Promise.race([
      new Promise<void>((resolve) => {
        watchers.add(() => {
          if (isTrue()) resolve();
        });
      }),
      // A back end that gives up would otherwise be waited for without end.
      ended.then(() => undefined),
    ]);
  return {
    answered,
    faults,
    untilAnswered: (more: number) => {
      const goal = answered.length + more;
      return until(() => answered.length >= goal);
    },
    untilFault: () => {
      const before = faults.length;
      return until(() => faults.length > before);
    },
    end: () => {
      isOver = true;
      return ended;
    },
  };
}

test("PostgreSQL stopped and started under load: calls can be sent again, and each is charged once", async () => {
  const { origin, sdk, database, close } = await startOnPostgres("restarted");
  const url = `${origin}/graphql`;
  const clients = Array.from({ length: 8 }, () =>
    // Each fault must be seen, not only the last of several attempts.
    createScripClient({ url, apiKey: adminKey, attemptsMax: 1, timeoutMs: 60_000 }),
  );
  const { answered, faults, untilAnswered, untilFault, end } = load(clients);
  for (const goAway of [postgres.stop, postgres.crash]) {
    await untilAnswered(100);
    await goAway();
    await untilFault();
    expect((await fetch(`${origin}/readyz`)).status).toBe(503);
    await expect(sdk.wallet({ customerId: "acme" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await postgres.start();
    await untilAnswered(100);
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  }
  await end();
  for (const fault of faults)
    expect(fault).toMatchObject({
      code: "UNAVAILABLE",
      status: 503,
      message: expect.stringMatching(/^The database does not answer\. Send/),
    });
  const wallet = await sdk.wallet({ customerId: "acme" });
  expect(wallet?.available).toBe(String(100_000 - 10 * answered.length));
  const again = await Promise.all(answered.map((key) => sdk.consume(call(key))));
  expect(again.every((answer) => expectResult(answer, "Consumed").replayed)).toBe(true);
  expect(await makeVerify(database)(() => undefined)).toEqual([]);
  await close();
}, 120_000);
