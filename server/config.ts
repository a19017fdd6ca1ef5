/** What the environment sets, checked once at the start and never read again. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly database: DatabaseConfig;
  /** Fixes the bootstrap key; null: one is made up on the first start. */
  readonly adminKey: string | null;
  readonly logLevel: LogLevel;
  readonly payments: PaymentsConfig;
  readonly webhooks: WebhooksConfig;
  /** Whose pages may call the API from a browser; none: only those that come from where the API is. */
  readonly corsOrigins: readonly string[];
}

interface WebhooksConfig {
  /** Whether events may be sent to receivers on this machine and in its network, and without TLS. */
  readonly allowPrivate: boolean;
}

/** Who moves the money. */
type PaymentsConfig =
  | { readonly provider: "sandbox" }
  | {
      readonly provider: "stripe";
      readonly secretKey: string;
      readonly webhookSecret: string;
      /** Null: Stripe itself. */
      readonly apiUrl: string | null;
      readonly returnUrl: string;
    };

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
  const settled: Settle = (name, read) => {
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
  const allowPrivate = settled("WEBHOOKS_ALLOW_PRIVATE", yesOrNo);
  const corsOrigins = settled("CORS_ORIGINS", originsFrom);
  const payments = paymentsFrom(environment, settled);
  if (port === undefined || host === undefined || database === undefined) throw new ConfigError(problems);
  if (adminKey === undefined || logLevel === undefined) throw new ConfigError(problems);
  if (poolSize === undefined || payments === undefined) throw new ConfigError(problems);
  if (allowPrivate === undefined || corsOrigins === undefined) throw new ConfigError(problems);
  const webhooks = { allowPrivate };
  const told = { port, host, adminKey, logLevel, payments, webhooks, corsOrigins };
  return Object.freeze({ ...told, database: database(poolSize) });
}

/** The value of a variable; what is wrong with it is told later, with everything else, and it is undefined. */
type Settle = <Value>(name: string, read: (text: string | null) => Value | Problem) => Value | undefined;

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

const yesOrNo = (text: string | null): boolean | Problem =>
  text === null || text === "false"
    ? false
    : text === "true" || new Problem(`must be true or false, got "${text}".`);

function originsFrom(text: string | null): readonly string[] | Problem {
  const origins: string[] = [];
  for (const part of text === null ? [] : text.split(",")) {
    const origin = originOf(part.trim());
    if (origin === null)
      return new Problem(
        `must be origins like https://app.example, with commas between, got "${part.trim()}".`,
      );
    origins.push(origin);
  }
  return origins;
}

/** As browsers write it; null for anything that is not a scheme, a host and perhaps a port. */
function originOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/` ? url.origin : null;
}

const logLevelFrom = (text: string | null): LogLevel | Problem =>
  logLevels.find((level) => level === (text ?? "info")) ??
  new Problem(`must be one of ${logLevels.join(", ")}, got "${text}".`);

const providers = ["sandbox", "stripe"] as const;

const providerFrom =
  ({ STRIPE_SECRET_KEY: key }: Environment) =>
  (text: string | null): (typeof providers)[number] | Problem => {
    // The sandbox gives credits for nothing; nobody who has a key at hand should get it by leaving a line out.
    if (text === null && key)
      return new Problem("must be said, as STRIPE_SECRET_KEY is set: stripe or sandbox.");
    const known = providers.find((name) => name === (text ?? "sandbox"));
    return known ?? new Problem(`must be one of ${providers.join(", ")}, got "${text}".`);
  };

/** Stripe's variables are asked for, and judged, only where it is chosen. */
function paymentsFrom(environment: Environment, settled: Settle): PaymentsConfig | undefined {
  const provider = settled("PAYMENT_PROVIDER", providerFrom(environment));
  if (provider !== "stripe") return provider && { provider };
  const secretKey = settled("STRIPE_SECRET_KEY", secretFrom(["sk_", "rk_"]));
  const webhookSecret = settled("STRIPE_WEBHOOK_SECRET", secretFrom(["whsec_"]));
  const apiUrl = settled("STRIPE_API_URL", apiUrlFrom);
  const returnUrl = settled("PAYMENT_RETURN_URL", returnUrlFrom);
  if (secretKey === undefined || webhookSecret === undefined) return undefined;
  if (apiUrl === undefined || returnUrl === undefined) return undefined;
  return { provider, secretKey, webhookSecret, apiUrl, returnUrl };
}

/** What is wrong with a secret is told without repeating it. */
const secretFrom =
  (prefixes: readonly string[]) =>
  (text: string | null): string | Problem => {
    const expected = `the text that Stripe shows, which starts with ${prefixes.join(" or ")}`;
    if (text === null) return new Problem(`must be set for PAYMENT_PROVIDER=stripe: ${expected}.`);
    const isLikely = prefixes.some((prefix) => text.startsWith(prefix)) && /^[\x21-\x7e]{8,255}$/.test(text);
    return isLikely ? text : new Problem(`must be ${expected}.`);
  };

function apiUrlFrom(text: string | null): string | null | Problem {
  if (text === null) return null;
  return originOf(text) ?? new Problem("must be like https://host:port, without a path or a password.");
}

function returnUrlFrom(text: string | null): string | Problem {
  const isUrl = text !== null && /^https?:\/\//.test(text) && URL.canParse(text);
  return isUrl
    ? text
    : new Problem("must be set for PAYMENT_PROVIDER=stripe: the page to which customers return from paying.");
}
