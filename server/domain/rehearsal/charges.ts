import type { BillingEvent } from "../billing.js";
import { advanceLines, unusedTimeLine } from "../fees.js";
import type { InvoiceKind, InvoiceLine } from "../invoice.js";
import { usageFacts, usageLines } from "../invoicing/usageLines.js";
import type { PeriodUsage } from "../periodUsage.js";
import { wholePeriod } from "../subscription.js";

/** An invoice's lines, before coupons and tax. */
export interface RehearsedCharge {
  readonly kind: Exclude<InvoiceKind, "PURCHASE">;
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  readonly index: number;
}

type Of = Pick<BillingEvent, "subscribed" | "index">;

const chargeOf = (charge: RehearsedCharge): RehearsedCharge[] => (charge.lines.length === 0 ? [] : [charge]);

/** Of a period that is left before its end, only the time that it was used for: so plans compare over any range. */
export function feeCharge({ subscribed, index }: Of): RehearsedCharge[] {
  const { plan, subscription } = subscribed;
  const { endsAt } = subscription;
  const whole = wholePeriod(subscribed, index);
  const isLeft = endsAt !== null && (whole.end === null || endsAt < whole.end);
  const unused = isLeft ? unusedTimeLine({ subscribed, index, from: endsAt }) : null;
  const lines = [...advanceLines(subscribed, index), ...(unused === null ? [] : [unused])];
  return chargeOf({ kind: "SUBSCRIPTION", currency: plan.fee?.currency ?? plan.unit, lines, index });
}

export const usageCharge = ({ subscribed, index }: Of, usage: readonly PeriodUsage[]): RehearsedCharge[] =>
  chargeOf({
    kind: "USAGE",
    currency: subscribed.plan.unit,
    lines: usageLines(usageFacts(subscribed, index, usage)),
    index,
  });
