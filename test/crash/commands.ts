import type { ConsumeInput, ScripClient } from "@scrip/sdk";
import { type Answer, answerOf } from "./answer.js";
import type { Random } from "./random.js";

/** Kinds of effects; `effects.ts` says where each leaves its rows. */
export type CallKind =
  | "consume"
  | "reserve"
  | "capture"
  | "release"
  | "reverseUsage"
  | "purchase"
  | "grantCredits"
  | "setBudget"
  | "createCustomer"
  | "subscribe";

/** One keyed call, which may be sent any number of times. */
export interface Call {
  readonly kind: CallKind;
  readonly key: string;
  send(client: ScripClient): Promise<Answer>;
  /** What it makes known, once it is done: a customer, or something of a customer under the answered id. */
  readonly joins?:
    | { readonly who: "customers" | "newcomers"; readonly id: string }
    | { readonly who: "holds" | "records" | "budgets"; readonly customerId: string };
}

/** What is sent at once: one call, or a batch of them. */
export interface Request {
  readonly calls: readonly Call[];
  send(client: ScripClient): Promise<readonly Answer[]>;
}

interface Owned {
  readonly customerId: string;
  readonly id: string;
}

/** Who can be charged, who has no plan yet, what may be captured, released or undone, and the budgets there are. */
export interface World {
  readonly customers: string[];
  readonly newcomers: string[];
  readonly holds: Owned[];
  readonly records: Owned[];
  readonly budgets: Owned[];
}

const single = (call: Call): Request => ({
  calls: [call],
  send: async (client) => [await call.send(client)],
});

const consume = (input: ConsumeInput): Call => ({
  kind: "consume",
  key: input.idempotencyKey,
  joins: { who: "records", customerId: input.customerId },
  send: async (client) => answerOf(await client.consume(input)),
});

interface Draw {
  readonly random: Random;
  readonly world: World;
  readonly newKey: (kind: CallKind) => string;
}

const operations = [
  "image.recognize",
  "image.detect",
  "image.tag",
  "image.similarity-search",
  "label.create",
];
/** The first few customers stay hot; the others change as new ones come. */
const hot = 3;
const lately = 30;
/** Fewer than one customer may have. */
const budgetsMax = 12;

function someone({ random, world: { customers } }: Draw): string {
  const pool = random.share() < 0.4 ? customers.slice(0, hot) : customers.slice(-lately);
  return random.pick(pool);
}

const consumeInput = (draw: Draw): ConsumeInput => ({
  customerId: someone(draw),
  operation: draw.random.pick(operations),
  quantity: String(draw.random.upTo(20)),
  idempotencyKey: draw.newKey("consume"),
});

