import type { ScripMutations } from "./apiMutations.js";
import type { ScripQueries } from "./apiQueries.js";
import type { ScripStreams } from "./apiStreams.js";
import type { ScripWebhooks } from "./apiWebhooks.js";

/**
 * A client of one Scrip server. Every method is one operation of the contract, needs no `this`, and rejects
 * with a {@link ScripError} when the server could not judge the call. A refusal is no error: it is a member of
 * the result, told apart by `__typename` or {@link isProblem}.
 *
 * Amounts, prices and quantities are decimal strings, exact to 6 decimals and up to 9007199254.740991:
 * `"0.033"`, never a float. Times are given as `Date` or RFC 3339 text and answered as RFC 3339 text in UTC.
 */
export interface ScripClient extends ScripQueries, ScripMutations, ScripStreams, ScripWebhooks {}
