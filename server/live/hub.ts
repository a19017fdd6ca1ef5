import { setImmediate } from "node:timers/promises";
import type { Changed } from "../storage/changes.js";
import type { Database } from "../storage/database.js";
import type { Feed, Found, Happening, NotThere, Topic, Wanted } from "./feed.js";
import { feedReader } from "./reader.js";
import { type Watch, watchTopic } from "./watch.js";

/** How often everything that is watched is looked at, in case nobody told that there is something new. */
const usualLookMs = 5_000;

interface Needs {
  readonly database: Database;
  readonly onFailure: (error: unknown) => void;
  readonly lookMs?: number | undefined;
}

type Opened<Item> =
  | { readonly kind: NotThere }
  /** Nothing has happened yet at the place from which it was to go on. */
  | { readonly kind: "ahead"; readonly last: number }
  | { readonly kind: "open"; readonly from: number; readonly happenings: AsyncGenerator<Happening<Item>> };

interface Ask<Item> {
  readonly feed: Feed<Item>;
  readonly topic: Topic;
  /** Go on after this sequence; null: from now on. */
  readonly after: number | null;
  /** Ends the stream, also while it waits. */
  readonly signal: AbortSignal;
}

/** Streams of what happens, each complete and in order from where it begins. */
export interface Hub {
  open<Item>(ask: Ask<Item>): Promise<Opened<Item>>;
  /** How many streams are open. */
  readonly size: number;
}

/**
 * The database is the truth, and being told of a commit only wakes. Each topic that is watched is read once for all
 * its streams, which take from it at their own pace: one that is slow, or that begins in the past, reads by itself
 * what is no longer at hand.
 */
export function makeHub(needs: Needs): Hub {
  const { database } = needs;
  const topics = watchedTopics(needs);
  let size = 0;
  return {
    open: async ({ feed, topic, after, signal }) => {
      const last = await database.read((tx) => feed.last(tx, topic));
      if (typeof last === "string") return { kind: last };
      if (after !== null && after > last) return { kind: "ahead", last };
      const from = after ?? last;
      const happenings = async function* () {
        const { watch, read, leave } = topics.enter(feed, topic, last);
        size += 1;
        try {
          yield* follow({ watch, read, after: from, signal });
        } finally {
          size -= 1;
          leave();
        }
      };
      return { kind: "open", from, happenings: happenings() };
    },
    get size() {
      return size;
    },
  };
}

interface Followed<Item> {
  readonly watch: Watch<Item>;
  readonly read: (wanted: Wanted) => Promise<Found<Item>>;
  readonly after: number;
  readonly signal: AbortSignal;
}

async function* follow<Item>({ watch, read, after, signal }: Followed<Item>) {
  let position = after;
  while (!signal.aborted) {
    const found = watch.recent(position) ?? (await read({ topic: watch.topic, after: position }));
    // Who has much to catch up with takes turns with calls: on SQLite nothing here would ever wait for anything else.
    await setImmediate();
    for (const happening of found.happenings) {
      if (signal.aborted) return;
      yield happening;
    }
    if (found.position === position) await watch.news(position, signal);
    position = found.position;
  }
}

interface Entered<Item> {
  readonly watch: Watch<Item>;
  readonly read: (wanted: Wanted) => Promise<Found<Item>>;
  leave(): void;
}

interface Shared {
  readonly watch: Watch<unknown>;
  streams: number;
}

/** Which topics are watched, by how many streams; the database is listened to only while there are any. */
function watchedTopics({ database, onFailure, lookMs = usualLookMs }: Needs) {
  const readers = new Map<Feed<unknown>, (wanted: Wanted) => Promise<Found<unknown>>>();
  const shared = new Map<string, Shared>();
  const byCustomer = new Map<string, Set<Watch<unknown>>>();
  let stopListening: (() => void) | null = null;

  const wakeAll = (): void => {
    for (const { watch } of shared.values()) watch.wake();
  };
  const hear = (changed: Changed): void => {
    if (changed === "anything") wakeAll();
    // Whichever are fewer.
    else if (changed.size <= byCustomer.size) for (const id of changed) wake(byCustomer.get(id));
    else for (const [id, watches] of byCustomer) if (changed.has(id)) wake(watches);
  };
  const listen = (): void => {
    if (stopListening !== null) return;
    const stopHearing = database.onChange(hear);
    const looking = setInterval(wakeAll, lookMs).unref();
    stopListening = () => {
      stopHearing();
      clearInterval(looking);
    };
  };

  function readerOf<Item>(feed: Feed<Item>): (wanted: Wanted) => Promise<Found<Item>> {
    const known = readers.get(feed) ?? feedReader(database, feed);
    readers.set(feed, known);
    // A feed's reader finds what that feed holds.
    return known as (wanted: Wanted) => Promise<Found<Item>>;
  }

  return {
    enter: <Item>(feed: Feed<Item>, topic: Topic, last: number): Entered<Item> => {
      listen();
      const name = JSON.stringify([feed.name, topic.customerId, topic.unit]);
      const read = readerOf(feed);
      const one = shared.get(name) ?? {
        watch: watchTopic({ topic, from: last, read, onFailure }),
        streams: 0,
      };
      one.streams += 1;
      if (one.streams === 1) {
        shared.set(name, one);
        byCustomer.set(topic.customerId, (byCustomer.get(topic.customerId) ?? new Set()).add(one.watch));
      }
      // What has happened since `last` was read, when nobody was listening yet.
      one.watch.wake();
      return {
        watch: one.watch as Watch<Item>,
        read,
        leave: () => {
          one.streams -= 1;
          if (one.streams > 0) return;
          shared.delete(name);
          const watches = byCustomer.get(topic.customerId);
          watches?.delete(one.watch);
          if (watches?.size === 0) byCustomer.delete(topic.customerId);
          if (shared.size > 0) return;
          stopListening?.();
          stopListening = null;
        },
      };
    },
  };
}

const wake = (watches: ReadonlySet<Watch<unknown>> | undefined): void => {
  for (const watch of watches ?? []) watch.wake();
};
