import { randomUUID } from "node:crypto";
import type { ApolloServer } from "@apollo/server";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import helmet from "@fastify/helmet";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from "fastify";
import type { Caller } from "../access/keys.js";
import { Fault, type FaultCode, faults } from "../domain/errors.js";
import { checkRequest } from "../graphql/complexity.js";
import { type RequestContext, requestContext } from "../graphql/context.js";
import type { Services } from "../graphql/services.js";
import type { OpenStream } from "../graphql/stream.js";
import type { Metrics } from "../metrics/metrics.js";
import { type Authenticate, requireKey } from "./bearer.js";
import { shownCreditNote } from "./creditNotes.js";
import { documentPages } from "./documents.js";
import { eventStreams } from "./eventStreams.js";
import { exportPages } from "./exports.js";
import { graphiqlPage } from "./graphiql.js";
import { shownInvoice } from "./invoices.js";
import { allowOrigins } from "./origins.js";
import { problem } from "./problem.js";
import { type SandboxNeeds, sandboxPage } from "./sandbox.js";
import { graphqlSockets } from "./sockets.js";
import { type LiveLimits, usualLimits, visitors } from "./visitors.js";
import { stripeWebhooks, type WebhookNeeds } from "./webhooks.js";

const bodyMaxBytes = 1024 * 1024;
const requestTimeoutMs = 30_000;
/** Below the ten seconds after which Docker kills what has not stopped. */
const drainMaxMs = 8_000;

interface Needs {
  readonly logger: FastifyBaseLogger;
  readonly services: Services;
  readonly metrics: Pick<Metrics, "answered" | "live" | "text" | "contentType">;
  readonly authenticate: Authenticate;
  readonly openStream: OpenStream;
  /** In the place of those that are usual. */
  readonly liveLimits?: Partial<LiveLimits>;
  /** Resolves when the database answers. */
  readonly ping: () => Promise<void>;
  /** Null where money is real. */
  readonly sandbox: SandboxNeeds | null;
  /** Null where no provider calls back. */
  readonly webhooks: WebhookNeeds | null;
  readonly graphiqlFolder: string;
  /** Whose pages may call the API from a browser. */
  readonly corsOrigins: readonly string[];
}

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

interface HttpOptions extends Pick<Needs, "logger"> {
  /** How long requests under way may take once the server is to stop; then their connections are cut. */
  readonly drainMs?: number;
}

export function httpServer({ logger, drainMs = drainMaxMs }: HttpOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    bodyLimit: bodyMaxBytes,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    // A request that takes longer to arrive is given up, so that nobody can hold connections by dripping.
    requestTimeout: requestTimeoutMs,
    // A client that keeps its connection open must not keep the server from stopping.
    forceCloseConnections: "idle",
    // What is wrong before any route is found, such as a path that cannot be decoded.
    frameworkErrors: (_error, _request, reply: FastifyReply) =>
      void reply.code(400).send(problem("BAD_REQUEST", "The request's path cannot be read.")),
  });
  // Without it the answer would be a 400 about cross-site requests, and nothing else here reads text.
  app.removeContentTypeParser("text/plain");
  app.addHook("preClose", async () => {
    setTimeout(() => app.server.closeAllConnections(), drainMs).unref();
  });
  app.decorateRequest("caller", null);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  app.setNotFoundHandler((request, reply) => {
    const known = request.url.split("?")[0] === "/graphql";
    const code = known ? "METHOD_NOT_ALLOWED" : "NOT_FOUND";
    const message = known ? "Send GraphQL with POST." : "There is nothing here; the API is at POST /graphql.";
    if (known) reply.header("allow", "POST");
    return reply.code(faults[code].status).send(problem(code, message));
  });
  app.setErrorHandler((error: FastifyError | Fault, request, reply) => {
    const code = faultCode(error);
    const hasCause = error instanceof Fault && error.cause !== undefined;
    if (code === "INTERNAL" || hasCause)
      request.log.error({ err: error, requestId: request.id }, "A request failed");
    return reply.code(faults[code].status).send(problem(code, messageOf(code, error)));
  });
  return app;
}

