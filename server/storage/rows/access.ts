import { Column, Entity, PrimaryColumn } from "typeorm";
import type { Instant } from "../../domain/instant.js";
import { numberColumn, optionalNumber, textColumn } from "../columns.js";

/** The secret itself is never stored, only its hash. */
@Entity({ name: "api_keys" })
export class ApiKeyRow {
  @PrimaryColumn(textColumn) keyId!: string;
  @Column(textColumn) name!: string;
  @Column(textColumn) role!: "ADMIN" | "METER";
  @Column(textColumn) secretHash!: string;
  @Column(numberColumn) createdAt!: Instant;
  @Column(optionalNumber) revokedAt!: Instant | null;
}

/** What this installation signs with. Whoever can read it can read what it protects as well. */
@Entity({ name: "secrets" })
export class SecretRow {
  @PrimaryColumn(textColumn) key!: string;
  @Column(textColumn) secret!: string;
}
