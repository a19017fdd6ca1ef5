import type { FaultCode } from "../domain/errors.js";

/** Faults found outside GraphQL look as GraphQL's own do, so that a client reads only one form. */
export const problem = (code: FaultCode, message: string) => ({
  errors: [{ message, extensions: { code } }],
});
