import { Column, Entity, PrimaryColumn } from "typeorm";
import type { Micros, Total } from "../../domain/amount.js";
import type { Attributes } from "../../domain/catalog.js";
import type { Instant } from "../../domain/instant.js";
import type { ReversalEffect } from "../../domain/usage.js";
import { jsonColumn, numberColumn, optionalNumber, optionalText, textColumn } from "../columns.js";

@Entity({ name: "usage_records" })
export class UsageRecordRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn({ ...textColumn, name: "usage_record_id" }) id!: string;
  @Column(textColumn) unit!: string;
  @Column(textColumn) operation!: string;
  @Column(numberColumn) quantity!: Micros;
  @Column(jsonColumn) attributes!: Attributes;
  @Column(numberColumn) amount!: Micros;
  @Column(numberColumn) postpaid!: Micros;
  @Column(numberColumn) balanceAfter!: Micros;
  /** Of its ledger entry, which has no index by call. */
  @Column(numberColumn) sequence!: number;
  @Column(textColumn) planKey!: string;
  @Column(numberColumn) planVersion!: number;
  @Column(numberColumn) periodQuantity!: Micros;
  @Column(optionalText) subscriptionId!: string | null;
  @Column(optionalNumber) periodIndex!: number | null;
  @Column(optionalText) holdId!: string | null;
  @Column(textColumn) idempotencyKey!: string;
  @Column(optionalText) apiKeyId!: string | null;
  @Column(textColumn) reportedAttributes!: string;
  @Column(numberColumn) occurredAt!: Instant;
  @Column(numberColumn) recordedAt!: Instant;
}

@Entity({ name: "draws" })
export class DrawRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) usageRecordId!: string;
  /** The order in which the grants were burned. */
  @PrimaryColumn(numberColumn) position!: number;
  @Column(textColumn) grantId!: string;
  @Column(numberColumn) amount!: Micros;
}

/** Append-only, as the records that it points at. */
@Entity({ name: "reversals" })
export class ReversalRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) usageRecordId!: string;
  @PrimaryColumn(textColumn) reversalId!: string;
  @Column(numberColumn) amount!: Micros;
  @Column(numberColumn) postpaid!: Micros;
  @Column(optionalText) subscriptionId!: string | null;
  @Column(optionalNumber) periodIndex!: number | null;
  @Column(optionalText) reason!: string | null;
  @Column(textColumn) idempotencyKey!: string;
  @Column(numberColumn) createdAt!: Instant;
}

@Entity({ name: "reversal_draws" })
export class ReversalDrawRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) usageRecordId!: string;
  @PrimaryColumn(textColumn) reversalId!: string;
  /** Which draw of the usage record. */
  @PrimaryColumn(numberColumn) position!: number;
  @Column(textColumn) grantId!: string;
  @Column(numberColumn) amount!: Micros;
  @Column(textColumn) effect!: ReversalEffect;
}

/** Hourly sums, written with each call, so that a report's cost follows the rows it shows. */
@Entity({ name: "usage_rollups" })
export class UsageRollupRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(numberColumn) hour!: Instant;
  @PrimaryColumn(textColumn) operation!: string;
  @PrimaryColumn(textColumn) unit!: string;
  @PrimaryColumn(textColumn) planKey!: string;
  /** Empty for the bootstrap key. */
  @PrimaryColumn(textColumn) apiKeyId!: string;
  /** What reports tell apart, as the records have it in `reportedAttributes`. */
  @PrimaryColumn(textColumn) attributes!: string;
  @Column(numberColumn) calls!: number;
  @Column(numberColumn) quantity!: Total;
  /** What was reversed is taken out of it, and of the parts it is made of. */
  @Column(numberColumn) amount!: Micros;
  /** The part that the plan's own supply paid. */
  @Column(numberColumn) allowance!: Micros;
  @Column(numberColumn) postpaid!: Micros;
  @Column(numberColumn) reversed!: Micros;
}

/** What a billing period of a postpaid plan has come to, written with each call: its invoice is made of these rows. */
@Entity({ name: "period_usage" })
export class PeriodUsageRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) subscriptionId!: string;
  @PrimaryColumn(numberColumn) periodIndex!: number;
  @PrimaryColumn(textColumn) operation!: string;
  @PrimaryColumn(numberColumn) tier!: number;
  /** Midnight, UTC, of the day on which it was used; 0 for what was used in the period itself. */
  @PrimaryColumn(numberColumn) lateDay!: number;
  @Column(numberColumn) calls!: number;
  @Column(numberColumn) quantity!: Total;
  @Column(numberColumn) listAmount!: Micros;
  @Column(numberColumn) amount!: Micros;
  @Column(numberColumn) allowance!: Micros;
  @Column(numberColumn) prepaid!: Micros;
  @Column(numberColumn) postpaid!: Micros;
}

/** What a billing period has used of an operation whose price counts it: one with tiers, or one that is reserved. */
@Entity({ name: "usage_counters" })
export class UsageCounterRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) subscriptionId!: string;
  @PrimaryColumn(textColumn) operation!: string;
  @PrimaryColumn(numberColumn) periodIndex!: number;
  @Column(numberColumn) quantity!: Micros;
}
