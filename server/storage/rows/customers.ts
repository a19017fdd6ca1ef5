import { Column, Entity, PrimaryColumn } from "typeorm";
import type { Micros } from "../../domain/amount.js";
import type { Attributes } from "../../domain/catalog.js";
import type { Address } from "../../domain/customer.js";
import type { Instant } from "../../domain/instant.js";
import type { SupplyPolicy } from "../../domain/planChange.js";
import type { SubscriptionTold } from "../../domain/subscription.js";
import type { ChangeTiming } from "../../domain/subscriptionChange.js";
import {
  jsonColumn,
  numberColumn,
  optionalJson,
  optionalNumber,
  optionalText,
  textColumn,
} from "../columns.js";

@Entity({ name: "customers" })
export class CustomerRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @Column(optionalText) name!: string | null;
  @Column(optionalText) email!: string | null;
  @Column(jsonColumn) metadata!: Attributes;
  @Column(optionalText) testClockId!: string | null;
  @Column(numberColumn) createdAt!: Instant;
  @Column(optionalNumber) billingDueAt!: Instant | null;
  @Column(optionalJson) billingAddress!: Address | null;
  @Column(optionalText) taxId!: string | null;
  @Column(numberColumn) taxExempt!: number;
}

@Entity({ name: "test_clocks" })
export class TestClockRow {
  @PrimaryColumn(textColumn) testClockId!: string;
  @Column(optionalText) name!: string | null;
  @Column(numberColumn) now!: Instant;
}

@Entity({ name: "subscriptions" })
export class SubscriptionRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) subscriptionId!: string;
  @Column(textColumn) planKey!: string;
  @Column(numberColumn) planVersion!: number;
  @Column(numberColumn) startsAt!: Instant;
  @Column(optionalNumber) endsAt!: Instant | null;
  @Column(optionalNumber) cancelledAt!: Instant | null;
  @Column(numberColumn) nextPeriodIndex!: number;
  @Column(numberColumn) anchorAt!: Instant;
  @Column(numberColumn) trial!: number;
  @Column(optionalNumber) firstSupply!: Micros | null;
  @Column(numberColumn) nextFeeIndex!: number;
  @Column(numberColumn) nextCloseIndex!: number;
  @Column(numberColumn) nextFinalIndex!: number;
  /** What of its life others have been told by an event. */
  @Column(textColumn) told!: SubscriptionTold;
  /** When it was replaced and its last period was invoiced, so that nothing needs to look at it any more. */
  @Column(optionalNumber) settledAt!: Instant | null;
}

/** What `changePlan` decided: which subscription made way for which, and how. It never changes. */
@Entity({ name: "plan_changes" })
export class PlanChangeRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) planChangeId!: string;
  @Column(textColumn) fromId!: string;
  @Column(textColumn) toId!: string;
  @Column(textColumn) timing!: ChangeTiming;
  @Column(optionalText) supplyPolicy!: SupplyPolicy | null;
  @Column(numberColumn) effectiveAt!: Instant;
  @Column(optionalText) invoiceId!: string | null;
  @Column(optionalText) creditNoteId!: string | null;
  @Column(numberColumn) createdAt!: Instant;
}
