import { type Answer, readAnswer } from "./answer.js";
import type { StreamOptions } from "./apiStreams.js";
import { openDeadline, sleep } from "./deadline.js";
import type { TypedDocument } from "./document.js";
import { eventData } from "./eventStream.js";
import { connectionFailed, timedOut } from "./exchange.js";
import type { Settings } from "./options.js";
import { errorOf, type Failure, type Outcome, unanswered } from "./outcome.js";
import { backoffMs, retryAfterMs } from "./retry.js";
import { encode } from "./send.js";

/** The server sends something every 12 seconds; when nothing came for longer, nobody is there. */
const silenceMaxMs = 40_000;

interface Place {
  readonly sequence: number;
  readonly unit?: string;
}

/** What is followed, and how its messages are found in what is sent. */
export interface Followed<Data, Variables, Message> {
  readonly document: TypedDocument<Data, Variables>;
  readonly variables: Variables;
  readonly messageOf: (data: Data) => Message;
}

/** Yields every message once and in order, over as many connections as it takes. */
export async function* follow<Data, Variables, Message extends Place>(
  settings: Settings,
  { document, variables, messageOf }: Followed<Data, Variables, Message>,
  { signal, onInterrupted }: StreamOptions = {},
): AsyncGenerator<Message, void> {
  const isOver = (): boolean => signal?.aborted ?? false;
  let place = {};
  let interruptions = 0;
  while (!isOver()) {
    const body = encode({ document, variables: { ...variables, ...place } });
    let failure: Failure | null = null;
    for await (const received of connection<Data>(settings, body, signal)) {
      if (received.kind === "failed") {
        failure = received;
        break;
      }
      const message = messageOf(received.data);
      const { sequence, unit } = message;
      // Before it is handed out: whoever gets it has it, whatever becomes of this connection.
      place = unit === undefined ? { after: sequence } : { after: sequence, unit };
      interruptions = 0;
      yield message;
    }
    if (isOver() || failure === null) return;
    if (!mayGoOn(failure)) throw errorOf(failure, null);
    interruptions += 1;
    onInterrupted?.(errorOf(failure, null), interruptions);
    const pauseMs = backoffMs({ attempt: interruptions, random: Math.random() });
    await sleep(Math.max(failure.retryAfterMs ?? 0, pauseMs), signal).catch(() => undefined);
  }
}

const passing = new Set<string>(["UNAVAILABLE", "OVERLOADED", "INTERNAL"]);

/** Nobody was there, or somebody who could not do it now. */
const mayGoOn = ({ status, code }: Failure): boolean =>
  status === null || status === 429 || status >= 500 || (status === 200 && passing.has(code));

/** What comes over one connection, and at last why there is no more. */
async function* connection<Data>(
  settings: Settings,
  body: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Outcome<Data>, void> {
  const { timeoutMs } = settings;
  const url = `${settings.url.replace(/\/$/, "")}/stream`;
  const deadline = openDeadline({ signal, timeoutMs });
  let limitMs = timeoutMs;
  try {
    const headers = { ...settings.headers, accept: "text/event-stream, application/json" };
    const response = await settings.fetch(url, { method: "POST", headers, body, signal: deadline.signal });
    const facts = {
      status: response.status,
      requestId: response.headers.get("x-request-id"),
      retryAfterMs: retryAfterMs(response.headers.get("retry-after"), Date.now()),
    };
    const isStream = /^text\/event-stream/i.test(response.headers.get("content-type") ?? "");
    if (!isStream || !response.body) return yield notStreamed({ ...facts, text: await response.text() }, url);
    limitMs = silenceMaxMs;
    const heard = () => deadline.extend(limitMs);
    heard();
    for await (const text of eventData(response.body, heard)) {
      const outcome = readAnswer<Data>({ ...facts, text }, url);
      yield outcome;
      if (outcome.kind === "failed") return;
    }
    yield unanswered("CONNECTION_FAILED", `The stream from ${url} has ended.`);
  } catch (cause) {
    yield deadline.expired() ? timedOut(url, { signal, timeoutMs: limitMs }) : connectionFailed(url, cause);
  } finally {
    deadline.close();
  }
}

function notStreamed(answer: Answer, url: string): Failure {
  const outcome = readAnswer<unknown>(answer, url);
  if (outcome.kind === "failed") return outcome;
  const message = `${url} answered, but not with a stream.`;
  return { ...unanswered("CONNECTION_FAILED", message), status: answer.status, code: "UNEXPECTED_ANSWER" };
}
