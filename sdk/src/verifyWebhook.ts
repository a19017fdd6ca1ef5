import type { ScripEvent } from "./events.js";

/** What came with a request: `Headers`, or an object as Node and most frameworks have it. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/** What {@link verifyWebhook} takes. */
export interface WebhookRequest {
  /** The body as it came, before anything has parsed it: to write it anew would change its bytes. */
  readonly payload: string | Uint8Array;
  /** The request's headers. */
  readonly headers: WebhookHeaders;
  /** The endpoint's secret, `whsec_…`; several while one is being replaced. */
  readonly secret: string | readonly string[];
  /** How far the time at which it was sent may be from now. Default: 300, five minutes. */
  readonly toleranceSeconds?: number;
  /** What time it is. Default: now. */
  readonly now?: Date;
}

/** Why a request was not taken for one of ours. */
export type WebhookTrouble = "HEADERS_MISSING" | "TIME_OUT_OF_RANGE" | "SIGNATURE_WRONG" | "NOT_AN_EVENT";

/** A request that Scrip has not sent, not sent lately, or not with this secret. Answer it with status 400. */
export class ScripWebhookError extends Error {
  override readonly name = "ScripWebhookError";
  constructor(
    /** Why. */
    readonly code: WebhookTrouble,
    message: string,
  ) {
    super(message);
  }
}

const toleranceSecondsDefault = 300;

/**
 * Tells whether a webhook request comes from Scrip, and answers with its event. It uses Web Crypto alone, so that it
 * works in Node, in edge runtimes and in browsers. The same event may come more than once: look at its `id`.
 *
 * @throws {@link ScripWebhookError} when the request is not to be trusted.
 * @example
 * const event = await verifyWebhook({ payload: await request.text(), headers: request.headers, secret });
 * if (event.type === "INVOICE_PAID") console.log(event.data.number);
 */
export async function verifyWebhook({
  payload,
  headers,
  secret,
  toleranceSeconds = toleranceSecondsDefault,
  now = new Date(),
}: WebhookRequest): Promise<ScripEvent> {
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const signatures = signaturesIn(header(headers, "webhook-signature"));
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  // Written so that what is no number is out of range as well.
  if (!(Math.abs(now.getTime() / 1_000 - seconds) <= toleranceSeconds))
    throw new ScripWebhookError("TIME_OUT_OF_RANGE", "The webhook was not sent within the tolerated time.");
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), bytesOf(payload));
  for (const one of typeof secret === "string" ? [secret] : secret) {
    const key = await keyOf(one);
    // Compared by Web Crypto, which takes the same time whether a signature is right or wrong.
    for (const signature of signatures)
      if (await crypto.subtle.verify("HMAC", key, signature, signed)) return eventIn(payload);
  }
  throw new ScripWebhookError("SIGNATURE_WRONG", "The webhook was not signed with this secret.");
}

type Bytes = Uint8Array<ArrayBuffer>;

function header(headers: WebhookHeaders, name: string): string {
  const value = headerIn(headers, name);
  if (value) return value;
  throw new ScripWebhookError("HEADERS_MISSING", `The request has no header ${name}.`);
}

function headerIn(headers: WebhookHeaders, name: string): string | null | undefined {
  if (typeof headers.get === "function") return headers.get(name);
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === "string" ? value : Array.isArray(value) ? value[0] : undefined;
}

/** Those of version 1; others may be added some day. */
const signaturesIn = (text: string): Bytes[] =>
  text
    .split(" ")
    .filter((part) => part.startsWith("v1,"))
    .map((part) => fromBase64(part.slice("v1,".length)) ?? new Uint8Array());

async function keyOf(secret: string) {
  const bytes = fromBase64(secret.replace(/^whsec_/, ""));
  // A mistake of whoever calls, and not of who has sent the request.
  if (bytes === null || bytes.length === 0)
    throw new TypeError("The secret is the text that Scrip has shown, which starts with whsec_.");
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

function fromBase64(text: string): Bytes | null {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

const bytesOf = (payload: string | Uint8Array): Uint8Array =>
  typeof payload === "string" ? new TextEncoder().encode(payload) : payload;

function joined(a: Uint8Array, b: Uint8Array): Bytes {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function eventIn(payload: string | Uint8Array): ScripEvent {
  try {
    const event = JSON.parse(typeof payload === "string" ? payload : new TextDecoder().decode(payload));
    if (typeof event?.type === "string" && typeof event.data === "object") return event;
  } catch {
    // Falls through to the one message for everything that is no event.
  }
  throw new ScripWebhookError("NOT_AN_EVENT", "The webhook's body is no event.");
}
