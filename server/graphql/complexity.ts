import type { ApolloServerPlugin } from "@apollo/server";
import { type DocumentNode, GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
// Its ES module build would load a second copy of graphql, which refuses the types of the first.
import { type ComplexityEstimator, getComplexity } from "graphql-query-complexity/cjs";
import { Fault } from "../domain/errors.js";
import type { RequestContext } from "./context.js";
import { variableFault } from "./input.js";

/** Far beyond the depth that the query may have; inline input objects and lists nest too. */
const nestingMax = 100;
// A text that is never closed counts to its end, so that no part of it is read twice.
const brackets = /"""(?:\\"""|[\s\S])*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n\r]*|[{[(]|[}\])]/g;

/**
 * Looked at before parsing: what reads a query calls itself for each level of nesting, and not every part of it
 * survives when that fills the stack.
 */
function nestsTooDeep(query: string): boolean {
  let depth = 0;
  for (const [token] of query.matchAll(brackets)) {
    if (token === "{" || token === "[" || token === "(") depth += 1;
    else if (token === "}" || token === "]" || token === ")") depth -= 1;
    if (depth > nestingMax) return true;
  }
  return false;
}

/** Refuses what is no GraphQL request, before anything is made of it. */
export function checkRequest(body: unknown): void {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Fault(
      "BAD_REQUEST",
      "The request's body must be one JSON object with a query, not a list of them.",
    );
  if ("query" in body && typeof body.query === "string" && nestsTooDeep(body.query))
    throw new Fault("QUERY_TOO_DEEP", `The query nests brackets deeper than ${nestingMax} levels.`);
}

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

/** A request whose query is known to fit the schema. */
interface Counted {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Refuses a query before it runs when its variables do not fit, or when it asks for more than is answered at once. */
export function checkComplexity({ schema, document, operation, operationName, variables }: Counted): void {
  const query = { schema, query: document, variables: { ...variables }, estimators: [countFields] };
  try {
    const fields = getComplexity(operationName === null ? query : { ...query, operationName });
    if (fields > fieldsMax) throw tooComplex(`up to ${fields}`);
  } catch (error) {
    throw error instanceof GraphQLError
      ? uncounted(error, variableFault(schema, operation, variables))
      : error;
  }
}

/** Subscriptions are streams, which are asked for elsewhere; run as a query, each would be an empty answer. */
export const limitComplexity: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ schema, document, operation, request, operationName }) => {
      if (operation?.operation === "subscription")
        throw new Fault("BAD_REQUEST", "Send subscriptions to /graphql/stream, or over graphql-ws.");
      const { variables = {} } = request;
      if (operation !== undefined) checkComplexity({ schema, document, operation, operationName, variables });
    },
  }),
};

const tooComplex = (fields: string): Fault =>
  new Fault("QUERY_TOO_COMPLEX", `The query asks for ${fields} fields; at most ${fieldsMax} are answered.`);

/** Counting ends early on values that do not fit; an error without a place in the query means that it is too much. */
function uncounted({ nodes, message }: GraphQLError, ofVariable: Fault | null): Fault {
  return ofVariable ?? (nodes === undefined ? tooComplex("too many") : new Fault("BAD_INPUT", message));
}
