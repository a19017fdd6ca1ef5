/**
 * Every fault that a client can get, in one place. A fault is an exception: the request could not be judged at all.
 * What was judged and refused is a value instead (`refusal.ts`). `docs/errors.md` is tested against this table.
 */
export const faults = {
  BAD_INPUT: {
    status: 400,
    meaning: "A value of the input is not allowed; the message names the field and what is.",
  },
  BAD_REQUEST: { status: 400, meaning: "The request is no GraphQL over HTTP, such as malformed JSON." },
  GRAPHQL_PARSE_FAILED: { status: 400, meaning: "The query is not GraphQL." },
  GRAPHQL_VALIDATION_FAILED: { status: 400, meaning: "The query does not fit the schema." },
  QUERY_TOO_DEEP: { status: 400, meaning: "The query nests deeper than 15 levels." },
  QUERY_TOO_COMPLEX: {
    status: 400,
    meaning: "The query asks for more than 50,000 fields, lists counted in full.",
  },
  UNAUTHENTICATED: {
    status: 401,
    meaning: "There is no API key or token, or it is unknown, revoked or over.",
  },
  FORBIDDEN: {
    status: 403,
    meaning: "The API key's role may not do this, or the token is another customer's.",
  },
  NOT_FOUND: { status: 404, meaning: "Nothing has this id or path." },
  METHOD_NOT_ALLOWED: { status: 405, meaning: "The path takes another HTTP method." },
  BODY_TOO_LARGE: { status: 413, meaning: "The request's body is larger than 1 MiB." },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, meaning: "The request's content type is not application/json." },
  OVERLOADED: {
    status: 503,
    meaning:
      "More requests are waiting, or change the same rows, than the server can serve. Nothing was changed; try again.",
  },
  UNAVAILABLE: {
    status: 503,
    meaning:
      "The database or the payment provider cannot do its work now; the message says why, such as a full disk. Send the same call again with its key.",
  },
  INTERNAL: {
    status: 500,
    meaning:
      "A mistake of the server, whose log has it under the request's id. Send the same call again with its key.",
  },
} as const satisfies Record<string, { status: number; meaning: string }>;

export type FaultCode = keyof typeof faults;

export class Fault extends Error {
  override readonly name = "Fault";
  constructor(
    readonly code: FaultCode,
    message: string,
    /** The path of the input in question, such as `input.quantity`. */
    readonly field: string | null = null,
    /** The error behind it, for the log; no client ever sees it. */
    behind?: ErrorOptions,
  ) {
    super(message, behind);
  }

  /** What graphql-js puts on the wire, and the HTTP status that Apollo answers with. */
  get extensions(): Record<string, unknown> {
    const { status } = faults[this.code];
    return { code: this.code, ...(this.field === null ? {} : { field: this.field }), http: { status } };
  }
}

export const badInput = (field: string, problem: string): Fault =>
  new Fault("BAD_INPUT", `${field} ${problem}`, field);
