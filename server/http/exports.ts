import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
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

interface ExportOptions {
  readonly services: Pick<Services, "exportUsage" | "exportLedger">;
  readonly authenticate: Authenticate;
}

type Query = Readonly<Record<string, unknown>>;

/** Exports under way at a time: each holds some memory and asks the database for one page after the other. */
const underWayMax = 8;

/** Serves usage records and ledger entries as /exports/usage.csv, .jsonl and /exports/ledger.csv, .jsonl. */
export async function exportPages(
  app: FastifyInstance,
  { services, authenticate }: ExportOptions,
): Promise<void> {
  let underWay = 0;

  function send<Item>(request: FastifyRequest, reply: FastifyReply, sent: Sent<Item>): FastifyReply {
    const { name, format, asOf } = sent;
    const body = Readable.from(linesOf(sent), { objectMode: false, highWaterMark: 64 * 1024 });
    body.once("close", () => {
      underWay -= 1;
    });
    reply
      .type(mediaTypes[format])
      .header("content-disposition", `attachment; filename="${name}.${format}"`)
      .header("x-export-as-of", toIso(asOf))
      .header("cache-control", "private, no-store")
      .header("vary", "accept-encoding, authorization");
    if (!/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))) return reply.send(body);
    const zipped = createGzip();
    // What goes wrong on the way ends the connection, so that nobody takes a part for the whole.
    body.once("error", (error) => zipped.destroy(error));
    zipped.once("close", () => body.destroy());
    return reply.header("content-encoding", "gzip").send(body.pipe(zipped));
  }

  function begin(request: FastifyRequest, customerId: string | null): void {
    const { caller } = request;
    if (customerId === null && caller?.role !== "ADMIN")
      throw new Fault("FORBIDDEN", "Without a customerId this needs an admin key.");
    if (caller?.role === "CUSTOMER" && caller.customerId !== customerId)
      throw new Fault("FORBIDDEN", "This token is good for another customer only.");
    if (underWay >= underWayMax)
      throw new Fault("OVERLOADED", `${underWayMax} exports are under way; ask again when one has ended.`);
    underWay += 1;
  }

  /** Opens an export, and gives its place free again when it cannot be opened. */
  async function opened<Result>(open: () => Promise<Result>): Promise<Result> {
    try {
      return await open();
    } catch (error) {
      underWay -= 1;
      throw error;
    }
  }

  for (const format of exportFormats) {
    // A HEAD would read the whole export to send nothing of it.
    const route = { onRequest: requireKey(authenticate, { customers: true }), exposeHeadRoute: false };
    app.get<{ Querystring: Query }>(`/exports/usage.${format}`, route, async (request, reply) => {
      const query = checked(request.query, ["customerId", "from", "to", "asOf", "after"]);
      const question = { ...common(query), after: usagePlace(query) };
      begin(request, question.customerId);
      const { asOf, pages } = await opened(() => services.exportUsage(question));
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
      begin(request, question.customerId);
      const { asOf, pages } = await opened(() => services.exportLedger(question));
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

async function* linesOf<Item>({ writer, pages, isBegun }: Sent<Item>): AsyncGenerator<string> {
  if (!isBegun) yield writer.head;
  for await (const page of pages) yield writer.lines(page);
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
