import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { BillingDocument } from "../documents/document.js";
import { htmlPage, noticePage } from "../documents/html/page.js";
import { style } from "../documents/html/style.js";
import { invoiceDocument } from "../documents/invoiceDocument.js";
import { type InvoiceHistory, invoiceJson } from "../documents/json.js";
import type { Invoice } from "../domain/invoice.js";
import type { Services } from "../graphql/services.js";
import { type Authenticate, requireKey } from "./bearer.js";
import { inTurn } from "./inTurn.js";
import { problem } from "./problem.js";

interface InvoicePagesOptions {
  readonly services: Pick<
    Services,
    "invoice" | "partiesOf" | "invoiceLinks" | "paymentsOf" | "refundsOf" | "disputesOf" | "creditNotesOf"
  >;
  readonly authenticate: Authenticate;
}

type Format = "json" | "html" | "pdf";

const mediaTypes: Readonly<Record<Format, string>> = {
  json: "application/json; charset=utf-8",
  html: "text/html; charset=utf-8",
  pdf: "application/pdf",
};

/** The page brings its one style along and needs nothing else; whatever a customer's name may hold, nothing runs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** PDFs that may wait for their turn. */
const pdfsWaitingMax = 50;

interface InvoiceRequest {
  Params: { file: string };
  Querystring: { token?: string };
}

async function historyOf(
  invoice: Invoice,
  services: InvoicePagesOptions["services"],
): Promise<InvoiceHistory> {
  const payments = (await services.paymentsOf(invoice)).map(async (payment) => ({
    ...payment,
    refunds: await services.refundsOf({
      customerId: payment.customerId,
      paymentId: payment.paymentId,
    }),
    disputes: await services.disputesOf(payment),
  }));
  const creditNotes = (await services.creditNotesOf(invoice)).map(async (note) => ({
    ...note,
    refunds: await services.refundsOf({
      customerId: note.customerId,
      creditNoteId: note.creditNoteId,
    }),
  }));
  return { payments: await Promise.all(payments), creditNotes: await Promise.all(creditNotes) };
}

/** Serves invoices at /invoices/<id>.json, .html and .pdf to who has an API key, or a link that was signed for one. */
export async function invoicePages(
  app: FastifyInstance,
  { services, authenticate }: InvoicePagesOptions,
): Promise<void> {
  const requireApiKey = requireKey(authenticate);
  const pdfInTurn = inTurn(pdfsWaitingMax);

  async function bodyOf(invoice: Invoice, format: Format, token: string | null): Promise<string | Buffer> {
    if (format === "json") return invoiceJson(invoice, await historyOf(invoice, services));
    const document = invoiceDocument(invoice, await services.partiesOf(invoice));
    if (format === "pdf") return pdfInTurn(() => makePdf(document));
    const pdf = token === null ? null : `${encodeURIComponent(invoice.invoiceId)}.pdf?token=${token}`;
    return htmlPage(document, pdf);
  }

  app.get<InvoiceRequest>(
    "/invoices/:file",
    {
      onRequest: async (request, reply) => {
        const { token } = request.query;
        if (typeof token !== "string") return requireApiKey(request, reply);
        if (await services.invoiceLinks.verify(wanted(request).id, token)) return undefined;
        return notice(reply.code(401), "This link has expired", "Ask whoever gave it to you for a new one.");
      },
    },
    async (request, reply) => {
      const { id, format } = wanted(request);
      const invoice = idText.test(id) ? await services.invoice(id) : null;
      if (invoice === null)
        return reply.code(404).send(problem("NOT_FOUND", "There is no invoice with this id."));
      const { token } = request.query;
      const body = await bodyOf(invoice, format, typeof token === "string" ? token : null);
      return withHeaders(reply, invoice, format).send(body);
    },
  );
}

/** Loaded with the first one: fonts and what sets them are more than most of the server. */
async function makePdf(document: BillingDocument): Promise<Buffer> {
  const { pdfFile } = await import("../documents/pdf/document.js");
  return pdfFile(document);
}

const idText = /^[\x21-\x7e]{1,255}$/;

/** An ending decides; without one, what the client would rather have. */
function wanted({ params, headers }: FastifyRequest<InvoiceRequest>): { id: string; format: Format } {
  const [, id = "", ending] = /^(.*?)(?:\.(json|html|pdf))?$/s.exec(params.file) ?? [];
  return { id, format: formatNamed(ending) ?? preferred(headers.accept) };
}

const formatNamed = (name: string | undefined): Format | undefined =>
  name === "json" || name === "html" || name === "pdf" ? name : undefined;

/** JSON, unless the client names another form first; browsers do. */
function preferred(accept = ""): Format {
  const named = accept.split(",").map((part) => {
    const [type = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
    return { format: formatNamed(type.replace(/^(?:application|text)\//, "")), quality: Number(quality) };
  });
  const [best] = named
    .filter(({ format, quality }) => format !== undefined && quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  return best?.format ?? "json";
}

function withHeaders(reply: FastifyReply, { number, invoiceId }: Invoice, format: Format): FastifyReply {
  const name = `${number === null ? `draft-${invoiceId}` : `invoice-${number}`}.${format}`;
  if (format === "html") reply.header("content-security-policy", contentSecurityPolicy);
  // Browsers show it in a viewer of their own, which some of them hold to the policy of the file.
  if (format === "pdf") reply.removeHeader("content-security-policy");
  return reply
    .header("content-disposition", `inline; filename="${name}"`)
    .header("cache-control", "private, no-store")
    .header("vary", "accept, authorization")
    .type(mediaTypes[format]);
}

const notice = (reply: FastifyReply, title: string, text: string): FastifyReply =>
  reply
    .header("content-security-policy", contentSecurityPolicy)
    .header("cache-control", "no-store")
    .type(mediaTypes.html)
    .send(noticePage(title, text));
