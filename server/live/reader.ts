import { setImmediate } from "node:timers/promises";
import type { Database } from "../storage/database.js";
import type { Feed, Found, Wanted } from "./feed.js";

interface Waiting<Item> extends Wanted {
  readonly resolve: (found: Found<Item>) => void;
  readonly reject: (error: unknown) => void;
}

/** As many topics are read together. */
const topicsMax = 128;

/**
 * Reads a feed for all who ask, one read at a time: whoever asks meanwhile is served by the next one. So the cost
 * follows what has happened and not how many are watching, and calls are never kept from the database for long.
 */
export function feedReader<Item>(
  database: Database,
  feed: Feed<Item>,
): (wanted: Wanted) => Promise<Found<Item>> {
  const queue: Waiting<Item>[] = [];
  let isBusy = false;
  const serve = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    while (queue.length > 0) {
      await readTogether(database, feed, queue.splice(0, topicsMax));
      // On SQLite a read never waits, so that calls would have to until the last topic is read.
      await setImmediate();
    }
    isBusy = false;
  };
  return (wanted) =>
    new Promise((resolve, reject) => {
      queue.push({ ...wanted, resolve, reject });
      void serve();
    });
}

async function readTogether<Item>(
  database: Database,
  feed: Feed<Item>,
  asking: readonly Waiting<Item>[],
): Promise<void> {
  try {
    const found = await database.read((tx) => feed.read(tx, asking));
    for (const [index, { resolve, reject }] of asking.entries()) {
      const one = found[index];
      if (one === undefined) reject(new Error(`The feed ${feed.name} did not answer for a topic.`));
      else resolve(one);
    }
  } catch (error) {
    for (const { reject } of asking) reject(error);
  }
}
