import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { apiVersion, Books, invalid, type StripeEvent, StripeProblem } from "./books.js";
import { type Endpoints, endpoints } from "./endpoints.js";
import { parseForm } from "./form.js";
import { type Endpoint, params } from "./params.js";

export const secretKey = "sk_test_a_key_that_must_not_be_seen";
export const webhookSecret = "whsec_a_secret_that_must_not_be_seen";

/**
 * What goes wrong with the next request to an endpoint. `lost`: it never arrives; `silent`: it has its effect, and
 * nothing comes back; `500` without and `500 after` with its effect; `reset`: the connection breaks; `busy`: another
 * request with the same key is still running; a held one tells when it has had
 * its effect, and is answered when it is let go.
 */
export type Trouble = "lost" | "silent" | "500" | "500 after" | "reset" | "busy" | Held;

interface Held {
  readonly performed: () => void;
  readonly letGo: Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

interface KeptAnswer {
  readonly endpoint: string;
  readonly form: string;
  readonly answer: Answer;
}

/** A Stripe of one's own: real HTTP, and as strict as the API. */
export class StripeDouble {
  /** What was sent that the API does not allow; a story that leaves any has failed. */
  readonly complaints: string[] = [];
  /** Endpoints, in the order in which they were asked. */
  readonly asked: string[] = [];
  readonly books: Books;
  readonly #endpoints: Endpoints;
  #port = 0;
  readonly #kept = new Map<string, KeptAnswer>();
  readonly #troubles: { readonly endpoint: Endpoint; readonly trouble: Trouble }[] = [];
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => {
      this.complaints.push(String(error));
      response.destroy();
    });
  });

  private constructor(readonly now: () => number) {
    this.books = new Books(now);
    this.#endpoints = endpoints(this.books);
  }

  static async start(now: () => number): Promise<StripeDouble> {
    const double = new StripeDouble(now);
    await double.reopen();
    double.#port = (double.#server.address() as AddressInfo).port;
    return double;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Nobody answers at its address any more, until it is opened again. */
  async reopen(): Promise<void> {
    const port = this.#port;
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Lets the next requests to an endpoint go wrong, one trouble each. */
  upset(endpoint: Endpoint, ...troubles: readonly Trouble[]): void {
    for (const trouble of troubles) this.#troubles.push({ endpoint, trouble });
  }

  /** Holds the next answer of an endpoint back: resolves when the request has had its effect. */
  hold(endpoint: Endpoint): { readonly performed: Promise<void>; readonly letGo: () => void } {
    let performed = () => {};
    let letGo = () => {};
    const reached = new Promise<void>((resolve) => {
      performed = resolve;
    });
    const released = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    this.#troubles.push({ endpoint, trouble: { performed, letGo: released } });
    return { performed: reached, letGo };
  }

  /** Lets nothing more go wrong, and tells how much still was to. */
  calm(): number {
    return this.#troubles.splice(0).length;
  }

  /** A day has passed. */
  forgetKeys(): void {
    this.#kept.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const { pathname, search } = new URL(request.url ?? "", this.url);
    const [, id = ""] = /\/((?:pi|cs|re|cus)_[\w]+)/.exec(pathname) ?? [];
    const endpoint = `${request.method} ${id === "" ? pathname : pathname.replace(id, ":id")}`;
    this.asked.push(endpoint);
    const refused = this.#refused(request, endpoint, text);
    if (refused !== null) return send(response, refused);
    const at = this.#troubles.findIndex((trouble) => trouble.endpoint === endpoint);
    const [{ trouble } = { trouble: null }] = at < 0 ? [] : this.#troubles.splice(at, 1);
    if (trouble === "lost") return;
    if (trouble === "busy") return send(response, busy);
    if (trouble === "reset") {
      response.destroy();
      return;
    }
    const form = request.method === "GET" ? search.slice(1) : text;
    const key = request.headers["idempotency-key"];
    const answer = this.#answer(endpoint, { form, id, key: typeof key === "string" ? key : null, trouble });
    if (trouble === "silent") return;
    if (trouble !== null && typeof trouble === "object") {
      trouble.performed();
      await trouble.letGo;
    }
    send(response, answer);
  }

  /** Before anything is looked at: the key, the version, the form. */
  #refused({ headers, method }: IncomingMessage, endpoint: string, text: string): Answer | null {
    if (headers.authorization !== `Bearer ${secretKey}`) {
      const message = "Invalid API Key provided: sk_test_********";
      return { status: 401, body: { error: { type: "invalid_request_error", message } } };
    }
    const wrong = [
      headers["stripe-version"] === apiVersion ? [] : `Stripe-Version is ${headers["stripe-version"]}`,
      headers["content-type"] === "application/x-www-form-urlencoded" ? [] : "the body is no form",
      method === "GET" && text !== "" ? "a GET has a body" : [],
      method === "POST" && headers["idempotency-key"] === undefined ? "a POST has no Idempotency-Key" : [],
      method === "GET" && headers["idempotency-key"] !== undefined ? "a GET has an Idempotency-Key" : [],
      endpoint in params ? [] : "there is no such endpoint",
    ].flat();
    this.complaints.push(...wrong.map((problem) => `${endpoint}: ${problem}`));
    return wrong.length === 0 ? null : problemAnswer(invalid(wrong.join("; ")));
  }

  #answer(endpoint: string, { form, id, key, trouble }: Received): Answer {
    const kept = key === null ? undefined : this.#kept.get(key);
    if (key !== null && kept !== undefined) return this.#again(key, kept, { endpoint, form });
    const performed =
      trouble === "500" ? { answer: ownTrouble, isKept: true } : this.#perform(endpoint, form, id);
    const answer = trouble === "500 after" ? ownTrouble : performed.answer;
    if (key !== null && performed.isKept) this.#kept.set(key, { endpoint, form, answer });
    return answer;
  }

  /** A key that was used: the same answer for the same input, whatever has changed since. */
  #again(
    key: string,
    kept: KeptAnswer,
    { endpoint, form }: Pick<Received, "form"> & { endpoint: string },
  ): Answer {
    if (kept.endpoint === endpoint && kept.form === form) return kept.answer;
    const what = kept.endpoint === endpoint ? "parameters" : "endpoint";
    const message = `Keys for idempotent requests can only be used with the same ${what} they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
    return { status: 400, body: { error: { type: "idempotency_error", message } } };
  }

  #perform(endpoint: string, form: string, id: string): { answer: Answer; isKept: boolean } {
    try {
      return { answer: { status: 200, body: structuredClone(this.#run(endpoint, form, id)) }, isKept: true };
    } catch (error) {
      if (!(error instanceof StripeProblem)) throw error;
      return { answer: problemAnswer(error), isKept: error.isKept };
    }
  }

  #run(endpoint: string, form: string, id: string): object {
    // One table of rules and one of effects, by the same names; the types of each pair fit, which no index can say.
    const name = endpoint as Endpoint;
    const parsed = params[name].safeParse(parseForm(form));
    if (!parsed.success) {
      this.complaints.push(`${endpoint}: ${parsed.error.message}`);
      throw invalid(`Received unknown or wrong parameters: ${parsed.error.message}`, {
        code: "parameter_unknown",
      });
    }
    const run: (given: never, id: string) => object = this.#endpoints[name];
    return run(parsed.data as never, id);
  }

  /** Sends an event as Stripe does, and tells with which status it was answered. */
  async deliver(event: StripeEvent, origin: string, delivery: Delivery = {}): Promise<number> {
    const { body, signature } = signed(event, this.now(), delivery);
    const headers = { "content-type": "application/json; charset=utf-8", "stripe-signature": signature };
    return (await fetch(`${origin}/webhooks/stripe`, { method: "POST", headers, body })).status;
  }
}

/** Signed by the documented rule, and not by the library, which would only agree with itself. */
export function signed(event: StripeEvent, now: number, delivery: Delivery = {}) {
  const { secret = webhookSecret, ageSeconds = 0, change = (text: string) => text } = delivery;
  const text = JSON.stringify(event, null, 2);
  const time = Math.floor(now / 1_000) - ageSeconds;
  const signature = createHmac("sha256", secret).update(`${time}.${text}`).digest("hex");
  return { body: change(text), signature: `t=${time},v1=${signature},v0=${"0".repeat(64)}` };
}

interface Received {
  readonly form: string;
  readonly id: string;
  readonly key: string | null;
  readonly trouble: Trouble | null;
}

export interface Delivery {
  readonly secret?: string;
  readonly ageSeconds?: number;
  /** What somebody on the way does to the body. */
  readonly change?: (text: string) => string;
}

const problemAnswer = ({ status, facts }: StripeProblem): Answer => ({ status, body: { error: facts } });

const ownTrouble: Answer = {
  status: 500,
  body: { error: { type: "api_error", message: "Something went wrong on Stripe's end." } },
};

const busy: Answer = {
  status: 409,
  body: {
    error: {
      type: "invalid_request_error",
      code: "idempotency_key_in_use",
      message: "There is currently another in-progress request using this Idempotency-Key.",
    },
  },
};

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", "request-id": "req_of_the_double" });
  response.end(JSON.stringify(body));
}
