import type { Found, Happening, Topic, Wanted } from "./feed.js";

/** As many happenings are kept for those who are about to take them. */
const recentMax = 200;

/** A topic that somebody watches: what has just happened, read once for all who watch it. */
export interface Watch<Item> {
  readonly topic: Topic;
  /** Looks for what is new, now or as soon as the look that is under way has ended. */
  wake(): void;
  /** What came after a position, if it is still at hand; null when it has to be read. */
  recent(after: number): Found<Item> | null;
  /** Resolves when there may be something after a position, or when the signal says so. */
  news(after: number, signal: AbortSignal): Promise<void>;
}

interface Options<Item> {
  readonly topic: Topic;
  readonly from: number;
  readonly read: (wanted: Wanted) => Promise<Found<Item>>;
  readonly onFailure: (error: unknown) => void;
}

export function watchTopic<Item>({ topic, from, read, onFailure }: Options<Item>): Watch<Item> {
  let recent: Happening<Item>[] = [];
  /** Everything after `start` up to `position` is in `recent`. */
  let start = from;
  let position = from;
  let isAwake = false;
  let again = false;
  const waiting = new Set<() => void>();

  const take = (found: Found<Item>): void => {
    if (found.position === position) return;
    position = found.position;
    recent.push(...found.happenings);
    if (recent.length > recentMax) {
      start = recent[recent.length - recentMax - 1]?.sequence ?? start;
      recent = recent.slice(-recentMax);
    }
    const woken = [...waiting];
    waiting.clear();
    for (const resolve of woken) resolve();
  };

  const look = async (): Promise<void> => {
    isAwake = true;
    try {
      do {
        again = false;
        const found = await read({ topic, after: position });
        take(found);
        again ||= found.isFull;
      } while (again);
    } catch (error) {
      // Nothing is lost: whatever wakes it next, or the next look at everything, begins where this one did.
      onFailure(error);
    }
    isAwake = false;
  };

  return {
    topic,
    wake: () => {
      if (isAwake) again = true;
      else void look();
    },
    recent: (after) =>
      after < start
        ? null
        : {
            happenings: recent.slice(recent.findLastIndex(({ sequence }) => sequence <= after) + 1),
            position: Math.max(after, position),
            isFull: false,
          },
    news: (after, signal) =>
      new Promise((resolve) => {
        if (position > after || signal.aborted) return resolve();
        const done = () => {
          waiting.delete(done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener("abort", done, { once: true });
      }),
  };
}
