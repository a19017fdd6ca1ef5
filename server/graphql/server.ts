import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { unwrapResolverError } from "@apollo/server/errors";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import { AmountOutOfRange } from "../domain/amount.js";
import { Fault, type FaultCode, faults } from "../domain/errors.js";
import { limitComplexity } from "./complexity.js";
import type { RequestContext } from "./context.js";

/** GraphiQL's introspection query needs 13. */
const depthMax = 15;
/** Parsing stops early: a batch of 500 items written out in the query has about 12,000 tokens. */
const tokensMax = 20_000;

export function apolloServer(
  schema: GraphQLSchema,
  { logger, plugins }: { logger: Logger; plugins: readonly ApolloServerPlugin<RequestContext>[] },
): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema,
    // The server decides for itself: development mode is a third slower and would show stack traces to clients.
    nodeEnv: "production",
    includeStacktraceInErrorResponses: false,
    introspection: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: tokensMax },
    validationRules: [depthRule],
    formatError,
    logger,
    plugins: [ApolloServerPluginCacheControlDisabled(), limitComplexity, reportFaults(logger), ...plugins],
  });
}

const depthRule = maxDepthRule({
  n: depthMax,
  ignoreIntrospection: false,
  propagateOnRejection: false,
  onReject: [
    (context) =>
      context?.reportError(
        new GraphQLError(`The query nests deeper than ${depthMax} levels.`, {
          extensions: { code: "QUERY_TOO_DEEP" },
        }),
      ),
  ],
});

const isFaultCode = (code: unknown): code is FaultCode =>
  typeof code === "string" && Object.hasOwn(faults, code);

/** Names that Apollo gives to what our catalogue has another word for. */
const apolloCodes: Readonly<Record<string, FaultCode>> = {
  BAD_USER_INPUT: "BAD_INPUT",
  OPERATION_RESOLUTION_FAILURE: "BAD_REQUEST",
  PERSISTED_QUERY_NOT_SUPPORTED: "BAD_REQUEST",
};

function faultCode(error: unknown): FaultCode {
  const original = unwrapResolverError(error);
  if (original instanceof Fault) return original.code;
  // Sums that leave the exact range are refused by arithmetic itself, whichever input made them so large.
  if (original instanceof AmountOutOfRange) return "BAD_INPUT";
  if (!(error instanceof GraphQLError)) return "INTERNAL";
  // Apollo wraps what validation rules report, and keeps its own code on the outside.
  const inner = error.originalError instanceof GraphQLError ? error.originalError.extensions.code : undefined;
  if (isFaultCode(inner)) return inner;
  if (isFaultCode(error.extensions.code)) return error.extensions.code;
  return apolloCodes[String(error.extensions.code)] ?? "INTERNAL";
}

/** The one place that decides what of an error a client sees. */
function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const code = faultCode(error);
  if (code === "INTERNAL")
    return {
      message:
        "The server made a mistake; nothing was changed. Its log has the details under the x-request-id of this answer.",
      extensions: { code },
    };
  const { message, locations, path, extensions } = formatted;
  const field = typeof extensions?.field === "string" ? { field: extensions.field } : {};
  return { message, ...(locations && { locations }), ...(path && { path }), extensions: { code, ...field } };
}

/** Logs the server's own mistakes with the request's id, and answers them with 500 and too large amounts with 400. */
const reportFaults = (logger: Logger): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue, response }) => {
      for (const error of errors) {
        const code = faultCode(error);
        if (code === "INTERNAL")
          logger.error({ err: error, requestId: contextValue.requestId }, "A request failed");
        response.http.status ??= faults[code].status;
      }
    },
  }),
});
