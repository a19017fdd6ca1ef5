import { setMaxListeners } from "node:events";
import type { Event } from "../domain/event.js";
import { type Clock, toIso } from "../domain/instant.js";
import type { EndpointTrouble, SendResult } from "../domain/webhook.js";
import type { Database } from "../storage/database.js";
import { enabledEndpoints } from "./endpointRows.js";
import { type Claimed, claim, conclude, dueLanes, type Place, release } from "./lanes.js";
import type { Send } from "./send.js";
import { signedHeaders } from "./signature.js";

/** Requests under way at once to one endpoint, of one process: who hangs can keep no more than these. */
const slotsMax = 8;

/** Events of a lane in a row, before others of the same endpoint have their turn. */
const inARowMax = 20;

/** How long requests under way may take once the process is to stop; their events are sent again by another. */
const drainMs = 2_000;

interface Needs {
  readonly database: Database;
  readonly clock: Clock;
  readonly send: Send;
  /** Hears what went wrong on our side; what could not be done is due again when its lease is over. */
  readonly onFailure: (error: unknown) => void;
  /** Hears of every attempt that failed on the receiver's side. */
  readonly onRefusal: (claimed: Claimed, result: SendResult) => void;
  /** Hears of an endpoint that gets nothing any more until somebody enables it. */
  readonly onGivenUp: (claimed: Claimed, trouble: EndpointTrouble) => void;
}

export interface Dispatch {
  /** Begins to send what is due and has room, and says in how many lanes. It does not wait for any receiver. */
  run(): Promise<number>;
  /** The same, soon, for those who have just put something in line. */
  wake(): void;
  /** When nothing is under way any more. */
  idle(): Promise<void>;
  /** Lets requests under way finish, for a moment, and begins none. */
  stop(): Promise<void>;
}

/**
 * Sends what waits in the lanes: each lane in order, many lanes at once, each endpoint within slots of its own, so that
 * nobody waits for another's receiver. Any number of processes do this on one database.
 */
export function makeDispatch(needs: Needs): Dispatch {
  const stopping = new AbortController();
  const cutting = new AbortController();
  // Every request under way listens to it.
  setMaxListeners(0, cutting.signal);
  const slots = new Map<string, Set<Promise<void>>>();
  const places = new Map<string, Place>();
  // Endpoints that may have had more to send than slots.
  const crowded = new Set<string>();
  let round: Promise<number> | null = null;
  let again = false;

  const slotsOf = (endpointId: string): Set<Promise<void>> => {
    const known = slots.get(endpointId) ?? new Set();
    slots.set(endpointId, known);
    return known;
  };

  const start = (claimed: Claimed): void => {
    const { endpointId } = claimed;
    const underWay = slotsOf(endpointId);
    const one = work(needs, claimed, { stopping: stopping.signal, cutting: cutting.signal })
      .catch(needs.onFailure)
      .finally(() => {
        underWay.delete(one);
        if (crowded.has(endpointId)) wake();
      });
    underWay.add(one);
  };

  const fill = async (endpointId: string): Promise<number> => {
    const limit = slotsMax - slotsOf(endpointId).size;
    if (limit <= 0) {
      crowded.add(endpointId);
      return 0;
    }
    const taken = await take(needs, endpointId, { limit, after: places.get(endpointId) ?? null });
    places.set(endpointId, taken.place);
    if (taken.isAll) crowded.delete(endpointId);
    else crowded.add(endpointId);
    for (const claimed of taken.claimed) start(claimed);
    return taken.claimed.length;
  };

  const once = async (): Promise<number> => {
    let started = 0;
    const endpoints = await needs.database.read(enabledEndpoints);
    for (const endpointId of endpoints) if (!stopping.signal.aborted) started += await fill(endpointId);
    return started;
  };

  // One round at a time, and another one for who comes during it: it may have passed what they mean.
  const run = async (): Promise<number> => {
    if (round !== null) {
      again = true;
      return round;
    }
    if (stopping.signal.aborted) return 0;
    round = once().finally(() => {
      round = null;
      if (again) {
        again = false;
        wake();
      }
    });
    return round;
  };

  const wake = (): void => {
    if (!stopping.signal.aborted) void run().catch(needs.onFailure);
  };

  const idle = async (): Promise<void> => {
    for (;;) {
      const underWay = [...slots.values()].flatMap((some) => [...some]);
      if (round === null && underWay.length === 0) return;
      await Promise.all([round?.catch(() => 0), ...underWay]);
    }
  };

  return {
    run,
    wake,
    idle,
    stop: async () => {
      stopping.abort();
      const timer = setTimeout(() => cutting.abort(), drainMs);
      await idle();
      clearTimeout(timer);
    },
  };
}

