import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { unwrapResolverError } from "@apollo/server/errors";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import { AmountOutOfRange, SumOutOfRange } from "../domain/amount.js";
import { Fault, type FaultCode, faults } from "../domain/errors.js";
import { limitComplexity } from "./complexity.js";
import type { RequestContext } from "./context.js";

/** As fields are counted. Introspection, as graphql-js asks for it, needs all 15. */
const depthMax = 15;
/** Parsing stops early: a batch of 500 items written out in the query has about 12,000 tokens. */
export const tokensMax = 20_000;

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

export const depthRule = maxDepthRule({
  n: depthMax,
  ignoreIntrospection: false,
  // A fragment is a way to write fields, and no level of its own.
  flattenFragments: true,
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
  if (original instanceof AmountOutOfRange || original instanceof SumOutOfRange) return "BAD_INPUT";
  if (!(error instanceof GraphQLError)) return "INTERNAL";
  // Apollo wraps what validation rules report, and keeps its own code on the outside.
  const inner = error.originalError instanceof GraphQLError ? error.originalError.extensions.code : undefined;
  if (isFaultCode(inner)) return inner;
  if (isFaultCode(error.extensions.code)) return error.extensions.code;
  // Only what runs has a path; what graphql-js itself has to say without one is about the request.
  const isAboutRequest = error.path === undefined && error.originalError === undefined;
  return apolloCodes[String(error.extensions.code)] ?? (isAboutRequest ? "BAD_REQUEST" : "INTERNAL");
}

/** Some messages of graphql-js repeat the input in full. */
const messageMax = 1_000;
const shortened = (message: string): string =>
  message.length > messageMax ? `${message.slice(0, messageMax)}…` : message;

/** The one place that decides what of an error a client sees. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const code = faultCode(error);
  if (code === "INTERNAL")
    return {
      message:
        "The server made a mistake; its log has it under the x-request-id of this answer. Send the same call again with its key.",
      extensions: { code },
    };
  const { message, locations, path, extensions } = formatted;
  const field = typeof extensions?.field === "string" ? { field: extensions.field } : {};
  return {
    message: shortened(message),
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code, ...field },
  };
}

/** Logs what the operator has to know, with the request's id, and answers with the status of the gravest error. */
const reportFaults = (logger: Logger): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue: { requestId } }) => {
      for (const error of errors) logError(error, { logger, requestId });
    },
    willSendResponse: async ({ errors = [], response }) => {
      if (errors.length > 0) response.http.status = statusOf(errors);
    },
  }),
});

export const statusOf = (errors: readonly unknown[]): number =>
  Math.max(...errors.map((error) => faults[faultCode(error)].status));

/** Logs what the operator has to know of an error. */
export function logError(error: unknown, told: { logger: Logger; requestId: string }): void {
  if (faultCode(error) === "INTERNAL")
    told.logger.error({ err: error, requestId: told.requestId }, "A request failed");
  else logCause(unwrapResolverError(error), told);
}

const logged = new WeakSet<Fault>();

/** A transaction that fails makes one fault, which every call that shared the transaction gets: one line is enough. */
function logCause(fault: unknown, { logger, requestId }: { logger: Logger; requestId: string }): void {
  if (!(fault instanceof Fault) || fault.cause === undefined || logged.has(fault)) return;
  logged.add(fault);
  logger.error({ err: fault, requestId }, "What a request needs could not do its work");
}
