import type { Outcome } from "./outcome.js";

/** What came back over HTTP. */
export interface Answer {
  readonly status: number;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly text: string;
}

/**
 * Data counts only without errors. Its shape is the contract's, which the server compares itself with at its
 * start.
 */
export function readAnswer<Data>({ text, ...facts }: Answer, url: string): Outcome<Data> {
  const body = parse(text);
  const error = firstError(body);
  if (error !== null) return { kind: "failed", ...facts, ...error };
  if (hasData<Data>(body)) return { kind: "answered", data: body.data };
  return {
    kind: "failed",
    ...facts,
    code: "UNEXPECTED_ANSWER",
    field: null,
    // The text itself stays out: a proxy's page may quote the request.
    message: `HTTP ${facts.status} came without a GraphQL result. Is ${url} the server's GraphQL address?`,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstError(body: unknown): { message: string; code: string; field: string | null } | null {
  const [error]: unknown[] = isRecord(body) && Array.isArray(body.errors) ? body.errors : [];
  if (!isRecord(error)) return null;
  const { code, field } = isRecord(error.extensions) ? error.extensions : {};
  return {
    message: typeof error.message === "string" ? error.message : "The server gave no reason.",
    code: typeof code === "string" ? code : "UNEXPECTED_ANSWER",
    field: typeof field === "string" ? field : null,
  };
}

const hasData = <Data>(body: unknown): body is { readonly data: Data } =>
  isRecord(body) && isRecord(body.data);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
