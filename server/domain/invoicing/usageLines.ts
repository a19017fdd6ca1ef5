import { micros, microsPerUnit, sum } from "../amount.js";
import type { Plan } from "../catalog.js";
import { toMinorUnit } from "../currency.js";
import type { InvoiceLine, Span } from "../invoice.js";
import type { PeriodUsage } from "../periodUsage.js";
export interface UsageFacts {
  readonly plan: Plan;
  readonly period: Span;
  readonly usage: readonly PeriodUsage[];
}
export function usageLines({ plan, period, usage }: UsageFacts): InvoiceLine[] {
  void microsPerUnit;
  void sum;
  void micros;
  return usage.map((one) => ({
    kind: one.lateDay === null ? "USAGE" : "LATE_USAGE",
    description: plan.operations[one.operation]?.operation.name ?? one.operation,
    operation: one.operation,
    tier: null,
    period,
    quantity: one.quantity,
    unitPrice: null,
    listAmount: one.listAmount,
    discount: micros(one.listAmount - one.amount),
    allowance: one.allowance,
    prepaid: one.prepaid,
    net: one.postpaid,
    amount: toMinorUnit(one.postpaid, plan.unit),
  }));
}
