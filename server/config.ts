/** What the environment sets, checked once at the start and never read again. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly database: DatabaseConfig;
  /** Fixes the bootstrap key; null: one is made up on the first start. */
  readonly adminKey: string | null;
  readonly logLevel: LogLevel;
}

type DatabaseConfig =
  | { readonly engine: "sqlite"; readonly path: string }
  /** `poolSize`: how many connections this process opens at most. */
  | { readonly engine: "postgres"; readonly url: string; readonly poolSize: number };

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
type LogLevel = (typeof logLevels)[number];

const adminKeyLength = { min: 16, max: 512 };

/** Says everything that is wrong with the environment at once, a line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const settled = <Value>(
    name: string,
    read: (text: string | null) => Value | Problem,
  ): Value | undefined => {
    const text = environment[name];
    const value = read(text === undefined || text === "" ? null : text);
    if (!(value instanceof Problem)) return value;
    problems.push(`${name} ${value.message}`);
    return undefined;
  };
  const port = settled("PORT", portFrom);
  const host = settled("HOST", (text) => text ?? "0.0.0.0");
  const database = settled("DATABASE_URL", databaseFrom);
  const poolSize = settled("DATABASE_POOL_SIZE", poolSizeFrom);
  const adminKey = settled("SCRIP_ADMIN_KEY", adminKeyFrom);
  const logLevel = settled("LOG_LEVEL", logLevelFrom);
  if (port === undefined || host === undefined || database === undefined) throw new ConfigError(problems);
  if (adminKey === undefined || logLevel === undefined) throw new ConfigError(problems);
  if (poolSize === undefined) throw new ConfigError(problems);
  return Object.freeze({ port, host, database: database(poolSize), adminKey, logLevel });
}

class Problem {
  constructor(readonly message: string) {}
}

function portFrom(text: string | null): number | Problem {
  if (text === null) return 4000;
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= 65_535
    ? port
    : new Problem(`must be a port from 0 (any free one) to 65535, got "${text}".`);
}

function databaseFrom(text: string | null): ((poolSize: number) => DatabaseConfig) | Problem {
  const url = text ?? "sqlite:./data/scrip.db";
  const path = url.startsWith("sqlite:") ? url.slice("sqlite:".length) : "";
  if (path !== "") return () => ({ engine: "sqlite", path });
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url))
    return tlsProblem(new URL(url)) ?? ((poolSize) => ({ engine: "postgres", url, poolSize }));
  // A database's URL may hold a password, so it is not repeated.
  return new Problem(
    "must be like sqlite:./data/scrip.db, sqlite::memory: or postgres://user:password@host:5432/database.",
  );
}

/** Modes that are as good as none (allow, prefer) are not taken: a connection is encrypted, or it is said not to be. */
const tlsModes = ["disable", "require", "verify-ca", "verify-full"];

function tlsProblem({ searchParams }: URL): Problem | null {
  const mode = searchParams.get("sslmode");
  if (mode !== null && !tlsModes.includes(mode))
    return new Problem(`must have an sslmode of ${tlsModes.join(", ")}, got "${mode}".`);
  if (mode === "verify-ca" && !searchParams.has("sslrootcert"))
    return new Problem("with sslmode=verify-ca needs sslrootcert, the file of the authority to trust.");
  return null;
}

function poolSizeFrom(text: string | null): number | Problem {
  if (text === null) return 8;
  const size = Number(text);
  return /^\d{1,3}$/.test(text) && size >= 1 && size <= 100
    ? size
    : new Problem(`must be a number of connections from 1 to 100, got "${text}".`);
}

function adminKeyFrom(text: string | null): string | null | Problem {
  if (text === null) return null;
  const { min, max } = adminKeyLength;
  if (text.length < min || text.length > max) return new Problem(`must have ${min} to ${max} characters.`);
  return /^[\x21-\x7e]+$/.test(text) ? text : new Problem("must be printable ASCII without spaces.");
}

const logLevelFrom = (text: string | null): LogLevel | Problem =>
  logLevels.find((level) => level === (text ?? "info")) ??
  new Problem(`must be one of ${logLevels.join(", ")}, got "${text}".`);
