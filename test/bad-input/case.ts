import type { Expected } from "../harness/untouched.js";

export interface Case extends Expected {
  readonly what: string;
  readonly query: string;
  readonly variables: unknown;
}

/** A fault of one field. */
export const fault = (field: string, says: string | RegExp): Expected => ({ code: "BAD_INPUT", field, says });
export const problem = (code: string, says: string | RegExp): Expected => ({ code, says });

export const long = "x".repeat(300);
export const nul = "ab\u0000c";
export const half = "\ud83d";
export const badText = "must not contain NUL or half a surrogate pair";
/** Names that every object of JavaScript answers to. */
export const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty"];

export type Input = Readonly<Record<string, unknown>>;

/** Cases of one query, whose input is a good one with some of it spoilt. */
export const spoiling =
  (query: string, good: Input) =>
  (what: string, input: Input, expected: Expected): Case => ({
    what,
    query,
    variables: { input: { ...good, ...input } },
    ...expected,
  });

/** A query or mutation with its input in a variable. */
export const withProblems = (kind: string, field: string, type: string): string =>
  `${kind}($input: ${type}!) { ${field}(input: $input) { __typename ... on Problem { code message } } }`;
