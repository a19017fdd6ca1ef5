import { Readable } from "node:stream";
import { constants, createGzip } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { badInput, Fault } from "../domain/errors.js";
import { type Instant, instant, toIso } from "../domain/instant.js";
import {
  type ExportFormat,
  exportFormats,
  ledgerWriter,
  mediaTypes,
  usageWriter,
  type Writer,
} from "../exports/format.js";
import { isStorableText } from "../graphql/scalars.js";
import type { Services } from "../graphql/services.js";
import { type Authenticate, requireKey } from "./bearer.js";
import { exportPlaces } from "./exportPlaces.js";
import { patience as defaultPatience, endWhenStuck, linesOf, type Patience } from "./exportStream.js";

interface ExportOptions {
  readonly services: Pick<Services, "exportUsage" | "exportLedger">;
  readonly authenticate: Authenticate;
  readonly patience?: Patience;
}

type Query = Readonly<Record<string, unknown>>;

/** Serves usage records and ledger entries as /exports/usage.csv, .jsonl and /exports/ledger.csv, .jsonl. */
export async function exportPages(
  app: FastifyInstance,
  { services, authenticate, patience = defaultPatience }: ExportOptions,
): Promise<void> {
  const places = exportPlaces();

  function send<Item>(request: FastifyRequest, reply: FastifyReply, sent: Sent<Item>): FastifyReply {
    const { name, format, asOf } = sent;
    // CSV has no line that means nothing; there, only the head of the reply goes out at once.
    const sign = format === "jsonl" ? "\n" : null;
    const body = Readable.from(linesOf({ ...sent, sign }, patience), {
      objectMode: false,
      highWaterMark: 64 * 1024,
    });
    endWhenStuck(reply.raw, patience);
    reply
      .type(mediaTypes[format])
      .header("content-disposition", `attachment; filename="${name}.${format}"`)
      .header("x-export-as-of", toIso(asOf))
      .header("cache-control", "private, no-store")
      .header("vary", "accept-encoding, authorization");
    // From then on the reply has its headers, which do not wait for the first row.
    reply.raw.once("pipe", () => reply.raw.flushHeaders());
    if (!/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))) return reply.send(body);
    // Each page is sent whole, and a sign of life at once.
    const zipped = createGzip({ flush: constants.Z_SYNC_FLUSH });
    // What goes wrong on the way ends the connection, so that nobody takes a part for the whole.
    body.once("error", (error) => zipped.destroy(error));
    zipped.once("close", () => body.destroy());
    return reply.header("content-encoding", "gzip").send(body.pipe(zipped));
  }

  function admit(request: FastifyRequest, customerId: string | null): void {
    const { caller } = request;
    if (customerId === null && caller?.role !== "ADMIN")
      throw new Fault("FORBIDDEN", "Without a customerId this needs an admin key.");
    if (caller?.role === "CUSTOMER" && caller.customerId !== customerId)
      throw new Fault("FORBIDDEN", "This token is good for another customer only.");
  }

  /** Takes a place for an export, which is free again when it cannot be opened, and as soon as the reply is over. */
  async function opened<Result>(
    request: FastifyRequest,
    reply: FastifyReply,
    open: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const leave = places.take(request.caller);
    const left = new AbortController();
    reply.raw.once("close", () => {
      leave();
      left.abort();
    });
    try {
      return await open(left.signal);
    } catch (error) {
      leave();
      throw error;
    }
  }

  for (const format of exportFormats) {
    // A HEAD would read the whole export to send nothing of it.
    const route = { onRequest: requireKey(authenticate, { customers: true }), exposeHeadRoute: false };
    app.get<{ Querystring: Query }>(`/exports/usage.${format}`, route, async (request, reply) => {
      const query = checked(request.query, ["customerId", "from", "to", "asOf", "after"]);
      const question = { ...common(query), after: usagePlace(query) };
      admit(request, question.customerId);
      const { asOf, pages } = await opened(request, reply, (signal) =>
        services.exportUsage({ ...question, signal }),
      );
      const isBegun = question.after !== null;
      return send(request, reply, {
        writer: usageWriter(format),
        name: "usage",
        format,
        asOf,
        pages,
        isBegun,
      });
    });
    app.get<{ Querystring: Query }>(`/exports/ledger.${format}`, route, async (request, reply) => {
      const query = checked(request.query, ["customerId", "unit", "from", "to", "asOf", "after"]);
      const question = { ...common(query), unit: textOf(query, "unit"), after: ledgerPlace(query) };
      admit(request, question.customerId);
      const { asOf, pages } = await opened(request, reply, (signal) =>
        services.exportLedger({ ...question, signal }),
      );
      const isBegun = question.after !== null;
      return send(request, reply, {
        writer: ledgerWriter(format),
        name: "ledger",
        format,
        asOf,
        pages,
        isBegun,
      });
    });
  }
}

interface Sent<Item> {
  readonly pages: AsyncIterable<readonly Item[]>;
  readonly writer: Writer<Item>;
  /** Whether the rest of an export is asked for, whose head has been sent before. */
  readonly isBegun: boolean;
  readonly name: string;
  readonly format: ExportFormat;
  readonly asOf: Instant;
}

/** A misspelt name would otherwise export everything. */
function checked(query: Query, names: readonly string[]): Query {
  for (const name of Object.keys(query))
    if (!names.includes(name))
      throw badInput(name.slice(0, 60), `is not known here; there are ${names.join(", ")}.`);
  return query;
}

const textMax = 400;

function textOf(query: Query, name: string): string | null {
  const value = query[name];
  if (value === undefined) return null;
  if (typeof value !== "string") throw badInput(name, "must be given once.");
  if (value === "" || value.length > textMax || !isStorableText(value))
    throw badInput(name, `must be a text of 1 to ${textMax} characters.`);
  return value;
}

const instantText = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function timeOf(query: Query, name: string): Instant | null {
  const text = textOf(query, name);
  if (text === null) return null;
  const ms = instantText.test(text) ? Date.parse(text) : Number.NaN;
  if (!(ms >= 0)) throw badInput(name, 'must be a time such as "2026-04-15T00:00:00Z".');
  return instant(ms);
}

function common(query: Query) {
  const [from, to] = [timeOf(query, "from"), timeOf(query, "to")];
  if (from !== null && to !== null && from >= to) throw badInput("from", "must be before to.");
  return { customerId: textOf(query, "customerId"), from, to, asOf: timeOf(query, "asOf") };
}

function usagePlace(query: Query) {
  const after = textOf(query, "after");
  if (after === null) return null;
  const [, customerId, id] = /^([^/]+)\/([^/]+)$/.exec(after) ?? [];
  if (customerId === undefined || id === undefined || isOther(query, customerId))
    throw badInput("after", "must be the customerId and the id of the last row, with a slash between them.");
  return { customerId, id };
}

function ledgerPlace(query: Query) {
  const after = textOf(query, "after");
  if (after === null) return null;
  const [, customerId, unit, sequence] = /^entry_([^/]+)\/([^/]+)\/(\d{1,15})$/.exec(after) ?? [];
  if (customerId === undefined || unit === undefined || isOther(query, customerId))
    throw badInput("after", "must be the id of the last row.");
  return { customerId, unit, sequence: Number(sequence) };
}

const isOther = ({ customerId }: Query, named: string): boolean =>
  customerId !== undefined && customerId !== named;
