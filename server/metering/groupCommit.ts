import { setImmediate } from "node:timers/promises";
import { Fault } from "../domain/errors.js";

/** What became of one request of a group. */
export type Settled<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "fault"; readonly fault: Fault };

interface Options<Request, Answer> {
  weightOf(request: Request): number;
  /** What a request has to have for itself: others that need the same would wait for it just as long. */
  laneOf(request: Request): string;
  /** A group grows until its requests weigh this much together. */
  readonly weightMax: number;
  /** How many requests may wait in all, and what they may weigh together. */
  readonly waitingMax: number;
  readonly waitingWeightMax: number;
  /** Runs a group in one transaction; the answers come in the order of the requests. */
  run(requests: readonly Request[]): Promise<readonly Settled<Answer>[]>;
}

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers requests while a group is under way and runs them, in the order in which they came, as the next one. */
export function groupCommit<Request, Answer>(options: Options<Request, Answer>) {
  const queue: Waiting<Request, Answer>[] = [];
  let isBusy = false;
  /** In the queue, or in the group that is under way. */
  let waiting = 0;
  let waitingWeight = 0;

  const serve = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    while (queue.length > 0) {
      // SQLite works without ever letting the event loop turn; this lets requests that have arrived be read and join.
      await setImmediate();
      const group = takeGroup(queue, options);
      await settle(group, options);
      waiting -= group.length;
      for (const { request } of group) waitingWeight -= options.weightOf(request);
    }
    isBusy = false;
  };

  return (request: Request): Promise<Answer> => {
    const weight = options.weightOf(request);
    // A heavy one that finds nobody waiting is served: it could never find more room than that.
    const isTooHeavy = waiting > 0 && waitingWeight + weight > options.waitingWeightMax;
    if (waiting >= options.waitingMax || isTooHeavy)
      return Promise.reject(
        new Fault("OVERLOADED", `${waiting} requests are waiting already; try again in a moment.`),
      );
    waiting += 1;
    waitingWeight += weight;
    return new Promise((resolve, reject) => {
      queue.push({ request, resolve, reject });
      void serve();
    });
  };
}

function takeGroup<Request, Answer>(
  queue: Waiting<Request, Answer>[],
  { weightOf, weightMax }: Options<Request, Answer>,
): Waiting<Request, Answer>[] {
  let weight = 0;
  const end = queue.findIndex(({ request }, index) => {
    weight += weightOf(request);
    return index > 0 && weight > weightMax;
  });
  return queue.splice(0, end === -1 ? queue.length : end);
}

/** Tells why all of it failed, if it did. */
async function settle<Request, Answer>(
  group: readonly Waiting<Request, Answer>[],
  options: Options<Request, Answer>,
): Promise<Fault | null> {
  try {
    const settled = await options.run(group.map(({ request }) => request));
    for (const [index, { resolve, reject }] of group.entries()) {
      const one = settled[index];
      if (one === undefined) reject(new Error("A request of a group was not settled."));
      else if (one.kind === "fault") reject(one.fault);
      else resolve(one.answer);
    }
    return null;
  } catch (error) {
    const fault = error instanceof Fault ? error : null;
    // Without a database no request of the group can be served, and each would only wait for the same again.
    if (fault?.code === "UNAVAILABLE" || group.length === 1) for (const one of group) one.reject(error);
    else await settleEach(group, options);
    return fault;
  }
}

/** Nothing of the group has happened. One by one, only the request that cannot be served fails, and its like. */
async function settleEach<Request, Answer>(
  group: readonly Waiting<Request, Answer>[],
  options: Options<Request, Answer>,
): Promise<void> {
  const contended = new Map<string, Fault>();
  for (const one of group) {
    const lane = options.laneOf(one.request);
    const known = contended.get(lane);
    if (known !== undefined) one.reject(known);
    else {
      const fault = await settle([one], options);
      if (fault?.code === "OVERLOADED") contended.set(lane, fault);
    }
  }
}
