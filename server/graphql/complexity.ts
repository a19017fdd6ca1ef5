import type { ApolloServerPlugin } from "@apollo/server";
// Its ES module build would load a second copy of graphql, which refuses the types of the first.
import { type ComplexityEstimator, getComplexity } from "graphql-query-complexity/cjs";
import { Fault } from "../domain/errors.js";
import type { RequestContext } from "./context.js";

/** A batch of 500 with the SDK's full answer asks for about 30,000 fields. */
const fieldsMax = 50_000;

/** One for the field itself, and its children as often as its list may be long. */
const countFields: ComplexityEstimator = ({ args, childComplexity }) =>
  1 + childComplexity * listLength(args);

function listLength(args: Readonly<Record<string, unknown>>): number {
  const { first, input } = args;
  if (typeof first === "number" && first > 0) return first;
  const items = typeof input === "object" && input !== null && "items" in input ? input.items : undefined;
  return Array.isArray(items) ? Math.max(1, items.length) : 1;
}

/** Refuses a query before it runs when it asks for more than the server wants to answer at once. */
export const limitComplexity: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ schema, document, request, operationName }) => {
      const { variables = {} } = request;
      const query = { schema, query: document, variables, estimators: [countFields] };
      const fields = getComplexity(operationName === null ? query : { ...query, operationName });
      if (fields > fieldsMax)
        throw new Fault(
          "QUERY_TOO_COMPLEX",
          `The query asks for up to ${fields} fields; at most ${fieldsMax} are answered.`,
        );
    },
  }),
};
