import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Writer } from "../exports/format.js";

export interface Patience {
  /** After so long without a row something is sent all the same: half of what a client waits for by default. */
  readonly quietMs: number;
  /** Who takes nothing for so long has most likely gone, or wants to hold a place. */
  readonly stuckMs: number;
}

export const patience: Patience = { quietMs: 4_000, stuckMs: 60_000 };

interface Told<Item> {
  readonly pages: AsyncIterable<readonly Item[]>;
  readonly writer: Writer<Item>;
  /** Whether the rest of an export is asked for, whose head has been sent before. */
  readonly isBegun: boolean;
  /** What stands for nothing: an empty line where lines may be empty; null where no byte is without meaning. */
  readonly sign: string | null;
}

/**
 * The lines of an export. While there are none for a while a sign of life goes out instead, as the search for rows may
 * take longer than a client waits for a byte.
 */
export async function* linesOf<Item>(
  { pages, writer, isBegun, sign }: Told<Item>,
  { quietMs }: Pick<Patience, "quietMs">,
): AsyncGenerator<string> {
  const first = `${isBegun ? "" : writer.head}${sign ?? ""}`;
  if (first !== "") yield first;
  const all = pages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = all.next();
      for (let page = await soon(next, quietMs); page === null; page = await soon(next, quietMs))
        if (sign !== null) yield sign;
      const { done, value } = await next;
      if (done === true) return;
      yield writer.lines(value);
    }
  } finally {
    // Whoever has left does not wait for the page that is being read.
    void all.return?.().catch(() => undefined);
  }
}

/** Null when it takes longer. */
async function soon<Result>(result: Promise<Result>, ms: number): Promise<Result | null> {
  const clock = new AbortController();
  try {
    return await Promise.race([result, wait(ms, null, { signal: clock.signal, ref: false })]);
  } finally {
    clock.abort();
  }
}

/** Ends a reply that nobody takes: while it waits to be taken it holds a place that others could have. */
export function endWhenStuck(reply: ServerResponse, { stuckMs }: Pick<Patience, "stuckMs">): void {
  let stuck = 0;
  let sent = 0;
  const partMs = stuckMs / 4;
  const timer = setInterval(() => {
    const { socket } = reply;
    const taken = (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0);
    stuck = reply.writableLength > 0 && taken === sent ? stuck + partMs : 0;
    sent = taken;
    if (stuck >= stuckMs) reply.destroy();
  }, partMs);
  timer.unref();
  reply.once("close", () => clearInterval(timer));
}
