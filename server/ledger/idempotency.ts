import { hash } from "node:crypto";
import stringify from "safe-stable-stringify";
import type { Instant } from "../domain/instant.js";
import type { IdempotencyConflict } from "../domain/refusal.js";
import type { Tx } from "../storage/database.js";
import { IdempotencyKeyRow } from "../storage/rows/ledger.js";
import { writeRows } from "../storage/write.js";

/** A caller's key together with what it was sent with, so that the same key cannot mean two things. */
export interface KeyedInput {
  readonly customerId: string;
  readonly key: string;
  readonly inputHash: string;
}

export function keyedInput(
  mutation: string,
  input: { customerId: string; idempotencyKey: string },
): KeyedInput {
  const canonical = String(stringify({ mutation, input }));
  const inputHash = hash("sha256", canonical, "base64url");
  return { customerId: input.customerId, key: input.idempotencyKey, inputHash };
}

export type EarlierUse =
  | { readonly kind: "unused" }
  | { readonly kind: "replay"; readonly resultId: string; readonly usedAt: Instant }
  | IdempotencyConflict;

/** What a key was first used for. */
export interface KeptKey {
  readonly inputHash: string;
  readonly resultId: string;
  readonly usedAt: Instant;
}

/** One key of one customer; the parts may hold anything, so they are told apart by their lengths. */
export const keyName = ({ customerId, key }: Omit<KeyedInput, "inputHash">): string =>
  `${customerId.length}:${customerId}${key}`;

export async function loadKeptKeys(
  tx: Tx,
  inputs: readonly Omit<KeyedInput, "inputHash">[],
): Promise<Map<string, KeptKey>> {
  const given = tx.dialect.given("$1", ["customer_id text", "key text"]);
  const rows = await tx.query<KeptKey & { customerId: string; key: string }>(
    `SELECT i.customer_id AS "customerId", i.key, input_hash AS "inputHash", result_id AS "resultId",
            used_at AS "usedAt"
     FROM ${given} AS given CROSS JOIN idempotency_keys i
     WHERE i.customer_id = given.customer_id AND i.key = given.key`,
    [JSON.stringify(inputs.map(({ customerId, key }) => [customerId, key]))],
  );
  return new Map(rows.map((row) => [keyName(row), row]));
}

/** Looked at before anything else: a replay must answer even when the call would be refused by now. */
export function judgeKey({ key, inputHash }: KeyedInput, kept: KeptKey | undefined): EarlierUse {
  if (kept === undefined) return { kind: "unused" };
  const { resultId, usedAt } = kept;
  return kept.inputHash === inputHash
    ? { kind: "replay", resultId, usedAt }
    : { kind: "idempotencyConflict", idempotencyKey: key, usedAt };
}

export const findEarlierUse = async (tx: Tx, input: KeyedInput): Promise<EarlierUse> =>
  judgeKey(input, (await loadKeptKeys(tx, [input])).get(keyName(input)));

/** A key that is spent, and what on. */
export interface SpentKey extends KeyedInput {
  readonly resultId: string;
  readonly usedAt: Instant;
}

/** Kept in the transaction of the effect. The primary key turns a lost race into an error, not a second effect. */
export const keepKeys = (tx: Tx, keys: readonly SpentKey[]): Promise<void> =>
  writeRows(tx, IdempotencyKeyRow, keys);

/** For what was refused after its key had been kept: only a purchase, which has to wait for its payment. */
export async function freeKey(tx: Tx, { customerId, key }: Omit<KeyedInput, "inputHash">): Promise<void> {
  await tx.query("DELETE FROM idempotency_keys WHERE customer_id = $1 AND key = $2", [customerId, key]);
}
