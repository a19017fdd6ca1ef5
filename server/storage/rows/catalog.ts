import { Column, Entity, PrimaryColumn } from "typeorm";
import type { Coupon, CreditPack, Operation, PlanTerms, TaxRate, Unit } from "../../domain/catalog.js";
import type { Instant } from "../../domain/instant.js";
import type { Operator } from "../../domain/invoice.js";
import { jsonColumn, numberColumn, optionalNumber, textColumn } from "../columns.js";

/** Catalogue tables are small and read everywhere; `position` keeps the order of the operator's file. */
@Entity({ name: "units" })
export class UnitRow {
  @PrimaryColumn(textColumn) key!: string;
  @Column(numberColumn) position!: number;
  @Column(jsonColumn) definition!: Unit;
  @Column(optionalNumber) archivedAt!: Instant | null;
}

@Entity({ name: "operations" })
export class OperationRow {
  @PrimaryColumn(textColumn) key!: string;
  @Column(numberColumn) position!: number;
  @Column(jsonColumn) definition!: Operation;
  @Column(optionalNumber) archivedAt!: Instant | null;
}

@Entity({ name: "plans" })
export class PlanRow {
  @PrimaryColumn(textColumn) key!: string;
  @Column(numberColumn) position!: number;
  @Column(numberColumn) currentVersion!: number;
  @Column(optionalNumber) archivedAt!: Instant | null;
}

/** A version that a subscription has pinned never changes. */
@Entity({ name: "plan_versions" })
export class PlanVersionRow {
  @PrimaryColumn(textColumn) planKey!: string;
  @PrimaryColumn(numberColumn) version!: number;
  @Column(jsonColumn) terms!: PlanTerms;
  @Column(numberColumn) createdAt!: Instant;
}

@Entity({ name: "credit_packs" })
export class CreditPackRow {
  @PrimaryColumn(textColumn) key!: string;
  @Column(numberColumn) position!: number;
  @Column(jsonColumn) definition!: CreditPack;
  @Column(optionalNumber) archivedAt!: Instant | null;
}

@Entity({ name: "coupons" })
export class CouponRow {
  @PrimaryColumn(textColumn) key!: string;
  @Column(numberColumn) position!: number;
  @Column(jsonColumn) definition!: Coupon;
  @Column(optionalNumber) archivedAt!: Instant | null;
}

/** What of the catalogue there is only one: its key is the section's name. */
@Entity({ name: "settings" })
export class SettingRow {
  @PrimaryColumn(textColumn) key!: string;
  @Column(jsonColumn) definition!: Operator | readonly TaxRate[];
}