/** How each kind of request is made. A new command has its line here, in `answer.ts` and in `effects.ts`. */
const commands: Readonly<Record<string, (draw: Draw) => Request>> = {
  consume: (draw) => single(consume(consumeInput(draw))),
  consumeBatch: (draw) => {
    const items = Array.from({ length: 1 + draw.random.upTo(15) }, () => consumeInput(draw));
    return {
      calls: items.map(consume),
      send: async (client) => (await client.consumeBatch({ items })).map(answerOf),
    };
  },
  reserve: (draw) => {
    const input = { ...consumeInput(draw), idempotencyKey: draw.newKey("reserve") };
    return single({
      kind: "reserve",
      key: input.idempotencyKey,
      joins: { who: "holds", customerId: input.customerId },
      send: async (client) => answerOf(await client.reserve(input)),
    });
  },
  capture: (draw) => {
    const hold = draw.random.share() < 0.5 ? draw.world.holds.at(-1) : draw.world.holds.shift();
    if (hold === undefined) return drawCommand("reserve", draw);
    const key = draw.newKey("capture");
    const final = draw.random.share() < 0.6;
    const part = { quantity: String(draw.random.upTo(12)), final, beyondHold: draw.random.share() < 0.5 };
    const input = { customerId: hold.customerId, holdId: hold.id, ...part, idempotencyKey: key };
    return single({
      kind: "capture",
      key,
      joins: { who: "records", customerId: hold.customerId },
      send: async (client) => answerOf(await client.capture(input)),
    });
  },
  release: (draw) => {
    const hold = draw.world.holds.shift();
    if (hold === undefined) return drawCommand("reserve", draw);
    const key = draw.newKey("release");
    const input = { customerId: hold.customerId, holdId: hold.id, idempotencyKey: key };
    return single({ kind: "release", key, send: async (client) => answerOf(await client.release(input)) });
  },
  reverseUsage: (draw) => {
    const record = draw.world.records.shift();
    if (record === undefined) return drawCommand("consume", draw);
    const key = draw.newKey("reverseUsage");
    const input = { customerId: record.customerId, usageRecordId: record.id, idempotencyKey: key };
    return single({
      kind: "reverseUsage",
      key,
      send: async (client) => answerOf(await client.reverseUsage(input)),
    });
  },
  purchase: (draw) => {
    const order = {
      customerId: someone(draw),
      creditPack: "pack-10000",
      idempotencyKey: draw.newKey("purchase"),
    };
    return single({
      kind: "purchase",
      key: order.idempotencyKey,
      send: async (client) => answerOf(await client.purchase(order)),
    });
  },
  grantCredits: (draw) => {
    const key = draw.newKey("grantCredits");
    const amount = `${draw.random.upTo(500)}.25`;
    // The reason tells whose grant it is, since its row does not name the key.
    const input = { customerId: someone(draw), amount, reason: key, idempotencyKey: key };
    return single({
      kind: "grantCredits",
      key,
      send: async (client) => answerOf(await client.grantCredits(input)),
    });
  },
  setBudget: (draw) => {
    if (draw.world.budgets.length >= budgetsMax) return drawCommand("consume", draw);
    const key = draw.newKey("setBudget");
    const input = {
      customerId: someone(draw),
      name: key,
      window: "DAY",
      limit: String(draw.random.upTo(2_000)),
      thresholds: [1, 10, 50, 100],
      action: draw.random.share() < 0.2 ? "BLOCK" : "WARN",
      idempotencyKey: key,
    } as const;
    return single({
      kind: "setBudget",
      key,
      joins: { who: "budgets", customerId: input.customerId },
      send: async (client) => answerOf(await client.setBudget(input)),
    });
  },
  createCustomer: (draw) => {
    const key = draw.newKey("createCustomer");
    const id = `customer-${key}`;
    const hasPlan = draw.random.share() < 0.6;
    const input = { id, name: key, idempotencyKey: key, ...(hasPlan && { plan: "free" }) };
    return single({
      kind: "createCustomer",
      key,
      joins: { who: hasPlan ? "customers" : "newcomers", id },
      send: async (client) => answerOf(await client.createCustomer(input)),
    });
  },
  subscribe: (draw) => {
    const id = draw.world.newcomers.shift();
    if (id === undefined) return drawCommand("createCustomer", draw);
    const input = { customerId: id, plan: "free", idempotencyKey: draw.newKey("subscribe") };
    return single({
      kind: "subscribe",
      key: input.idempotencyKey,
      joins: { who: "customers", id },
      send: async (client) => answerOf(await client.subscribe(input)),
    });
  },
};

/** Of thirty-three requests, on average. */
const weights: Readonly<Record<string, number>> = {
  consume: 9,
  consumeBatch: 3,
  reserve: 4,
  capture: 3,
  release: 1,
  reverseUsage: 2,
  purchase: 3,
  grantCredits: 2,
  setBudget: 3,
  createCustomer: 2,
  subscribe: 1,
};
const urn = Object.entries(weights).flatMap(([name, weight]) => Array<string>(weight).fill(name));

function drawCommand(name: string, draw: Draw): Request {
  const make = commands[name];
  if (make === undefined) throw new Error(`There is no command ${name}.`);
  return make(draw);
}

export function drawRequest(draw: Draw): Request {
  const isEmpty = draw.world.customers.length < hot;
  return drawCommand(isEmpty ? "createCustomer" : draw.random.pick(urn), draw);
}
