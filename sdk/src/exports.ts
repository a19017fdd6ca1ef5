import { readAnswer } from "./answer.js";
import { type Deadline, type Limits, openDeadline, sleep } from "./deadline.js";
import { connectionFailed, timedOut } from "./exchange.js";
import type { LedgerEntryType } from "./generated.js";
import {
  type ByteReader,
  checkTimeout,
  type RequestOptions,
  type ScripClientOptions,
  type Settings,
  settingsFrom,
} from "./options.js";
import { errorOf, type Failure } from "./outcome.js";
import { backoffMs, retryAfterMs, shouldRetry } from "./retry.js";

/** What of the usage records is exported. */
export interface UsageExportInput {
  /** Whose; left out: everybody's, one customer after the other, for which it needs an admin key. */
  readonly customerId?: string | undefined;
  /** Only calls that happened at or after this. */
  readonly from?: Date | string | undefined;
  /** Only calls that happened before this. */
  readonly to?: Date | string | undefined;
  /** Only what was written by then; left out: by now. The same time gives the same rows whenever it is asked for. */
  readonly asOf?: Date | string | undefined;
  /** Continue after the row of this customer with this id. */
  readonly after?: { readonly customerId: string; readonly id: string } | undefined;
}

/** What of the ledger is exported. */
export interface LedgerExportInput extends UsageExportInput {
  /** Only the wallets in this unit; left out: all. */
  readonly unit?: string | undefined;
}

/** A usage record, as it is exported: amounts are decimal texts, times RFC 3339. */
export interface ExportedUsage {
  readonly customerId: string;
  readonly id: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly operation: string;
  readonly quantity: string;
  readonly unit: string;
  readonly amount: string;
  readonly postpaid: string;
  /** What of `amount` was undone by the time of the export. */
  readonly reversed: string;
  readonly balanceAfter: string;
  readonly plan: string;
  readonly planVersion: number;
  readonly apiKeyId: string | null;
  readonly holdId: string | null;
  readonly idempotencyKey: string;
  readonly attributes: { readonly [name: string]: string | number | boolean };
  readonly draws: readonly { readonly grantId: string; readonly amount: string }[];
}

/** A ledger entry, as it is exported: amounts are decimal texts, times RFC 3339. */
export interface ExportedEntry {
  readonly customerId: string;
  readonly id: string;
  readonly unit: string;
  readonly sequence: number;
  readonly type: LedgerEntryType;
  readonly amount: string;
  readonly balanceAfter: string;
  readonly grantId: string | null;
  readonly usageRecordId: string | null;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly hash: string;
}

/** Everything there is, row by row: for a warehouse, an audit, or a customer who asks for their data. */
export interface ScripExports {
  /** Usage records by customer, and then from the oldest call to the newest. */
  usage(input?: UsageExportInput, options?: RequestOptions): AsyncGenerator<ExportedUsage, void, undefined>;
  /** Ledger entries by customer, unit and sequence. */
  ledger(input?: LedgerExportInput, options?: RequestOptions): AsyncGenerator<ExportedEntry, void, undefined>;
}

/**
 * Makes what exports from the server of a client with the same options. Rows come while the server reads them, so
 * that a million of them need no more memory than a few; `timeoutMs` is how long nothing may come. A connection
 * that breaks on the way is taken up where it broke, up to `attemptsMax` times without a new row: each row comes
 * once.
 *
 * @throws TypeError when an option is not allowed; its message never contains the key.
 * @example
 * for await (const row of createScripExports({ url, apiKey }).usage({ customerId: "acme" })) console.log(row.amount);
 */
export function createScripExports(options: ScripClientOptions): ScripExports {
  const settings = settingsFrom(options);
  return {
    usage: (input = {}, request) =>
      rows<ExportedUsage>(settings, { name: "usage", input, placeOf: usagePlace }, request),
    ledger: (input = {}, request) =>
      rows<ExportedEntry>(settings, { name: "ledger", input, placeOf: ({ id }) => id }, request),
  };
}

