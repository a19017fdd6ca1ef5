import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import type { Logger } from "pino";
import { Fault } from "../domain/errors.js";
import { checkComplexity, checkRequest } from "./complexity.js";
import type { RequestContext } from "./context.js";
import { depthRule, formatError, logError, statusOf, tokensMax } from "./server.js";

export type StreamResult = FormattedExecutionResult;

/** Why a stream was not opened, or has ended by itself: what a client may see of it. */
export class StreamEnded extends Error {
  override readonly name = "StreamEnded";
  constructor(
    readonly errors: readonly GraphQLFormattedError[],
    /** The HTTP status that fits the gravest of them. */
    readonly status: number,
  ) {
    super(errors[0]?.message ?? "The stream has ended.");
  }
}

interface Asking {
  /** What the client has sent: a GraphQL request whose operation is a subscription. */
  readonly body: unknown;
  readonly requestId: string;
  /** Makes the context of one message; what it remembers must not outlive it. */
  readonly context: () => RequestContext;
  /** Ends the stream, also while it waits for something to happen. */
  readonly signal: AbortSignal;
}

export type OpenStream = (asking: Asking) => Promise<AsyncGenerator<StreamResult, void, undefined>>;

/** Opens streams with the same limits, and the same words for what is wrong, as requests have. */
export function streamOpener({ schema, logger }: { schema: GraphQLSchema; logger: Logger }): OpenStream {
  const known: KnownQueries = new Map();
  const ended = (errors: readonly unknown[], requestId: string): StreamEnded => {
    for (const error of errors) logError(error, { logger, requestId });
    const formatted = errors.map((error) => formatError(asGraphQL(error).toJSON(), error));
    return new StreamEnded(formatted, statusOf(errors));
  };

  const shown = (result: ExecutionResult, requestId: string): StreamResult => {
    const { data, errors } = result;
    if (errors === undefined) return { data: data ?? null };
    return { data: data ?? null, errors: ended(errors, requestId).errors };
  };

  return async ({ body, requestId, context, signal }) => {
    try {
      const request = readRequest(schema, body, known);
      const source = await createSourceEventStream({
        schema,
        ...request,
        contextValue: { ...context(), signal },
      });
      if (!(Symbol.asyncIterator in source)) throw source.errors ?? new Error("The stream was not opened.");
      const results = async function* () {
        try {
          for await (const rootValue of source) {
            const result = await execute({ schema, ...request, rootValue, contextValue: context() });
            yield shown(result, requestId);
          }
        } catch (error) {
          throw error instanceof StreamEnded ? error : ended([error], requestId);
        }
      };
      return results();
    } catch (error) {
      throw ended(Array.isArray(error) ? error : [error], requestId);
    }
  };
}

const asGraphQL = (error: unknown): GraphQLError => {
  if (error instanceof GraphQLError) return error;
  const original = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(original.message, {
    originalError: original,
    ...(error instanceof Fault && { extensions: error.extensions }),
  });
};

interface StreamRequest {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/**
 * Queries that fit the schema, by their text: after a restart a thousand clients come back at once, with the same few,
 * and checking one takes longer than opening its stream.
 */
type KnownQueries = Map<string, DocumentNode>;

const knownMax = 200;
/** Longer ones are checked each time: what is kept for everybody must not be anybody's to fill. */
const knownLengthMax = 8_000;

/** Throws one error or a list of them. */
function readRequest(schema: GraphQLSchema, body: unknown, known: KnownQueries): StreamRequest {
  checkRequest(body);
  const { query, variables, operationName } = body as Readonly<Record<string, unknown>>;
  if (typeof query !== "string") throw new Fault("BAD_REQUEST", "The request must have a query, as text.");
  if (!isNameOrNothing(operationName)) throw new Fault("BAD_REQUEST", "operationName must be text.");
  if (!isObjectOrNothing(variables)) throw new Fault("BAD_REQUEST", "variables must be an object.");
  const document = known.get(query) ?? validated(schema, query);
  if (known.size >= knownMax) known.clear();
  if (query.length <= knownLengthMax) known.set(query, document);
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined)
    throw new Fault("BAD_REQUEST", "Name one of the query's operations as operationName.");
  if (operation.operation !== "subscription")
    throw new Fault("BAD_REQUEST", "Only subscriptions are streamed; send the others with POST /graphql.");
  const variableValues = variables ?? {};
  const name = operationName ?? null;
  checkComplexity({ schema, document, operation, operationName: name, variables: variableValues });
  return { document, operationName: name, variableValues };
}

function validated(schema: GraphQLSchema, query: string): DocumentNode {
  const document = parsed(query);
  const invalid = validate(schema, document, [...specifiedRules, depthRule]);
  if (invalid.length > 0) throw invalid.map((error) => coded(error, "GRAPHQL_VALIDATION_FAILED"));
  return document;
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: tokensMax });
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, "GRAPHQL_PARSE_FAILED") : error;
  }
}

/** A code of its own, as the depth rule's, stays. */
function coded(error: GraphQLError, code: string): GraphQLError {
  error.extensions.code ??= code;
  return error;
}

const isNameOrNothing = (value: unknown): value is string | null | undefined =>
  value === undefined || value === null || typeof value === "string";

const isObjectOrNothing = (value: unknown): value is Readonly<Record<string, unknown>> | null | undefined =>
  value === undefined || value === null || (typeof value === "object" && !Array.isArray(value));
