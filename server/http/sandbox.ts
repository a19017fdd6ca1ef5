import type { FastifyInstance } from "fastify";
import type { Sandbox } from "../payments/sandbox.js";

/** Where the sandbox sends a customer who has to confirm a payment: one button, in place of a bank's own page. */
export async function sandboxPage(app: FastifyInstance, { sandbox }: { sandbox: Sandbox }): Promise<void> {
  app.get("/sandbox/payments/:id", (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .send(
        page('<form method="post"><p>A test payment waits for you.</p><button>Approve it</button></form>'),
      ),
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
      .type("text/html; charset=utf-8")
      .send(page(`<p>${text}</p>`));
  });
}

const page = (body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Scrip sandbox</title><body><h1>Scrip sandbox</h1>${body}</body></html>`;
