import { randomUUID } from "node:crypto";
import { Pool } from "undici";
import { apiKey } from "./process.js";

/** What a back end sends: the call that callOf makes in process. */
export const inputOf = (n: number, customers: number) => ({
  customerId: `customer-${n % customers}`,
  operation: "image.generate",
  attributes: { model: "sdxl", steps: 30, width: 1024, height: 1024 },
  idempotencyKey: `call-${n}-${randomUUID()}`,
});

/** All that consume can tell about a call that went well. */
export const fullAnswer = `__typename ... on Consumed { replayed
  usageRecord { id amount unit postpaid balanceAfter occurredAt draws { amount grant { id remaining } } }
  wallet { id unit posted held available postpaid } }`;

export interface Client {
  /** Sends a mutation; rejects unless so many calls were consumed. */
  consume(body: string, expected: number): Promise<void>;
  close(): Promise<void>;
}

export function openClient(origin: string, connections: number): Client {
  const pool = new Pool(origin, { connections });
  const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
  return {
    consume: async (body, expected) => {
      const answer = await pool.request({ path: "/graphql", method: "POST", headers, body });
      const text = await answer.body.text();
      const consumed = text.split('"__typename":"Consumed"').length - 1;
      if (answer.statusCode !== 200 || consumed !== expected)
        throw new Error(`A request was answered with ${answer.statusCode}: ${text.slice(0, 300)}`);
    },
    close: () => pool.close(),
  };
}