interface Taken {
  readonly claimed: readonly Claimed[];
  /** Where to go on. */
  readonly place: Place;
  /** Whether nothing more is due. */
  readonly isAll: boolean;
}

async function take(
  { database, clock }: Needs,
  endpointId: string,
  { limit, after }: { limit: number; after: Place },
): Promise<Taken> {
  const now = clock();
  const due = await database.read(async (tx) => {
    const next = await dueLanes(tx, { endpointId, now, limit, after });
    if (next.length === limit || after === null) return next;
    // Once around: those before the place as well.
    const first = await dueLanes(tx, { endpointId, now, limit: limit - next.length, after: null });
    const isNew = ({ customerId }: { customerId: string }) =>
      next.every((one) => one.customerId !== customerId);
    return [...next, ...first.filter(isNew)];
  });
  if (due.length === 0) return { claimed: [], place: null, isAll: true };
  const claimed = await database.transact(async (tx) => {
    const ours: Claimed[] = [];
    // In the order in which everybody locks lanes.
    for (const lane of due.toSorted((a, b) => (a.customerId < b.customerId ? -1 : 1))) {
      const one = await claim(tx, endpointId, { due: lane, now });
      if (one !== null) ours.push(one);
    }
    return ours;
  });
  const isAll = due.length < limit;
  return { claimed, place: isAll ? null : (due.at(-1) ?? null), isAll };
}

interface Signals {
  /** No further event is begun. */
  readonly stopping: AbortSignal;
  /** Not even the one under way is waited for. */
  readonly cutting: AbortSignal;
}

/** A lane's events, one after the other, until one fails, none is left, or others have waited long enough. */
async function work(needs: Needs, first: Claimed, { stopping, cutting }: Signals): Promise<void> {
  const { database, clock, send, onRefusal, onGivenUp } = needs;
  let claimed: Claimed | null = first;
  for (let count = 1; claimed !== null; count += 1) {
    const present: Claimed = claimed;
    const startedAt = clock();
    const request = { ...requestOf(present, startedAt), signal: cutting };
    const result: SendResult | null = await send(request).catch(() => null);
    const endedAt = clock();
    if (result === null) return database.transact((tx) => release(tx, present, endedAt));
    if (result.error !== null) onRefusal(present, result);
    const attempted = { startedAt, endedAt, result };
    const { next, givenUp } = await database.transact((tx) => conclude(tx, present, attempted));
    if (givenUp !== null) onGivenUp(present, givenUp);
    if (next !== null && (count >= inARowMax || stopping.aborted))
      return database.transact((tx) => release(tx, next, endedAt));
    claimed = next;
  }
}

function requestOf({ target, event }: Claimed, at: ReturnType<Clock>) {
  const body = bodyOf(event);
  const { url } = target;
  return { url, body, headers: signedHeaders({ id: event.eventId, body, at }, target) };
}

/** What is sent of an event; the contract's `Event` has the same fields. */
const bodyOf = ({ eventId: id, type, customerId, sequence, createdAt, data }: Event): string =>
  JSON.stringify({ id, type, customerId, sequence, createdAt: toIso(createdAt), data });