/** The plugin that lets requests under way finish before Apollo stops. */
export const drainPlugin = (app: FastifyInstance) => fastifyApolloDrainPlugin<RequestContext>(app);

/** Puts every route on the server; Apollo must have started. */
export async function addRoutes(
  app: FastifyInstance,
  apollo: ApolloServer<RequestContext>,
  needs: Needs,
): Promise<void> {
  const { services, metrics, authenticate, ping, sandbox, webhooks, graphiqlFolder } = needs;
  await app.register(helmet);
  await allowOrigins(app, needs.corsOrigins);
  app.addHook("onResponse", async ({ routeOptions }, { statusCode: status, elapsedTime: ms }) => {
    // By its pattern: the paths themselves are without number.
    metrics.answered({ route: routeOptions.url ?? "none", status, ms });
  });
  await app.register(graphiqlPage, { root: graphiqlFolder });
  if (sandbox !== null) await app.register(sandboxPage, sandbox);
  if (webhooks !== null) await app.register(stripeWebhooks, webhooks);
  await app.register(documentPages, {
    kinds: { invoice: shownInvoice(services), "credit note": shownCreditNote(services) },
    links: services.documentLinks,
    authenticate,
  });
  await app.register(exportPages, { services, authenticate });
  const context = async ({ caller, id }: { caller: Caller | null; id: string }) =>
    requestContext(caller ?? nobody, id, services);
  app.post(
    "/graphql",
    {
      // Before the body is read, so that strangers cannot make the server parse anything.
      onRequest: requireKey(authenticate, { customers: true }),
      preHandler: async ({ body, headers }) => {
        checkRequest(body);
        headers.accept = answerType(headers.accept);
      },
    },
    fastifyApolloHandler(apollo, { context: (request) => context(request) }),
  );
  await addStreams(app, needs);
  addProbes(app, ping, metrics);
}

async function addStreams(
  app: FastifyInstance,
  { services, metrics, authenticate, openStream: open, liveLimits }: Needs,
): Promise<void> {
  const limits = { ...usualLimits, ...liveLimits };
  const present = visitors(limits);
  const context = (caller: Caller, requestId: string) => requestContext(caller, requestId, services);
  // They would not end by themselves.
  app.addHook("preClose", async () => present.drain());
  const door = { authenticate, open, context, limits, present, ended: metrics.live.ended };
  await app.register(eventStreams, door);
  graphqlSockets(app.server, door);
}

/** Nobody gets this far without a key. */
const nobody: Caller = { role: "CUSTOMER", apiKeyId: null, customerId: null };

function addProbes(app: FastifyInstance, ping: Needs["ping"], metrics: Needs["metrics"]): void {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async () => {
    await ping();
    return { status: "ready" };
  });
  app.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}

/**
 * One of the two forms in which GraphQL is answered, whatever else a client wishes for. Apollo would refuse such a wish
 * with 406, but only once the mutation has run.
 */
function answerType(accept = ""): string {
  const newer = "application/graphql-response+json";
  return accept.toLowerCase().includes(newer) ? newer : "application/json";
}

function faultCode(error: FastifyError | Fault): FaultCode {
  if (error instanceof Fault) return error.code;
  if (error.statusCode === 413) return "BODY_TOO_LARGE";
  if (error.statusCode === 415) return "UNSUPPORTED_MEDIA_TYPE";
  const isClients = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  return isClients ? "BAD_REQUEST" : "INTERNAL";
}

function messageOf(code: FaultCode, error: FastifyError | Fault): string {
  if (error instanceof Fault) return error.message;
  if (code === "BODY_TOO_LARGE") return `The request's body is larger than ${bodyMaxBytes} bytes.`;
  if (code === "UNSUPPORTED_MEDIA_TYPE") return "Send the request as content-type: application/json.";
  if (code === "INTERNAL") return "The server made a mistake.";
  return notJson.has(error.code)
    ? 'The request\'s body must be JSON, without keys such as "__proto__".'
    : `The request cannot be read: ${error.message}`;
}

const notJson = new Set(["FST_ERR_CTP_INVALID_JSON_BODY", "FST_ERR_CTP_EMPTY_JSON_BODY"]);
