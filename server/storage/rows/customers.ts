import { Column, Entity, PrimaryColumn } from "typeorm";
import type { Attributes } from "../../domain/catalog.js";
import type { Instant } from "../../domain/instant.js";
import { jsonColumn, numberColumn, optionalNumber, optionalText, textColumn } from "../columns.js";

@Entity({ name: "customers" })
export class CustomerRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @Column(optionalText) name!: string | null;
  @Column(optionalText) email!: string | null;
  @Column(jsonColumn) metadata!: Attributes;
  @Column(optionalText) testClockId!: string | null;
  @Column(numberColumn) createdAt!: Instant;
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
  @Column(numberColumn) nextPeriodIndex!: number;
}
