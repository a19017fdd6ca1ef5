import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { SendResult } from "../domain/webhook.js";
import { lookupWith, type Resolve, urlProblem } from "./addresses.js";
import { nameLookup } from "./names.js";

/** From looking up the name to the status of the answer. */
const timeoutMaxMs = 10_000;
/** How long, and how much, of the answer's body is waited for and read; the status has said what counts. */
const bodyMaxMs = 1_000;
const bodyMaxBytes = 16 * 1024;
/** How much of it is kept for the log. */
const excerptMax = 1_000;
const errorMax = 300;

export interface SendOptions {
  /** Whether receivers on this machine and in its network, and plain http, are allowed. */
  readonly allowPrivate: boolean;
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
}

interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends it without a result. */
  readonly signal: AbortSignal;
}

export type Send = (post: Post) => Promise<SendResult>;

/**
 * Sends one request, on a connection of its own, and never waits long: not for the receiver to take it, to answer or
 * to come to an end. Whatever the receiver does, the result is a value; only the signal makes it reject.
 */
export const makeSend =
  ({ allowPrivate, timeoutMs = timeoutMaxMs, resolve = nameLookup() }: SendOptions): Send =>
  async ({ url, headers, body, signal }) => {
    const problem = urlProblem(url, { allowPrivate });
    if (problem !== null) return failed(`The URL ${problem}`);
    const bytes = Buffer.from(body);
    const options = {
      method: "POST",
      agent: false,
      signal,
      lookup: lookupWith(resolve, { allowPrivate }),
      headers: {
        ...headers,
        "content-type": "application/json",
        "content-length": bytes.byteLength,
        "user-agent": "scrip-webhooks",
      },
    };
    try {
      const request = (url.startsWith("https:") ? secureRequest : plainRequest)(url, options);
      return await exchange(request, bytes, timeoutMs);
    } catch (error) {
      signal.throwIfAborted();
      return failed(wordsOf(error));
    }
  };

async function exchange(request: ClientRequest, body: Buffer, timeoutMs: number): Promise<SendResult> {
  const late = new Error(`No answer within ${timeoutMs} ms.`);
  const timer = setTimeout(() => request.destroy(late), timeoutMs);
  try {
    return await resultOf(await answerTo(request, body));
  } finally {
    clearTimeout(timer);
    request.destroy();
  }
}

const answerTo = (request: ClientRequest, body: Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.once("response", resolve);
    // It may break again after the answer, which nobody waits for any more.
    request.on("error", reject);
    // A receiver that wants to speak another protocol has not answered. The connection is ours alone from here on:
    // the request lets go of it, and an error that nobody hears would end the process.
    request.once("upgrade", (_answer, socket) => {
      socket.on("error", () => undefined);
      socket.destroy();
      reject(new Error("The receiver wants another protocol."));
    });
    request.end(body);
  });

async function resultOf(answer: IncomingMessage): Promise<SendResult> {
  const statusCode = answer.statusCode ?? 0;
  const response = await excerptOf(answer);
  if (statusCode >= 200 && statusCode < 300) return { statusCode, error: null, response };
  const isRedirect = statusCode >= 300 && statusCode < 400;
  const error = `Status ${statusCode}.${isRedirect ? " Redirects are not followed." : ""}`;
  return { statusCode, error, response };
}

/** As much of the body as comes soon; that it breaks off or never ends changes nothing. */
const excerptOf = (answer: IncomingMessage): Promise<string | null> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = () => {
      clearTimeout(timer);
      // What cannot be read as text, or stored, is replaced.
      const text = Buffer.concat(chunks).toString("utf8").replaceAll("\0", "\uFFFD");
      resolve(text === "" ? null : cut(text, excerptMax));
    };
    const timer = setTimeout(finish, bodyMaxMs);
    answer.on("data", (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, Math.max(bodyMaxBytes - size, 0)));
      size += chunk.byteLength;
      if (size >= bodyMaxBytes) finish();
    });
    for (const event of ["end", "error", "close"]) answer.on(event, finish);
  });

/** Not within a character. */
const cut = (text: string, max: number): string => text.slice(0, max).replace(/[\uD800-\uDBFF]$/, "");

const failed = (error: string): SendResult => ({
  statusCode: null,
  error: cut(error, errorMax),
  response: null,
});

/** Several addresses may have been tried, each with an error of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return [...new Set(error.errors.map(wordsOf))].join("; ");
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  return error.message === "" ? code || error.name : error.message;
}
