import { Counter, Gauge, type Registry } from "prom-client";

interface Needs {
  readonly registry: Registry;
  /** Is asked whenever somebody looks. */
  readonly streams: () => number;
}

/** Hears why streams were ended by the server. */
export interface LiveObserver {
  ended(reason: string): void;
}

export function liveMetrics({ registry, streams }: Needs): LiveObserver {
  const registers = [registry];
  new Gauge({
    name: "scrip_live_streams",
    help: "Subscriptions that are being followed.",
    registers,
    collect() {
      this.set(streams());
    },
  });
  const ended = new Counter({
    name: "scrip_live_ended_total",
    help: "Connections of subscriptions that the server ended, by why: slow, stopping, unauthenticated or unavailable.",
    labelNames: ["reason"] as const,
    registers,
  });
  return { ended: (reason) => ended.inc({ reason }) };
}
