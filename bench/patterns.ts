import type { Micros } from "../server/domain/amount.js";
import { microsPerUnit } from "../server/domain/amount.js";
import type { ConsumeCommand } from "../server/metering/commands.js";

/** What one customer does again and again while its records grow. */
export interface Pattern {
  readonly catalog: string;
  readonly plan: string;
  /** Credits on top of the plan's supply; zero: none. */
  readonly granted: Micros;
  /** Made in turn. */
  readonly calls: readonly [Call, ...Call[]];
}

type Call = Omit<ConsumeCommand, "idempotencyKey">;

const called = (operation: string, attributes: Call["attributes"] = {}, quantity = microsPerUnit): Call => ({
  customerId: "customer-0",
  operation,
  quantity: quantity as Micros,
  attributes,
  occurredAt: null,
});

const generated = called("image.generate", { model: "sdxl", steps: 30, width: 1024, height: 1024 });

export const patterns: Readonly<Record<string, Pattern>> = {
  "calendar-month": {
    catalog: "scenario-payg",
    plan: "payg",
    granted: 1_000_000_000_000 as Micros,
    calls: [generated],
  },
  // Mixed features, all of them billed.
  "postpaid-month": {
    catalog: "scenario-payg",
    plan: "payg",
    granted: 0 as Micros,
    calls: [
      generated,
      called("image.remove-background"),
      called("image.detect"),
      called("image.upscale"),
      called("image.caption"),
      called("image.pixelate"),
      called("prompt.magic"),
      called("generator.train"),
    ],
  },
  // A million calls of 0.01 credits in 30 days use half of the supply, and each comes back at a time of its own.
  "rolling-window": {
    catalog: "scrollsequence",
    plan: "agency",
    granted: 0 as Micros,
    calls: [called("video.process", {}, 5_000)],
  },
};
