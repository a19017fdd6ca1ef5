import type { FastifyInstance } from "fastify";
import type { Clock } from "../domain/instant.js";
import type { ProviderEvent } from "../payments/provider.js";
import type { Sandbox } from "../payments/sandbox.js";

export interface SandboxNeeds {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  /** Hears what a provider would tell by a webhook. */
  readonly handle: (event: ProviderEvent) => Promise<void>;
}

/** Where the sandbox sends a customer who has to do something: one button, in place of a bank's own page. */
export async function sandboxPage(app: FastifyInstance, needs: SandboxNeeds): Promise<void> {
  const { sandbox, clock, handle } = needs;
  const html = "text/html; charset=utf-8";
  app.get("/sandbox/payments/:id", (_request, reply) =>
    reply.type(html).send(form("A test payment waits for you.", "Approve it")),
  );
  app.get("/sandbox/payment-methods/:id", (_request, reply) =>
    reply.type(html).send(form("No card is needed here.", "Save a test card")),
  );
  app.get("/sandbox/payments/:id/dispute", (_request, reply) => reply.type(html).send(page(disputeForms)));
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
    const { id: customerId } = request.params;
    const account = { providerCustomerId: `sandbox_${customerId}`, paymentMethodId: "sandbox_card" };
    const envelope = { eventId: `sandbox_${request.id}`, occurredAt: clock() };
    await handle({ kind: "paymentMethodSaved", ...envelope, customerId, ...account });
    return reply.type(html).send(page("<p>Saved.</p>"));
  });
  app.post<{ Params: { id: string; step: string } }>(
    "/sandbox/payments/:id/dispute/:step",
    async (request, reply) => {
      const { id: paymentId, step } = request.params;
      const amount = sandbox.charged(paymentId);
      if (amount === null || !steps.includes(step))
        return reply.code(404).type(html).send(page("<p>No payment with this id can be disputed so.</p>"));
      const envelope = { eventId: `sandbox_${request.id}`, occurredAt: clock() };
      const about = {
        paymentId,
        amount,
        reference: `sandbox_${paymentId}`,
        disputeId: `dispute_${paymentId}`,
      };
      if (step === "open") await handle({ kind: "disputeOpened", ...envelope, ...about });
      else await handle({ kind: "disputeClosed", ...envelope, ...about, won: step === "won" });
      return reply.type(html).send(page("<p>Told.</p>"));
    },
  );
}

const form = (text: string, button: string): string =>
  page(`<form method="post"><p>${text}</p><button>${button}</button></form>`);

/** What a bank says of a dispute. */
const steps = ["open", "won", "lost"];
const disputeForms = steps
  .map(
    (step) => `<form method="post" action="dispute/${step}"><button>The dispute is ${step}</button></form>`,
  )
  .join("");

const page = (body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Scrip sandbox</title><body><h1>Scrip sandbox</h1>${body}</body></html>`;
