import type { FastifyInstance } from "fastify";
import type { ProviderEvent } from "../payments/provider.js";
import { BadSignature, type ReadEvent } from "../payments/stripeEvents.js";

/** Stripe's messages have some kilobytes; a stranger must not make the server hold more. */
const bodyMaxBytes = 256 * 1024;

export interface WebhookNeeds {
  readonly readEvent: ReadEvent;
  /** Resolves when the event has had its effect; what it throws makes the provider send the event again. */
  readonly handle: (event: ProviderEvent) => Promise<void>;
}

/** Where Stripe tells what has become of payments. Who sends is known by the signature over the bytes alone. */
export async function stripeWebhooks(
  app: FastifyInstance,
  { readEvent, handle }: WebhookNeeds,
): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  // Answers say nothing: Stripe reads the status only, and nobody else has any business here.
  app.setErrorHandler((error: { readonly statusCode?: number }, request, reply) => {
    const status = error instanceof BadSignature ? 400 : (error.statusCode ?? 500);
    const forged = "A webhook's signature does not fit STRIPE_WEBHOOK_SECRET, or is too old";
    if (status === 400) request.log.warn({ requestId: request.id }, forged);
    if (status >= 500) request.log.error({ err: error, requestId: request.id }, "A webhook failed");
    return reply.code(status).send();
  });
  app.post("/webhooks/stripe", { bodyLimit: bodyMaxBytes }, async ({ body, headers }, reply) => {
    const signature = headers["stripe-signature"];
    if (!(body instanceof Buffer) || typeof signature !== "string") throw new BadSignature();
    const event = await readEvent(body, signature);
    if (event !== null) await handle(event);
    return reply.code(200).send();
  });
}
