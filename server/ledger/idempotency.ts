import { createHash } from "node:crypto";
import stringify from "safe-stable-stringify";
import type { Instant } from "../domain/instant.js";
import type { IdempotencyConflict } from "../domain/refusal.js";
import type { Tx } from "../storage/database.js";

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
  const inputHash = createHash("sha256").update(canonical).digest("base64url");
  return { customerId: input.customerId, key: input.idempotencyKey, inputHash };
}

export type EarlierUse =
  | { readonly kind: "unused" }
  | { readonly kind: "replay"; readonly resultId: string; readonly usedAt: Instant }
  | IdempotencyConflict;

/** Looked at before anything else: a replay must answer even when the call would be refused by now. */
export async function findEarlierUse(tx: Tx, input: KeyedInput): Promise<EarlierUse> {
  const [row] = await tx.query<{ input_hash: string; result_id: string; used_at: Instant }>(
    "SELECT input_hash, result_id, used_at FROM idempotency_keys WHERE customer_id = $1 AND key = $2",
    [input.customerId, input.key],
  );
  if (row === undefined) return { kind: "unused" };
  if (row.input_hash !== input.inputHash)
    return { kind: "idempotencyConflict", idempotencyKey: input.key, usedAt: row.used_at };
  return { kind: "replay", resultId: row.result_id, usedAt: row.used_at };
}

/** Kept in the transaction of the effect. The primary key turns a lost race into an error instead of a second effect. */
export async function keepKey(tx: Tx, input: KeyedInput, result: { id: string; at: Instant }): Promise<void> {
  await tx.query(
    `INSERT INTO idempotency_keys (customer_id, key, input_hash, result_id, used_at) VALUES ($1, $2, $3, $4, $5)`,
    [input.customerId, input.key, input.inputHash, result.id, result.at],
  );
}

/** For what was refused after its key had been kept: only a purchase, which has to wait for its payment. */
export async function freeKey(tx: Tx, { customerId, key }: Omit<KeyedInput, "inputHash">): Promise<void> {
  await tx.query("DELETE FROM idempotency_keys WHERE customer_id = $1 AND key = $2", [customerId, key]);
}
