import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { Fault } from "../domain/errors.js";
import type { MeterOutcome } from "../metering/commands.js";
import type { MeterObserver } from "../metering/observer.js";

/** From a fast disk's sync to a client's patience. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts and times what is metered: the one thing that everybody who runs Scrip wants on a screen. */
export function meterMetrics(registry: Registry): MeterObserver {
  const registers = [registry];
  const commands = new Counter({
    name: "scrip_meter_commands_total",
    help: "Metered commands, by what was asked and how it was answered.",
    labelNames: ["command", "result"] as const,
    registers,
  });
  const request = new Histogram({
    name: "scrip_meter_request_seconds",
    help: "From a metering request's arrival to its durable answer, the wait for its turn included.",
    labelNames: ["command"] as const,
    buckets: seconds,
    registers,
  });
  const waiting = new Gauge({
    name: "scrip_meter_queue_depth",
    help: "Metering requests that have arrived and are not answered yet.",
    registers,
  });
  const commit = new Histogram({
    name: "scrip_meter_commit_seconds",
    help: "One transaction of a group of commands: loading, deciding, writing, and the commit.",
    buckets: seconds,
    registers,
  });
  const group = new Histogram({
    name: "scrip_meter_group_commands",
    help: "How many commands shared one transaction.",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers,
  });
  return {
    requested: (command) => {
      const observe = request.startTimer({ command });
      waiting.inc();
      const ended = () => {
        waiting.dec();
        observe();
      };
      return {
        outcomes: (outcomes) => {
          ended();
          for (const outcome of outcomes) commands.inc({ command, result: resultOf(outcome) });
        },
        fault: (error) => {
          ended();
          commands.inc({ command, result: error instanceof Fault ? error.code : "INTERNAL" });
        },
      };
    },
    committing: ({ commands: count }) => {
      group.observe(count);
      return commit.startTimer();
    },
  };
}

/** Replays are told apart: they are retries of clients, and cost nobody anything. */
const resultOf = (outcome: MeterOutcome): string =>
  "replayed" in outcome && outcome.replayed ? "replayed" : outcome.kind;
