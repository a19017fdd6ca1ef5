import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { MeterObserver } from "../metering/observer.js";
import { type JobObserver, jobMetrics } from "./jobs.js";
import { type LiveObserver, liveMetrics } from "./live.js";
import { meterMetrics } from "./meter.js";
import { webhookMetrics } from "./webhooks.js";

/** What is known of how the process does, in Prometheus' words. */
export interface Metrics {
  readonly meter: MeterObserver;
  readonly jobs: JobObserver;
  readonly live: LiveObserver;
  /** Hears of every HTTP request that was answered. */
  answered(request: { readonly route: string; readonly status: number; readonly ms: number }): void;
  /** All of it, in the format that `contentType` names. */
  text(): Promise<string>;
  readonly contentType: string;
}

interface Needs {
  /** How late each kind of background job is, in milliseconds. */
  readonly lags: () => Promise<Readonly<Record<string, number | null>>>;
  /** How many subscriptions are being followed. */
  readonly streams: () => number;
  /** How many webhook endpoints there are of each status. */
  readonly endpoints: () => Promise<Readonly<Record<string, number>>>;
  readonly onFailure: (error: unknown) => void;
}

/** A registry of its own for each app, so that two of them in one process do not count into each other. */
export function makeMetrics({ lags, streams, endpoints, onFailure }: Needs): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  webhookMetrics({ registry, endpoints, onFailure });
  const http = new Histogram({
    name: "scrip_http_request_seconds",
    help: "From a request's arrival to the end of its answer.",
    labelNames: ["route", "status"] as const,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return {
    meter: meterMetrics(registry),
    jobs: jobMetrics({ registry, lags, onFailure }),
    live: liveMetrics({ registry, streams }),
    answered: ({ route, status, ms }) => http.observe({ route, status }, ms / 1_000),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
