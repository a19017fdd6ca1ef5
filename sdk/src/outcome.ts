import { ScripConnectionError, ScripError, type ScripErrorFacts } from "./errors.js";

/** What one attempt came to. A failure stays a value until it is known that no attempt follows. */
export type Outcome<Data> = { readonly kind: "answered"; readonly data: Data } | Failure;

export interface Failure extends Omit<ScripErrorFacts, "idempotencyKey"> {
  readonly kind: "failed";
  readonly message: string;
}

/** An attempt that got no answer, and so no facts but the reason. */
export const unanswered = (code: "CONNECTION_FAILED" | "TIMEOUT", message: string): Failure => ({
  kind: "failed",
  code,
  message,
  field: null,
  status: null,
  requestId: null,
  retryAfterMs: null,
});

export function errorOf(failure: Failure, idempotencyKey: string | null): ScripError {
  const facts = { ...failure, idempotencyKey };
  return failure.status === null
    ? new ScripConnectionError(failure.message, facts)
    : new ScripError(failure.message, facts);
}
