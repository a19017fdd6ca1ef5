import { pino } from "pino";
import { type Admin, openAdmin } from "./app/admin.js";
import { createApp } from "./app/app.js";
import { formatDiff } from "./billing/catalog/formatDiff.js";
import { readCatalogFile } from "./catalogFile.js";
import type { Shell } from "./cli.js";
import { type Config, readConfig } from "./config.js";
import type { Catalog } from "./domain/catalog.js";
import { UserError } from "./userError.js";

/** What an empty database starts with, so that a newcomer has something to call. */
const demoCatalog = "scenario-payg";

/** Opens everything, answers until asked to stop, and lets what is under way finish. */
export async function serve(shell: Shell, catalogName: string | null): Promise<void> {
  const config = readConfig(shell.environment);
  const asked = catalogName === null ? null : { name: catalogName, catalog: readCatalogFile(catalogName) };
  const admin = await openOrExplain(config, shell);
  // From here on a signal is heard: one that comes while the server starts stops it as soon as it has.
  const stopped = shell.untilStopped();
  try {
    await applyCatalog(admin, shell, asked);
    const { database } = admin;
    const logger = pino({ level: config.logLevel });
    const app = await createApp({ config, database, logger, ...shell.outside });
    const { port } = await app.listen().catch((error: unknown) => {
      throw new UserError(listenProblem(error, config));
    });
    app.startJobs();
    await welcome(admin, shell, { config, port });
    shell.print(`Stopping (${await stopped}): letting requests under way finish.`);
    await app.close();
  } finally {
    await admin.close();
  }
}

export async function openOrExplain(config: Config, shell: Shell): Promise<Admin> {
  try {
    return await openAdmin(config, shell.outside);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const { database } = config;
    // A PostgreSQL URL may hold a password.
    const name = database.engine === "sqlite" ? database.path : "of DATABASE_URL";
    throw new UserError(`The database ${name} cannot be opened: ${why}`);
  }
}

interface NamedCatalog {
  readonly name: string;
  readonly catalog: Catalog;
}

async function applyCatalog(admin: Admin, shell: Shell, asked: NamedCatalog | null): Promise<void> {
  const isEmpty = (await admin.loadCatalog()) === null;
  const demo = isEmpty ? { name: demoCatalog, catalog: readCatalogFile(demoCatalog) } : null;
  const chosen = asked ?? demo;
  if (chosen === null) return;
  const changes = await admin.applyCatalog(chosen.catalog);
  if (isEmpty) shell.print(`Applied the catalogue ${chosen.name}.`);
  else if (changes.length > 0)
    shell.print(`${formatDiff(changes).trimEnd()}\nApplied the catalogue ${chosen.name}.`);
}

const listenProblem = (error: unknown, { port, host }: Config): string => {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return `Port ${port} is taken; set PORT to another one.`;
  if (code === "EACCES") return `Port ${port} may not be opened by this user; set PORT to one above 1023.`;
  return `The server cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : error}`;
};

/** Prints where to go and what to try, and, on the first start, the only sight of the admin key. */
async function welcome(
  admin: Admin,
  shell: Shell,
  { config, port }: { config: Config; port: number },
): Promise<void> {
  const url = `http://localhost:${port}`;
  const key = await bootstrapKey(admin, config);
  const variable = config.adminKey === null ? "SCRIP_KEY" : "SCRIP_ADMIN_KEY";
  const inShell = key ?? `$${variable}`;
  const inCode = key === null ? `process.env.${variable} ?? ""` : `"${key}"`;
  const query = '{"query":"{ plans { key name unit } }"}';
  shell.print(
    [
      "",
      `  Scrip answers at ${url}/graphql`,
      `  GraphiQL is at   ${url}/graphiql${key === null ? "" : `#key=${key}`}`,
      "",
      `  ${aboutKey(key, config)}`,
      "",
      `  curl -s ${url}/graphql -H 'content-type: application/json' -H "authorization: Bearer ${inShell}" -d '${query}'`,
      `  await createScripClient({ url: "${url}/graphql", apiKey: ${inCode} }).plans()   // from npm pack -w @scrip/sdk`,
      "",
    ].join("\n"),
  );
}

function aboutKey(key: string | null, { adminKey }: Config): string {
  if (key !== null) return `Admin key (shown this once): ${key}`;
  return adminKey === null
    ? "Use the admin key you have, or make one: npx scrip keys create me --role admin"
    : "The admin key is the one in SCRIP_ADMIN_KEY.";
}

/** Null when there is an admin key already, made earlier or fixed by the environment. */
async function bootstrapKey(admin: Admin, { adminKey }: Config): Promise<string | null> {
  if (adminKey !== null) return null;
  const keys = await admin.listKeys();
  if (keys.some(({ role, revokedAt }) => role === "ADMIN" && revokedAt === null)) return null;
  return (await admin.createKey({ name: "bootstrap", role: "ADMIN" })).text;
}
