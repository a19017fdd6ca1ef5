import { type Answer, readAnswer } from "./answer.js";
import { type Limits, openDeadline } from "./deadline.js";
import type { Settings } from "./options.js";
import { type Failure, type Outcome, unanswered } from "./outcome.js";
import { retryAfterMs } from "./retry.js";

/** One attempt: one request and the reading of its answer. Rejects only when the caller gives up. */
export async function exchange<Data>(
  settings: Settings,
  body: string,
  limits: Limits,
): Promise<Outcome<Data>> {
  const deadline = openDeadline(limits);
  try {
    return readAnswer<Data>(await post(settings, body, deadline.signal), settings.url);
  } catch (cause) {
    limits.signal?.throwIfAborted();
    return deadline.expired() ? timedOut(settings.url, limits) : connectionFailed(settings.url, cause);
  } finally {
    deadline.close();
  }
}

async function post({ url, headers, fetch }: Settings, body: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, { method: "POST", headers: { ...headers }, body, signal });
  return {
    status: response.status,
    requestId: response.headers.get("x-request-id"),
    retryAfterMs: retryAfterMs(response.headers.get("retry-after"), Date.now()),
    text: await response.text(),
  };
}

export const timedOut = (url: string, { timeoutMs }: Limits): Failure =>
  unanswered("TIMEOUT", `No answer came from ${url} within ${timeoutMs} ms.`);

/** Only the code or name of the cause is kept: what else it holds is up to `fetch`, and may be the request. */
export const connectionFailed = (url: string, cause: unknown): Failure =>
  unanswered("CONNECTION_FAILED", `The connection to ${url} failed (${reasonOf(cause)}).`);

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "no reason given";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  return cause.cause instanceof Error ? reasonOf(cause.cause) : cause.name;
}
