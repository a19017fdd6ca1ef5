import { createScripClient, expectResult } from "@scrip/sdk";
import { type Measured, measure } from "./load.js";
import { type ServerProcess, startServer } from "./process.js";

const apiKey = "an-admin-key-for-the-bench";
const customers = 1_000;
const inFlight = 64;

const query = `mutation ($input: ConsumeInput!) { consume(input: $input) { __typename ... on Consumed { replayed
  usageRecord { id amount unit postpaid balanceAfter occurredAt draws { amount grant { id remaining } } }
  wallet { id unit posted held available postpaid } } } }`;

const body = (n: number): string =>
  JSON.stringify({
    query,
    variables: {
      input: {
        customerId: `customer-${n % customers}`,
        operation: "image.generate",
        attributes: { model: "sdxl", steps: 30, width: 1024, height: 1024 },
        idempotencyKey: `call-${process.pid}-${performance.timeOrigin}-${n}-${Math.random()}`,
      },
    },
  });

export interface Comparison {
  readonly name: string;
  readonly measured: readonly Measured[];
  readonly baseline: readonly Measured[];
}

/** HTTP consume against an empty mutation of the same shape, in alternating rounds so that noise hits both. */
export async function benchConsume(rounds: number, seconds: number): Promise<Comparison> {
  const real = await startServer("real", apiKey);
  const empty = await startServer("empty", apiKey);
  try {
    await createCustomers(real);
    const load = { apiKey, inFlight, seconds, body };
    const measured: Measured[] = [];
    const baseline: Measured[] = [];
    // The first round warms up both and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const ours = await measure({ ...load, origin: real.origin });
      const theirs = await measure({ ...load, origin: empty.origin });
      if (round > 0) {
        measured.push(ours);
        baseline.push(theirs);
      }
    }
    return { name: "HTTP consume (SQLite, fsync) / empty mutation", measured, baseline };
  } finally {
    await Promise.all([real.stop(), empty.stop()]);
  }
}

async function createCustomers({ origin }: ServerProcess): Promise<void> {
  const sdk = createScripClient({ url: `${origin}/graphql`, apiKey });
  for (let n = 0; n < customers; n += 1)
    expectResult(await sdk.createCustomer({ id: `customer-${n}`, plan: "payg" }), "CustomerCreated");
}
