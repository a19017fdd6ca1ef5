import { registerEnumType } from "type-graphql";
import { alertKinds } from "../domain/alert.js";
import { autoTopUpStatuses } from "../domain/autoTopUp.js";
import { budgetActions, budgetMeasures, budgetWindows } from "../domain/budget.js";
import { quotedPeriods } from "../domain/calculator.js";
import { packAvailabilities } from "../domain/catalog.js";
import { creditSettlements } from "../domain/creditNote.js";
import { disputeStatuses } from "../domain/dispute.js";
import { eventTypes } from "../domain/event.js";
import { forecastGaps } from "../domain/forecast/forecast.js";
import { grantSources } from "../domain/grant.js";
import { holdStatuses } from "../domain/hold.js";
import { invoiceKinds, invoiceLineKinds } from "../domain/invoice.js";
import { planChangeDirections, supplyPolicies } from "../domain/planChange.js";
import { couponTroubles } from "../domain/refusal.js";
import { budgetSetters } from "../domain/setter.js";
import { changeTimings } from "../domain/subscriptionChange.js";
import { reversalEffects } from "../domain/usage.js";
import { usageDimensions } from "../domain/usageReport.js";
import { ledgerEntryTypes } from "../domain/wallet.js";
import { deliveryStatuses, endpointStatuses, endpointTroubles } from "../domain/webhook.js";

/** GraphQL enums whose values are the domain's own words. */
function enumOf<Value extends string>(name: string, values: readonly Value[]): { readonly [V in Value]: V } {
  const members = Object.fromEntries(values.map((value) => [value, value])) as { readonly [V in Value]: V };
  registerEnumType(members, { name });
  return members;
}

export const SubscriptionStatus = enumOf("SubscriptionStatus", ["SCHEDULED", "ACTIVE", "ENDED"]);
export const ChangeTiming = enumOf("ChangeTiming", changeTimings);
export const SupplyPolicy = enumOf("SupplyPolicy", supplyPolicies);
export const PlanChangeDirection = enumOf("PlanChangeDirection", planChangeDirections);
export const PriceModel = enumOf("PriceModel", [
  "FLAT",
  "MATRIX",
  "FORMULA",
  "GRADUATED",
  "VOLUME",
  "PACKAGE",
]);
export const ForecastGap = enumOf("ForecastGap", forecastGaps);
export const PeriodType = enumOf("PeriodType", [
  "CALENDAR_MONTH",
  "CALENDAR_YEAR",
  "ANCHOR",
  "ROLLING",
  "NONE",
]);
export const QuotedPeriod = enumOf("QuotedPeriod", quotedPeriods);
export const PeriodLength = enumOf("PeriodLength", ["MONTH", "YEAR"]);
export const OveragePolicy = enumOf("OveragePolicy", ["BLOCK", "POSTPAID"]);
export const PackAvailability = enumOf("PackAvailability", packAvailabilities);
export const AttributeType = enumOf("AttributeType", ["INTEGER", "NUMBER", "STRING", "BOOLEAN"]);
export const GrantSource = enumOf("GrantSource", grantSources);
export const LedgerEntryType = enumOf("LedgerEntryType", ledgerEntryTypes);
export const HoldStatus = enumOf("HoldStatus", holdStatuses);
export const BudgetSetter = enumOf("BudgetSetter", budgetSetters);
export const BudgetWindow = enumOf("BudgetWindow", budgetWindows);
export const BudgetMeasure = enumOf("BudgetMeasure", budgetMeasures);
export const BudgetAction = enumOf("BudgetAction", budgetActions);
export const AlertKind = enumOf("AlertKind", alertKinds);
export const ReversalEffect = enumOf("ReversalEffect", reversalEffects);
export const PriceStepKind = enumOf("PriceStepKind", [
  "RATE",
  "MULTIPLIER",
  "TIER",
  "PACKAGE",
  "QUANTITY",
  "RESERVED",
  "SAVINGS_PLAN",
  "ROUNDING",
]);
export const InvoiceKind = enumOf("InvoiceKind", invoiceKinds);
export const InvoiceLineKind = enumOf("InvoiceLineKind", invoiceLineKinds);
export const InvoiceStatus = enumOf("InvoiceStatus", ["DRAFT", "OPEN", "PAID", "VOID", "UNCOLLECTIBLE"]);
export const PaymentStatus = enumOf("PaymentStatus", ["PENDING", "ACTION_REQUIRED", "SUCCEEDED", "FAILED"]);
export const AutoTopUpStatus = enumOf("AutoTopUpStatus", autoTopUpStatuses);
export const RefundStatus = enumOf("RefundStatus", ["PENDING", "SUCCEEDED", "FAILED"]);
export const DisputeStatus = enumOf("DisputeStatus", disputeStatuses);
export const CreditSettlement = enumOf("CreditSettlement", creditSettlements);
export const UsageDimension = enumOf("UsageDimension", usageDimensions);
export const UnpricedReason = enumOf("UnpricedReason", [
  "OPERATION_UNKNOWN",
  "ATTRIBUTE_MISSING",
  "ATTRIBUTE_UNKNOWN",
  "ATTRIBUTE_TYPE",
  "ATTRIBUTE_OUT_OF_RANGE",
  "NO_MATCHING_PRICE",
  "QUANTITY_NOT_EXACT",
  "AMOUNT_OUT_OF_RANGE",
]);
export const EventType = enumOf("EventType", eventTypes);
export const WebhookEndpointStatus = enumOf("WebhookEndpointStatus", endpointStatuses);
export const WebhookEndpointTrouble = enumOf("WebhookEndpointTrouble", endpointTroubles);
export const WebhookDeliveryStatus = enumOf("WebhookDeliveryStatus", deliveryStatuses);
export const CouponTrouble = enumOf("CouponTrouble", couponTroubles);
export const ProblemCode = enumOf("ProblemCode", [
  "INSUFFICIENT_CREDITS",
  "BUDGET_EXCEEDED",
  "BUDGET_NOT_FOUND",
  "BUDGET_SET_BY_OPERATOR",
  "UNPRICED_USAGE",
  "CUSTOMER_NOT_FOUND",
  "CUSTOMER_EXISTS",
  "SUBSCRIPTION_INACTIVE",
  "ALREADY_SUBSCRIBED",
  "ALREADY_ON_PLAN",
  "NOTHING_TO_RESUME",
  "PLAN_NOT_FOUND",
  "TEST_CLOCK_NOT_FOUND",
  "UNIT_NOT_FOUND",
  "PACK_NOT_AVAILABLE",
  "HOLD_NOT_FOUND",
  "HOLD_NOT_ACTIVE",
  "HOLD_EXCEEDED",
  "USAGE_RECORD_NOT_FOUND",
  "REVERSAL_EXCEEDS_USAGE",
  "PAYMENT_REQUIRED",
  "PAYMENT_FAILED",
  "COUPON_NOT_FOUND",
  "COUPON_NOT_REDEEMABLE",
  "INVOICE_NOT_FOUND",
  "INVOICE_NOT_PAYABLE",
  "INVOICE_NOT_VOIDABLE",
  "INVOICE_NOT_CREDITABLE",
  "CREDIT_EXCEEDS_INVOICE",
  "NOTHING_TO_REFUND",
  "PAYMENT_DISPUTED",
  "CATALOG_INVALID",
  "TOO_MUCH_USAGE",
  "IDEMPOTENCY_CONFLICT",
]);
export type ProblemCode = keyof typeof ProblemCode;

/** How a result says which member of its union it is: every translator names it. */
export const typename = (value: object): string => (value as { readonly __typename: string }).__typename;
