import { sleep } from "./deadline.js";
import type { TypedDocument } from "./document.js";
import { exchange } from "./exchange.js";
import { checkTimeout, type RequestOptions, type Settings } from "./options.js";
import { errorOf, type Failure } from "./outcome.js";
import { backoffMs, retryAfterMaxMs, shouldRetry } from "./retry.js";

export interface Call<Data, Variables> {
  readonly document: TypedDocument<Data, Variables>;
  readonly variables: Variables;
  /** Whether a second arrival does no harm. */
  readonly repeatable: boolean;
  /** What the error tells its catcher to repeat the call with. */
  readonly idempotencyKey: string | null;
}

/**
 * Sends a call, again if need be, and answers its data. Every attempt has the same body, and so the same key.
 */
export async function send<Data, Variables>(
  settings: Settings,
  { repeatable, idempotencyKey, ...request }: Call<Data, Variables>,
  { signal, timeoutMs = settings.timeoutMs }: RequestOptions = {},
): Promise<Data> {
  const { attemptsMax } = settings;
  const body = encode(request);
  const limits = { signal, timeoutMs: checkTimeout(timeoutMs) };
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const outcome = await exchange<Data>(settings, body, limits);
    if (outcome.kind === "answered") return outcome.data;
    const again = shouldRetry({ attempt, attemptsMax, repeatable, status: outcome.status });
    if (!again || asksTooMuch(outcome)) throw errorOf(outcome, idempotencyKey);
    await sleep(Math.max(outcome.retryAfterMs ?? 0, backoffMs({ attempt, random: Math.random() })), signal);
  }
}

const asksTooMuch = ({ retryAfterMs }: Failure): boolean =>
  retryAfterMs !== null && retryAfterMs > retryAfterMaxMs;

export function encode({
  document,
  variables,
}: Pick<Call<unknown, unknown>, "document" | "variables">): string {
  return JSON.stringify({ operationName: document.name, query: document.text, variables }, exactly);
}

/** JSON would turn an invalid date or number into null, which the server takes for "the default". */
function exactly(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const given = this[name];
  const number = given instanceof Date ? given.getTime() : given;
  if (typeof number === "number" && !Number.isFinite(number))
    throw new TypeError(`${name} is ${String(given)}, which cannot be sent.`);
  return value;
}
