import type {
  CaptureResult,
  ConsumeInput,
  ConsumeResult,
  GrantCreditsResult,
  PurchaseResult,
  ReleaseResult,
  ReserveResult,
  ReverseUsageResult,
  ScripClient,
} from "@scrip/sdk";
import type { Random } from "../crash/random.js";
import type { Span } from "./explain.js";

/** An answer, and when the call was sent and answered. */
export interface Reply extends Span {
  readonly key: string;
  readonly customerId: string;
  readonly result:
    | ConsumeResult
    | PurchaseResult
    | GrantCreditsResult
    | ReserveResult
    | CaptureResult
    | ReleaseResult
    | ReverseUsageResult;
}

/** A call, or several in one request. */
interface Call {
  readonly named: readonly { readonly key: string; readonly customerId: string }[];
  send(client: ScripClient): Promise<readonly Reply["result"][]>;
}

export const hotCustomer = "hot";
/** Only these have holds: what others are told to be available is their balance. */
export const holders: readonly string[] = ["hot-holder", "holder"];
export const customers: readonly string[] = [
  hotCustomer,
  ...holders,
  ...Array.from({ length: 20 }, (_, n) => `customer-${n}`),
];

const operations = ["image.recognize", "image.detect", "image.tag", "image.similarity-search"];

/** What answers have made known by now. */
interface Known {
  readonly records: { readonly customerId: string; readonly usageRecordId: string }[];
  readonly holds: { readonly customerId: string; readonly holdId: string }[];
}

function learn({ records, holds }: Known, { customerId, result }: Reply): void {
  if (result.__typename === "Consumed" || result.__typename === "Captured")
    records.push({ customerId, usageRecordId: result.usageRecord.id });
  if (result.__typename === "Reserved") holds.push({ customerId, holdId: result.hold.id });
}

/** Two in three are about holds that others capture or release at the same time. */
function drawHoldCall(random: Random, newKey: () => string, { holds }: Known): Call {
  const idempotencyKey = newKey();
  const kind = random.share();
  if (holds.length === 0 || kind < 0.4) {
    const [hot = ""] = holders;
    const customerId = random.share() < 0.7 ? hot : random.pick(holders);
    const quantity = String(random.upTo(30));
    const input = { customerId, idempotencyKey, operation: random.pick(operations), quantity };
    return { named: [nameOf(input)], send: async (client) => [await client.reserve(input)] };
  }
  const lately = holds.slice(-5);
  const input = { ...random.pick(lately), idempotencyKey };
  if (kind < 0.6) return { named: [nameOf(input)], send: async (client) => [await client.release(input)] };
  const part = { ...input, quantity: String(random.upTo(12)), final: random.share() < 0.5, beyondHold: true };
  return { named: [nameOf(input)], send: async (client) => [await client.capture(part)] };
}

function drawCall(random: Random, newKey: () => string, known: Known): Call {
  if (random.share() < 0.25) return drawHoldCall(random, newKey, known);
  if (known.records.length > 0 && random.share() < 0.1) {
    const input = { ...random.pick(known.records.slice(-20)), idempotencyKey: newKey() };
    return { named: [nameOf(input)], send: async (client) => [await client.reverseUsage(input)] };
  }
  const base = () => ({
    customerId: random.share() < 0.5 ? hotCustomer : random.pick(customers),
    idempotencyKey: newKey(),
  });
  const usage = (): ConsumeInput => ({
    ...base(),
    operation: random.pick(operations),
    quantity: String(random.upTo(30)),
  });
  const kind = random.share();
  if (kind < 0.7) {
    const input = usage();
    return { named: [nameOf(input)], send: async (client) => [await client.consume(input)] };
  }
  if (kind < 0.85) {
    const items = Array.from({ length: random.upTo(10) }, usage);
    return { named: items.map(nameOf), send: (client) => client.consumeBatch({ items }) };
  }
  if (kind < 0.95) {
    const input = { ...base(), amount: `${random.upTo(400)}.5` };
    return {
      named: [nameOf(input)],

      send: async (client) => [await client.grantCredits(input)],
    };
  }
  const input = { ...base(), creditPack: "pack-10000" };
  return { named: [nameOf(input)], send: async (client) => [await client.purchase(input)] };
}

const nameOf = (input: { customerId: string; idempotencyKey: string }) => ({
  key: input.idempotencyKey,
  customerId: input.customerId,
});

interface Traffic {
  /** One for each server. */
  readonly clients: readonly ScripClient[];
  readonly random: Random;
  readonly callersPerServer: number;
  readonly callsPerCaller: number;
}

/** Many callers on each server; one call in five goes to two servers at once, under the same key. */
export async function repliesTo(traffic: Traffic): Promise<Reply[]> {
  const { clients, random } = traffic;
  const replies: Reply[] = [];
  const known: Known = { records: [], holds: [] };
  let time = 0;
  let keys = 0;
  const tick = (): number => {
    time += 1;
    return time;
  };
  const newKey = (): string => {
    keys += 1;
    return `key-${keys}`;
  };
  const sendTo = async (client: ScripClient, { named, send }: Call): Promise<void> => {
    const sentAt = tick();
    const results = await send(client);
    const answeredAt = tick();
    for (const [index, name] of named.entries()) {
      const result = results[index];
      if (result === undefined) throw new Error(`${name.key} was not answered.`);
      const reply = { ...name, sentAt, answeredAt, result };
      replies.push(reply);
      learn(known, reply);
    }
  };
  const caller = async (own: ScripClient): Promise<void> => {
    for (let count = 0; count < traffic.callsPerCaller; count += 1) {
      const call = drawCall(random, newKey, known);
      const targets = random.share() < 0.2 ? [own, random.pick(clients)] : [own];
      await Promise.all(targets.map((client) => sendTo(client, call)));
    }
  };
  const callers = clients.flatMap((client) => Array<ScripClient>(traffic.callersPerServer).fill(client));
  await Promise.all(callers.map(caller));
  return replies;
}
