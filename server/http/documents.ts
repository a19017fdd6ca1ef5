import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type DocumentLinks, type Linked, linkedKinds } from "../access/documentLinks.js";
import type { BillingDocument } from "../documents/document.js";
import { htmlPage, noticePage } from "../documents/html/page.js";
import { style } from "../documents/html/style.js";
import { documentPaths } from "../graphql/links.js";
import { type Authenticate, requireKey } from "./bearer.js";
import { inTurn } from "./inTurn.js";
import { problem } from "./problem.js";

/** A document that somebody may look at, in each of its forms. */
interface Shown {
  readonly customerId: string;
  readonly document: BillingDocument;
  readonly json: () => Promise<string>;
}

/** Null when there is none with this id. */
export type FindShown = (id: string) => Promise<Shown | null>;

interface DocumentPagesOptions {
  readonly kinds: Readonly<Record<Linked["kind"], FindShown>>;
  readonly links: DocumentLinks;
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

interface DocumentRequest {
  Params: { file: string };
  Querystring: { token?: string };
}

/** Serves documents as .json, .html and .pdf to who has an API key, or a link that was signed for one of them. */
export async function documentPages(app: FastifyInstance, options: DocumentPagesOptions): Promise<void> {
  const pdfInTurn = inTurn({ what: "documents", waitingMax: pdfsWaitingMax });
  for (const kind of linkedKinds)
    serve(app, {
      ...options,
      kind,
      find: options.kinds[kind],
      makePdf: (document) => pdfInTurn(() => pdfOf(document)),
    });
}

interface Serving extends DocumentPagesOptions {
  readonly kind: Linked["kind"];
  readonly find: FindShown;
  readonly makePdf: (document: BillingDocument) => Promise<Buffer>;
}

function serve(app: FastifyInstance, { kind, find, makePdf, links, authenticate }: Serving): void {
  const requireApiKey = requireKey(authenticate, { customers: true });

  async function bodyOf({ document, json }: Shown, { id, format, token }: Wanted): Promise<string | Buffer> {
    if (format === "json") return json();
    if (format === "pdf") return makePdf(document);
    return htmlPage(document, token === null ? null : `${encodeURIComponent(id)}.pdf?token=${token}`);
  }

  app.get<DocumentRequest>(
    `${documentPaths[kind]}/:file`,
    {
      onRequest: async (request, reply) => {
        const { id, token } = wanted(request);
        if (token === null) return requireApiKey(request, reply);
        if (await links.verify({ kind, id }, token)) return undefined;
        return notice(reply.code(401), "This link has expired", "Ask whoever gave it to you for a new one.");
      },
    },
    async (request, reply) => {
      const asked = wanted(request);
      const shown = idText.test(asked.id) ? await find(asked.id) : null;
      // To a customer, what is not its own is not there.
      const own = request.caller?.customerId ?? shown?.customerId;
      if (shown === null || shown.customerId !== own)
        return reply.code(404).send(problem("NOT_FOUND", `There is no ${kind} with this id.`));
      const body = await bodyOf(shown, asked);
      return withHeaders(reply, shown.document, asked.format).send(body);
    },
  );
}

/** Loaded with the first one: fonts and what sets them are more than most of the server. */
async function pdfOf(document: BillingDocument): Promise<Buffer> {
  const { pdfFile } = await import("../documents/pdf/document.js");
  return pdfFile(document);
}

const idText = /^[\x21-\x7e]{1,255}$/;

interface Wanted {
  readonly id: string;
  readonly format: Format;
  readonly token: string | null;
}

/** An ending decides; without one, what the client would rather have. */
function wanted({ params, query, headers }: FastifyRequest<DocumentRequest>): Wanted {
  const [, id = "", ending] = /^(.*?)(?:\.(json|html|pdf))?$/s.exec(params.file) ?? [];
  const token = typeof query.token === "string" ? query.token : null;
  return { id, format: formatNamed(ending) ?? preferred(headers.accept), token };
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

function withHeaders(reply: FastifyReply, { fileName }: BillingDocument, format: Format): FastifyReply {
  if (format === "html") reply.header("content-security-policy", contentSecurityPolicy);
  // Browsers show it in a viewer of their own, which some of them hold to the policy of the file.
  if (format === "pdf") reply.removeHeader("content-security-policy");
  return reply
    .header("content-disposition", `inline; filename="${fileName}.${format}"`)
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
