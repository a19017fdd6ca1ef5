import type { ProblemCode } from "./generated.js";

/** What the server calls a request that it could not judge; `docs/errors.md` says what each means. */
export type FaultCode =
  | "BAD_INPUT"
  | "BAD_REQUEST"
  | "GRAPHQL_PARSE_FAILED"
  | "GRAPHQL_VALIDATION_FAILED"
  | "QUERY_TOO_DEEP"
  | "QUERY_TOO_COMPLEX"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "BODY_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "OVERLOADED"
  | "UNAVAILABLE"
  | "INTERNAL";

/**
 * What the SDK adds of its own: the connection broke or was never made; no answer came within `timeoutMs`; the
 * answer was not GraphQL, for example because a proxy gave it or the URL is wrong.
 */
export type ClientFaultCode = "CONNECTION_FAILED" | "TIMEOUT" | "UNEXPECTED_ANSWER";

/** The facts of a {@link ScripError}. */
export interface ScripErrorFacts {
  /** A stable word for programs. Servers newer than this SDK may send others. */
  readonly code: FaultCode | ClientFaultCode | (string & {});
  /** The path of the input in question, such as `input.quantity`; null when no single one is to blame. */
  readonly field: string | null;
  /** The HTTP status of the last answer; null when there was none. */
  readonly status: number | null;
  /** The last answer's `x-request-id`, to find the request in the server's log; null when it had none. */
  readonly requestId: string | null;
  /**
   * The idempotency key that every attempt was sent with, generated or given; null when the call has none or
   * several. After a timeout or a broken connection the call may have had its effect: repeat it with this key
   * and it has only one.
   */
  readonly idempotencyKey: string | null;
  /** How long the server asked to wait before the next attempt, in milliseconds; null when it did not. */
  readonly retryAfterMs: number | null;
}

/**
 * A fault: the call could not be judged, and has no result. What was judged and refused is a value instead,
 * see {@link isProblem}. It holds facts only, never the request, its headers or the API key, so that it can be
 * logged.
 */
export class ScripError extends Error implements ScripErrorFacts {
  override readonly name: string = "ScripError";
  readonly code: ScripErrorFacts["code"];
  readonly field: string | null;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  readonly retryAfterMs: number | null;

  constructor(message: string, facts: ScripErrorFacts) {
    super(message);
    this.code = facts.code;
    this.field = facts.field;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.idempotencyKey = facts.idempotencyKey;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** The last attempt could not reach the server (`CONNECTION_FAILED`), or had no answer in time (`TIMEOUT`). */
export class ScripConnectionError extends ScripError {
  override readonly name = "ScripConnectionError";
}

/** Thrown by {@link expectResult} only: the server refused what the caller expected to go through. */
export class ScripProblemError<
  P extends { readonly __typename: string } = { readonly __typename: string },
> extends Error {
  override readonly name = "ScripProblemError";
  /** The problem's code, such as `INSUFFICIENT_CREDITS`; null when the result is another success. */
  readonly code: ProblemCode | null;
  /** The result that came instead, with all its facts. */
  readonly problem: P;

  constructor(problem: P, facts: { readonly code: ProblemCode | null; readonly message: string }) {
    super(facts.message);
    this.code = facts.code;
    this.problem = problem;
  }
}
