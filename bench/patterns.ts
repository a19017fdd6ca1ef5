import type { Micros } from "../server/domain/amount.js";
import { microsPerUnit } from "../server/domain/amount.js";
import type { ConsumeCommand } from "../server/metering/commands.js";

/** What one customer does again and again while its records grow. */
export interface Pattern {
  readonly catalog: string;
  readonly plan: string;
  /** Credits on top of the plan's supply; zero: none. */
  readonly granted: Micros;
  readonly call: Omit<ConsumeCommand, "idempotencyKey">;
}

const customerId = "customer-0";

export const patterns: Readonly<Record<string, Pattern>> = {
  "calendar-month": {
    catalog: "scenario-payg",
    plan: "payg",
    granted: 1_000_000_000_000 as Micros,
    call: {
      customerId,
      operation: "image.generate",
      quantity: microsPerUnit as Micros,
      attributes: { model: "sdxl", steps: 30, width: 1024, height: 1024 },
      occurredAt: null,
    },
  },
  "postpaid-month": {
    catalog: "scenario-payg",
    plan: "payg",
    granted: 0 as Micros,
    call: {
      customerId,
      operation: "image.generate",
      quantity: microsPerUnit as Micros,
      attributes: { model: "sdxl", steps: 30, width: 1024, height: 1024 },
      occurredAt: null,
    },
  },
  // A million calls of 0.01 credits in 30 days use half of the supply, and each comes back at a time of its own.
  "rolling-window": {
    catalog: "scrollsequence",
    plan: "agency",
    granted: 0 as Micros,
    call: {
      customerId,
      operation: "video.process",
      quantity: 5_000 as Micros,
      attributes: {},
      occurredAt: null,
    },
  },
};
