import { Column, Entity, PrimaryColumn } from "typeorm";
import type { AlertKind } from "../../domain/alert.js";
import type { Micros } from "../../domain/amount.js";
import type { BudgetAction, BudgetMeasure, BudgetWindow } from "../../domain/budget.js";
import type { Instant } from "../../domain/instant.js";
import type { BudgetSetter } from "../../domain/setter.js";
import { jsonColumn, numberColumn, optionalNumber, optionalText, textColumn } from "../columns.js";

/** A budget as it was set. What it has come to is in its wallet's row, which every call writes anyway. */
@Entity({ name: "budgets" })
export class BudgetRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) budgetId!: string;
  @Column(textColumn) unit!: string;
  /** Where its wallet's row has what it has come to. */
  @Column(numberColumn) position!: number;
  @Column(textColumn) name!: string;
  @Column(textColumn) setBy!: BudgetSetter;
  @Column(optionalText) operation!: string | null;
  @Column(optionalText) operationGroup!: string | null;
  @Column(optionalText) apiKeyId!: string | null;
  @Column(textColumn) spanKind!: BudgetWindow;
  @Column(optionalNumber) days!: number | null;
  @Column(textColumn) measure!: BudgetMeasure;
  @Column(numberColumn) spendLimit!: Micros;
  @Column(jsonColumn) thresholds!: readonly number[];
  @Column(textColumn) action!: BudgetAction;
  @Column(numberColumn) revision!: number;
  @Column(numberColumn) createdAt!: Instant;
  @Column(numberColumn) updatedAt!: Instant;
  @Column(optionalNumber) deletedAt!: Instant | null;
}

/** What the hours of a rolling window have come to, from when each is over until it leaves the window. */
@Entity({ name: "budget_hours" })
export class BudgetHourRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) budgetId!: string;
  @PrimaryColumn(numberColumn) hour!: Instant;
  @Column(numberColumn) amount!: Micros;
}

/** Append-only; the id follows from what an alert is about, so that nothing can be told twice. */
@Entity({ name: "alerts" })
export class AlertRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) alertId!: string;
  /** Counted for each customer, from 1, without gaps: the order in which they were raised. */
  @Column(numberColumn) sequence!: number;
  @Column(textColumn) kind!: AlertKind;
  @Column(textColumn) unit!: string;
  /** What it tells besides, which depends on its kind. */
  @Column(jsonColumn) data!: Readonly<Record<string, unknown>>;
  @Column(numberColumn) raisedAt!: Instant;
}