const usagePlace = ({ customerId, id }: { readonly customerId: string; readonly id: string }): string =>
  `${customerId}/${id}`;

interface Wanted<Row> {
  readonly name: "usage" | "ledger";
  readonly input: LedgerExportInput;
  readonly placeOf: (row: { readonly customerId: string; readonly id: string }) => string;
  readonly row?: Row;
}

async function* rows<Row extends { readonly customerId: string; readonly id: string }>(
  settings: Settings,
  { name, input: { after: begun, ...input }, placeOf }: Wanted<Row>,
  { signal, timeoutMs = settings.timeoutMs }: RequestOptions = {},
): AsyncGenerator<Row, void, undefined> {
  const limits = { signal, timeoutMs: checkTimeout(timeoutMs) };
  let after = begun === undefined ? undefined : placeOf(begun);
  let asOf = input.asOf;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const url = addressOf(settings.url, `exports/${name}.jsonl`, { ...input, asOf, after });
    const answer = open(settings, url, limits);
    try {
      for await (const part of answer) {
        if ("asOf" in part) asOf = part.asOf ?? asOf;
        else {
          const row = JSON.parse(part.line) as Row;
          after = placeOf(row);
          attempt = 0;
          yield row;
        }
      }
      return;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      const { failure } = error;
      const { attemptsMax } = settings;
      if (
        !shouldRetry({ attempt: Math.max(1, attempt), attemptsMax, repeatable: true, status: failure.status })
      )
        throw errorOf(failure, null);
      await sleep(
        Math.max(
          failure.retryAfterMs ?? 0,
          backoffMs({ attempt: Math.max(1, attempt), random: Math.random() }),
        ),
        signal,
      );
    }
  }
}

function addressOf(graphqlUrl: string, path: string, parameters: Readonly<Record<string, unknown>>): string {
  const url = new URL(path, graphqlUrl);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    url.searchParams.set(name, value instanceof Date ? value.toISOString() : String(value));
  }
  return url.href;
}

/** An attempt that failed, before or while its answer came. */
class Broken extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

type Part = { readonly asOf: string | null } | { readonly line: string };

async function* open(settings: Settings, url: string, limits: Limits): AsyncGenerator<Part, void, undefined> {
  const deadline = openDeadline(limits);
  try {
    const { "content-type": _, ...headers } = settings.headers;
    const { fetch } = settings;
    const response = await fetch(url, {
      ...{ method: "GET", signal: deadline.signal },
      headers: { ...headers, accept: "application/jsonl, application/json" },
    });
    if (response.status !== 200 || !response.body) throw new Broken(await failureOf(response, url));
    deadline.pause();
    yield { asOf: response.headers.get("x-export-as-of") };
    yield* linesOf(response.body.getReader(), deadline);
  } catch (cause) {
    limits.signal?.throwIfAborted();
    if (cause instanceof Broken) throw cause;
    throw new Broken(deadline.expired() ? timedOut(url, limits) : connectionFailed(url, cause));
  } finally {
    deadline.close();
  }
}

/** Time passes only while the next bytes are waited for, however long the caller takes for a row. */
async function* linesOf(reader: ByteReader, deadline: Deadline): AsyncGenerator<Part, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      deadline.restart();
      const { done, value } = await reader.read();
      deadline.pause();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      // An empty line is a sign of life while the server has nothing to send.
      for (const line of lines) if (line !== "") yield { line };
    }
  } finally {
    // Whoever leaves the loop early wants nothing more to be sent; of a broken connection there is nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
  if (rest !== "") throw new Error("The last line is not complete.");
}

interface Response {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

async function failureOf(response: Response, url: string): Promise<Failure> {
  const outcome = readAnswer(
    {
      status: response.status,
      requestId: response.headers.get("x-request-id"),
      retryAfterMs: retryAfterMs(response.headers.get("retry-after"), Date.now()),
      text: await response.text(),
    },
    url,
  );
  return outcome.kind === "failed" ? outcome : connectionFailed(url, new Error("It was no export."));
}
