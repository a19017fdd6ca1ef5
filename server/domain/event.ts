import type { AlertData } from "./alert.js";
import type { Instant } from "./instant.js";

/** What an event of each type tells: enough to act on, and the ids under which the rest can be asked for. */
interface EventData {
  /** An auto top-up has failed too often and is off now. */
  readonly AUTO_TOP_UP_TURNED_OFF: {
    readonly unit: string;
    readonly creditPack: string;
    readonly failures: number;
    readonly lastFailure: string | null;
  };
  /** A budget, a balance or credits that expire soon want somebody's attention. */
  readonly ALERT_RAISED: AlertData;
}

export type EventType = keyof EventData;

/** Something that has happened to a customer, before it has its place in the order of that customer's events. */
export type NewEvent = {
  readonly [Type in EventType]: {
    readonly customerId: string;
    readonly type: Type;
    readonly data: EventData[Type];
    /** The customer's time. */
    readonly at: Instant;
  };
}[EventType];
