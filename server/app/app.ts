import { readFileSync } from "node:fs";
import type { FastifyBaseLogger } from "fastify";
import type { Logger } from "pino";
import { makeAuthenticate } from "../access/keys.js";
import { makeOldestDue } from "../billing/oldestDue.js";
import { makeAppliers } from "../billing/paymentEvents.js";
import { makeApplyProviderEvent } from "../billing/providerEvents.js";
import type { Config } from "../config.js";
import { countEndpoints } from "../events/endpointRows.js";
import { makeOldestWaiting } from "../events/oldestWaiting.js";
import { contractFile, graphiqlFolder } from "../files.js";
import { buildApiSchema } from "../graphql/schema.js";
import { apolloServer } from "../graphql/server.js";
import type { Services } from "../graphql/services.js";
import { streamOpener } from "../graphql/stream.js";
import { addRoutes, drainPlugin, httpServer } from "../http/server.js";
import type { LiveLimits } from "../http/visitors.js";
import { startJobs } from "../jobs.js";
import { makeMetrics } from "../metrics/metrics.js";
import type { Database } from "../storage/database.js";
import { type Core, coreOf, type Outside } from "./core.js";
import { dueWork } from "./dueWork.js";
import { type Payments, paymentsOf } from "./payments.js";
import { services } from "./services.js";

const jobRestMs = 1_000;

export interface App {
  /** Starts to answer; the port is the one taken when 0 was asked for. */
  listen(): Promise<{ readonly port: number }>;
  /** Does what is due before anybody looks, from now until it closes. */
  startJobs(): void;
  /** Lets requests and jobs under way finish, then closes. */
  close(): Promise<void>;
}

interface AppNeeds extends Outside {
  readonly config: Pick<Config, "host" | "port" | "adminKey"> &
    Partial<Pick<Config, "payments" | "webhooks" | "corsOrigins">>;
  readonly database: Database;
  readonly logger: Logger;
  /** Where the built GraphiQL page is; by default where `npm run build` puts it. */
  readonly graphiql?: string;
  /** Who moves the money; by default whom the configuration names. */
  readonly payments?: Payments;
  /** How much patience streams have, in the place of what is usual. */
  readonly liveLimits?: Partial<LiveLimits>;
  /** How often what is followed is looked at unasked, in the place of what is usual. */
  readonly lookMs?: number;
  /** Use cases to put in the place of our own; the bench measures what the rest costs by an empty one. */
  readonly replaced?: Partial<Services>;
}

const makeHandleEvent = (core: Core) =>
  makeApplyProviderEvent({ ...core, provider: core.payments.name, appliers: makeAppliers(core) });

const quieter = (level: string): string => (level === "info" ? "warn" : level);

/** Puts the server together; the only place that knows every module. It does not own the database. */
export async function createApp(needs: AppNeeds): Promise<App> {
  const { config, database, logger, clock, newId } = needs;
  const { provider, sandbox, readEvent } = needs.payments ?? paymentsOf(config, needs);
  const oldestDue = makeOldestDue({ database, clock });
  const oldestWaiting = makeOldestWaiting({ database, clock });
  const metrics = makeMetrics({
    streams: () => core.hub.size,
    lags: async () => ({ ...(await oldestDue()), webhooks: await oldestWaiting() }),
    endpoints: () => database.read(countEndpoints),
    onFailure: (error) => logger.error({ err: error }, "what metrics are about could not be found out"),
  });
  const core = coreOf({
    ...{ database, payments: provider, logger, clock, newId },
    observer: metrics.meter,
    webhooks: config.webhooks ?? { allowPrivate: false },
    lookMs: needs.lookMs,
  });
  const handle = makeHandleEvent(core);
  // What Fastify has to say of its own at info level is that it listens, which whoever starts it says better.
  const http = httpServer({
    logger: logger.child({}, { level: quieter(logger.level) }) as FastifyBaseLogger,
  });
  const schema = await buildApiSchema(readFileSync(contractFile, "utf8"));
  const apollo = apolloServer(schema, { logger, plugins: [drainPlugin(http)] });
  await apollo.start();
  await addRoutes(http, apollo, {
    logger,
    metrics,
    sandbox: sandbox === undefined ? null : { sandbox, clock, handle },
    webhooks: readEvent === undefined ? null : { readEvent, handle },
    graphiqlFolder: needs.graphiql ?? graphiqlFolder,
    corsOrigins: config.corsOrigins ?? [],
    services: { ...services(core), ...needs.replaced },
    openStream: streamOpener({ schema, logger }),
    liveLimits: needs.liveLimits ?? {},
    authenticate: makeAuthenticate({ ...core, adminKey: config.adminKey }),
    ping: database.ping,
  });
  let jobs: ReturnType<typeof startJobs> | null = null;
  return {
    listen: async () => {
      await http.listen({
        host: config.host,
        port: config.port,
        listenTextResolver: (at) => `Listening at ${at}`,
      });
      const address = http.server.address();
      return { port: typeof address === "object" && address !== null ? address.port : config.port };
    },
    startJobs: () => {
      jobs ??= startJobs({ lines: dueWork(core), logger, observer: metrics.jobs, restMs: jobRestMs });
    },
    close: async () => {
      await jobs?.stop();
      await http.close();
      await apollo.stop();
      await core.topUps.ended();
      await core.webhooks.stop();
    },
  };
}
