import { setTimeout as wait } from "node:timers/promises";
import type { Caller } from "../access/keys.js";
import type { RequestContext } from "../graphql/context.js";
import type { OpenStream } from "../graphql/stream.js";
import type { Authenticate } from "./bearer.js";

/** What streams may take; tests have less patience. */
export interface LiveLimits {
  /** Connections that are open at once, of both kinds together. */
  readonly connectionsMax: number;
  /** Streams of one WebSocket. */
  readonly streamsMax: number;
  /** How long a WebSocket may take to say whose it is. */
  readonly initMs: number;
  /** How often something is sent, at least, and a key is looked at again. */
  readonly keepAliveMs: number;
  /** How long a reader may take none of what waits for it. */
  readonly stalledMs: number;
}

export const usualLimits: LiveLimits = {
  connectionsMax: 10_000,
  streamsMax: 100,
  initMs: 5_000,
  keepAliveMs: 12_000,
  stalledMs: 15_000,
};

export interface LiveNeeds {
  readonly authenticate: Authenticate;
  readonly open: OpenStream;
  readonly context: (caller: Caller, requestId: string) => RequestContext;
  readonly limits: LiveLimits;
  /** Is told of each connection that is ended from our side. */
  readonly ended: (why: Farewell) => void;
}

/** Why a connection is ended from our side. */
export type Farewell = "stopping" | "slow" | "unauthenticated" | "unavailable";

interface Visitor {
  end(why: Farewell): void;
}

/** Everybody who is connected for streams. */
export interface Visitors {
  readonly isFull: boolean;
  /** Returns what to call when the connection is closed. */
  enter(visitor: Visitor): () => void;
  /** Ends all of them; nobody is let in any more. */
  drain(): void;
}

export function visitors({ connectionsMax }: LiveLimits): Visitors {
  const present = new Set<Visitor>();
  let isDraining = false;
  return {
    get isFull() {
      return isDraining || present.size >= connectionsMax;
    },
    enter: (visitor) => {
      present.add(visitor);
      return () => void present.delete(visitor);
    },
    drain: () => {
      isDraining = true;
      for (const visitor of present) visitor.end("stopping");
    },
  };
}

/** Rejects when something that a reader has to take takes too long. */
export async function unlessStalled(taken: Promise<unknown>, stalledMs: number): Promise<void> {
  const given = new AbortController();
  const stalled = wait(stalledMs, true, { ref: false, signal: given.signal }).catch(() => false);
  try {
    const outcome = await Promise.race([taken.then(() => false), stalled]);
    if (outcome === true) throw new Stalled();
  } finally {
    given.abort();
  }
}

export class Stalled extends Error {
  override readonly name = "Stalled";
}
