/** How to reach the server, and how hard to try. */
export interface ScripClientOptions {
  /** The server's GraphQL address, for example `https://billing.example.com/graphql`. */
  readonly url: string;
  /**
   * An API key of the server: a meter key for metering and reading, an admin key for all. It belongs on a back
   * end, never into a browser: there, give the token that `createCustomerToken` has made.
   */
  readonly apiKey: string;
  /** Stands in for the global `fetch`, for example to go through a proxy. */
  readonly fetch?: Fetch | undefined;
  /** How long one attempt may take, in milliseconds, 1 to 2147483647. Default 10000. */
  readonly timeoutMs?: number | undefined;
  /**
   * How often a call is sent at most, the first time included, 1 to 10. Default 3. Queries and mutations with
   * an idempotency key are sent again after a broken connection, a timeout, HTTP 429 and HTTP 5xx; the wait
   * starts at 50 to 100 ms, doubles each time, and respects `Retry-After` up to 30 seconds.
   */
  readonly attemptsMax?: number | undefined;
  /** Sent with every request, for example for tracing. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What may differ from call to call. */
export interface RequestOptions {
  /** Ends the call, its waits and further attempts included; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long one attempt may take, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number | undefined;
}

/** The part of the standard `fetch` that the SDK uses. */
export type Fetch = (
  url: string,
  init: {
    readonly method: "POST" | "GET";
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** What comes, as it comes; only exports read it. */
  readonly body?: {
    getReader(): ByteReader;
  } | null;
  text(): Promise<string>;
}>;

/** The part of the standard stream reader that the SDK uses. */
export interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** The client's options, checked and complete. */
export interface Settings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly attemptsMax: number;
}

// What a timer can count to; a larger number would fire at once.
const timeoutLimitMs = 2_147_483_647;
const attemptsLimit = 10;

export function settingsFrom(options: ScripClientOptions): Settings {
  const { apiKey, fetch = globalThis.fetch, timeoutMs = 10_000, attemptsMax = 3, headers = {} } = options;
  checkHeader("apiKey", apiKey);
  for (const [name, value] of Object.entries(headers)) checkHeader(`The header ${name}`, value);
  const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    url: checkedUrl(options.url),
    headers: {
      ...Object.fromEntries(lowerCased),
      accept: "application/graphql-response+json, application/json",
      "content-type": "application/json",
      authorization: `Bearer ${apiKey}`,
    },
    fetch,
    timeoutMs: checkTimeout(timeoutMs),
    attemptsMax: checkWhole("attemptsMax", attemptsMax, attemptsLimit),
  };
}

export const checkTimeout = (timeoutMs: number): number => checkWhole("timeoutMs", timeoutMs, timeoutLimitMs);

function checkWhole(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new TypeError(`${name} must be a whole number from 1 to ${max}, and is ${value}.`);
}

/** Checked here, because the error of `fetch` would quote the value, and with it the key. */
function checkHeader(name: string, value: string): void {
  if (!/^[\x20-\x7e]+$/.test(value))
    throw new TypeError(`${name} is empty or has characters that no header can carry, such as a line's end.`);
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw new TypeError("url must be an http or https address without a user name or password.");
  return url.href;
}
