import type { FastifyInstance } from "fastify";
import type { Sandbox } from "../payments/sandbox.js";

export interface SandboxNeeds {
  readonly sandbox: Sandbox;
  /** Tells, as a provider would by a webhook, that a customer has saved a card. */
  readonly saveCard: (customerId: string, eventId: string) => Promise<void>;
}

/** Where the sandbox sends a customer who has to do something: one button, in place of a bank's own page. */
export async function sandboxPage(app: FastifyInstance, { sandbox, saveCard }: SandboxNeeds): Promise<void> {
  const html = "text/html; charset=utf-8";
  app.get("/sandbox/payments/:id", (_request, reply) =>
    reply.type(html).send(form("A test payment waits for you.", "Approve it")),
  );
  app.get("/sandbox/payment-methods/:id", (_request, reply) =>
    reply.type(html).send(form("No card is needed here.", "Save a test card")),
  );
  // A browser posts an empty form; there is nothing in it to read.
  app.addContentTypeParser("application/x-www-form-urlencoded", (_request, payload, done) => {
    payload.resume();
    done(null);
  });
  app.post<{ Params: { id: string } }>("/sandbox/payments/:id", (request, reply) => {
    const approved = sandbox.approve(request.params.id);
    const text = approved
      ? "Approved. Send the purchase again."
      : "No payment with this id waits for approval.";
    return reply
      .code(approved ? 200 : 404)
      .type(html)
      .send(page(`<p>${text}</p>`));
  });
  app.post<{ Params: { id: string } }>("/sandbox/payment-methods/:id", async (request, reply) => {
    await saveCard(request.params.id, `sandbox_${request.id}`);
    return reply.type(html).send(page("<p>Saved.</p>"));
  });
}

const form = (text: string, button: string): string =>
  page(`<form method="post"><p>${text}</p><button>${button}</button></form>`);

const page = (body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Scrip sandbox</title><body><h1>Scrip sandbox</h1>${body}</body></html>`;
