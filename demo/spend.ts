import { type Consumed, type ConsumeResult, isProblem, type ProblemOf, type UsageRecord } from "@scrip/sdk";
import type { Decimal } from "decimal.js";
import { decimal, zero } from "./amounts.js";
import type { Call, PricedCall } from "./calls.js";
import { withProgress } from "./progress.js";
import type { Tourist } from "./tourist.js";

/** Calls made in a row, and what they did to the wallet. */
export interface Spent {
  readonly calls: number;
  readonly amount: Decimal;
  readonly postpaid: Decimal;
  /** What was burned of each source, in the order it first was: SUPPLY, PACK. */
  readonly sources: ReadonlyMap<string, Decimal>;
  readonly last: Consumed | null;
  /** Why the next call was refused; null when none was. */
  readonly refusal: ProblemOf<ConsumeResult> | null;
}

const nothing: Spent = {
  calls: 0,
  amount: zero,
  postpaid: zero,
  sources: new Map(),
  last: null,
  refusal: null,
};

/** Small enough for the bar to move, large enough not to wait for it. */
const batchMax = 25;
/** Whatever a catalogue makes of its prices, the tour goes on. */
const callsMax = 1_500;

/** Makes so many calls, or fewer when one is refused. */
export const spend = (tourist: Tourist, call: PricedCall, calls: number): Promise<Spent> =>
  withProgress(call.label, calls, async (update) => {
    let spent = nothing;
    while (spent.calls < calls && spent.refusal === null) {
      spent = await batch(tourist, call, { after: spent, size: Math.min(batchMax, calls - spent.calls) });
      update(spent.calls);
    }
    return spent;
  });

/** Makes calls for as long as the credits pay for all of the next one. */
export async function spendAll(tourist: Tourist, call: PricedCall): Promise<Spent> {
  const calls = affordable(await credits(tourist), call.price);
  return withProgress(call.label, calls, async (update) => {
    let spent = nothing;
    for (let left = calls; left > 0 && spent.calls < callsMax && spent.refusal === null; ) {
      spent = await batch(tourist, call, { after: spent, size: Math.min(batchMax, left) });
      update(spent.calls);
      left = affordable(await credits(tourist), decimal(spent.last?.usageRecord.amount ?? "0"));
    }
    return spent;
  });
}

/** What the grants hold; the balance is less by what is owed. */
export async function credits({ sdk, id }: Tourist): Promise<Decimal> {
  const wallet = await sdk.wallet({ customerId: id });
  return wallet === null ? zero : decimal(wallet.available).plus(wallet.postpaid);
}

/** How many calls the credits pay for; of calls without a price as many as are made at once. */
export const affordable = (held: Decimal, price: Decimal): number =>
  price.isZero() ? batchMax : held.dividedToIntegerBy(price).toNumber();

interface Batch {
  readonly after: Spent;
  readonly size: number;
}

async function batch({ sdk, id }: Tourist, call: Call, { after, size }: Batch): Promise<Spent> {
  const { operation, attributes, quantity } = call;
  const items = Array.from({ length: size }, () => ({ customerId: id, operation, attributes, quantity }));
  let spent = after;
  for (const result of await sdk.consumeBatch({ items }))
    if (spent.refusal === null)
      spent = isProblem(result) ? { ...spent, refusal: result } : add(spent, result);
  return spent;
}

function add(spent: Spent, consumed: Consumed): Spent {
  const { amount, postpaid } = consumed.usageRecord;
  return {
    ...spent,
    calls: spent.calls + 1,
    amount: spent.amount.plus(amount),
    postpaid: spent.postpaid.plus(postpaid),
    sources: addDraws(spent.sources, consumed.usageRecord),
    last: consumed,
  };
}

function addDraws(sources: Spent["sources"], { draws }: UsageRecord): Spent["sources"] {
  const sums = new Map(sources);
  for (const { grant, amount } of draws)
    sums.set(grant.source, (sums.get(grant.source) ?? zero).plus(amount));
  return sums;
}
