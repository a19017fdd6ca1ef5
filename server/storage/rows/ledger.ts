import { Column, Entity, PrimaryColumn } from "typeorm";
import type { BalanceWatch } from "../../domain/alert.js";
import type { Micros } from "../../domain/amount.js";
import type { Attributes } from "../../domain/catalog.js";
import type { GrantSource, GrantState } from "../../domain/grant.js";
import type { HoldStatus } from "../../domain/hold.js";
import type { Instant } from "../../domain/instant.js";
import type { Turns } from "../../domain/setter.js";
import type { LedgerEntryType } from "../../domain/wallet.js";
import {
  jsonColumn,
  numberColumn,
  optionalJson,
  optionalNumber,
  optionalText,
  textColumn,
} from "../columns.js";

@Entity({ name: "wallets" })
export class WalletRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) unit!: string;
  @Column(numberColumn) posted!: Micros;
  @Column(numberColumn) held!: Micros;
  @Column(numberColumn) postpaid!: Micros;
  @Column(numberColumn) sequence!: number;
  @Column(optionalText) hash!: string | null;
  @Column(optionalNumber) nextHoldEndAt!: Instant | null;
  @Column(optionalNumber) nextDueAt!: Instant | null;
  @Column(optionalNumber) topUpBelow!: Micros | null;
  /** Null while nobody watches it. */
  @Column(optionalJson) watches!: readonly BalanceWatch[] | null;
  /** What its budgets have come to, as JSON; null while there never was one. */
  @Column(optionalText) budgetCounts!: string | null;
}

@Entity({ name: "credit_grants" })
export class CreditGrantRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn({ ...textColumn, name: "grant_id" }) id!: string;
  @Column(textColumn) unit!: string;
  @Column(textColumn) source!: GrantSource;
  @Column(textColumn) state!: GrantState;
  @Column(numberColumn) amount!: Micros;
  @Column(numberColumn) remaining!: Micros;
  @Column(numberColumn) held!: Micros;
  @Column(numberColumn) priority!: number;
  @Column(numberColumn) effectiveAt!: Instant;
  @Column(optionalNumber) expiresAt!: Instant | null;
  @Column(optionalJson) operations!: readonly string[] | null;
  @Column(optionalNumber) windowDays!: number | null;
  @Column(optionalText) reason!: string | null;
  @Column(optionalText) originId!: string | null;
  @Column(numberColumn) clawback!: Micros;
  @Column(optionalJson) expiryTurns!: Turns | null;
}

/** Append-only: nothing in the code base updates or deletes a row of it. */
@Entity({ name: "ledger_entries" })
export class LedgerEntryRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) unit!: string;
  @PrimaryColumn(numberColumn) sequence!: number;
  @Column(textColumn) type!: LedgerEntryType;
  @Column(numberColumn) amount!: Micros;
  @Column(numberColumn) balanceAfter!: Micros;
  @Column(optionalText) grantId!: string | null;
  @Column(optionalText) usageRecordId!: string | null;
  @Column(numberColumn) occurredAt!: Instant;
  @Column(numberColumn) recordedAt!: Instant;
  @Column(textColumn) hash!: string;
}

@Entity({ name: "holds" })
export class HoldRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) holdId!: string;
  @Column(textColumn) unit!: string;
  @Column(textColumn) operation!: string;
  @Column(optionalText) operationGroup!: string | null;
  @Column(optionalText) apiKeyId!: string | null;
  @Column(numberColumn) quantity!: Micros;
  @Column(jsonColumn) attributes!: Attributes;
  @Column(numberColumn) amount!: Micros;
  @Column(numberColumn) captured!: Micros;
  @Column(numberColumn) postpaid!: Micros;
  @Column(textColumn) status!: HoldStatus;
  @Column(textColumn) planKey!: string;
  @Column(numberColumn) planVersion!: number;
  @Column(textColumn) idempotencyKey!: string;
  @Column(numberColumn) createdAt!: Instant;
  @Column(numberColumn) expiresAt!: Instant;
  @Column(optionalNumber) endedAt!: Instant | null;
}

/** What a hold still reserves of which grant; what was captured or given back stays as a zero. */
@Entity({ name: "hold_draws" })
export class HoldDrawRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) holdId!: string;
  /** The order in which the grants will be burned. */
  @PrimaryColumn(numberColumn) position!: number;
  @Column(textColumn) grantId!: string;
  @Column(numberColumn) amount!: Micros;
  @Column(numberColumn) reserved!: Micros;
}

/** What a rolling supply gets back, added up by instant, until it has. */
@Entity({ name: "window_returns" })
export class WindowReturnRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) unit!: string;
  @PrimaryColumn(numberColumn) dueAt!: Instant;
  @PrimaryColumn(textColumn) grantId!: string;
  @Column(numberColumn) amount!: Micros;
}

/** Kept for ever, in the same transaction as the effect it names. */
@Entity({ name: "idempotency_keys" })
export class IdempotencyKeyRow {
  @PrimaryColumn(textColumn) customerId!: string;
  @PrimaryColumn(textColumn) key!: string;
  @Column(textColumn) inputHash!: string;
  /** The id of what the key created; the mutation's name is part of the hash. */
  @Column(textColumn) resultId!: string;
  @Column(numberColumn) usedAt!: Instant;
}
