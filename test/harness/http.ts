import { createScripClient, type ScripClient } from "@scrip/sdk";
import { pino } from "pino";
import { type Admin, openAdmin } from "../../server/app/admin.js";
import { createApp } from "../../server/app/app.js";
import { readCatalogFile } from "../../server/catalogFile.js";
import { addMs, instantFrom } from "../../server/domain/instant.js";
import { timeOrderedId } from "../../server/ids.js";
import { freshDatabase } from "./engine.js";

/** For what our own SDK cannot send: broken requests, and requests without a key or with a wrong one. */
export interface RawServer {
  readonly origin: string;
  readonly admin: Admin;
  /** Moves the wall clock, which otherwise stands still at `startOfTime`. */
  wait(ms: number): void;
  /** A client as a user has it, with the admin key unless another is given. */
  sdk(key?: string): ScripClient;
  /** Any request to /graphql, or to another path; by default a POST of JSON with the admin key. */
  send(init: RequestInit, path?: string): Promise<Answer>;
  graphql(query: string, variables?: unknown): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const startOfTime = "2026-04-15T10:00:00.000Z";
export const rawAdminKey = "the-admin-key-of-the-environment";

export async function startRawServer(catalog: string): Promise<RawServer> {
  let now = instantFrom(startOfTime);
  const outside = { clock: () => now, newId: timeOrderedId };
  const { options: database, drop } = await freshDatabase();
  const admin = await openAdmin({ database }, outside);
  await admin.applyCatalog(readCatalogFile(catalog));
  const config = { host: "127.0.0.1", port: 0, adminKey: rawAdminKey };
  const logger = pino({ level: "silent" });
  const app = await createApp({ config, database: admin.database, logger, ...outside });
  const { port } = await app.listen();
  const origin = `http://127.0.0.1:${port}`;
  const send: RawServer["send"] = async (init, path = "/graphql") => {
    const usual = { "content-type": "application/json", authorization: `Bearer ${rawAdminKey}` };
    const headers = new Headers(init.headers ?? usual);
    const response = await fetch(origin + path, { method: "POST", ...init, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    origin,
    admin,
    wait: (ms) => {
      now = addMs(now, ms);
    },
    sdk: (apiKey = rawAdminKey) =>
      createScripClient({ url: `${origin}/graphql`, apiKey, attemptsMax: 1, timeoutMs: 30_000 }),
    send,
    graphql: (query, variables) => send({ body: JSON.stringify({ query, variables }) }),
    close: async () => {
      await app.close();
      await admin.close();
      await drop();
    },
  };
}

/** Why a request had no effect: a fault of GraphQL's form, or a problem that is the result of its one field. */
export interface Refusal {
  readonly status: number;
  readonly code: unknown;
  readonly message: string;
  /** A fault's field, or a problem's attribute. */
  readonly field: unknown;
  readonly reason: unknown;
}

export function refusalIn({ status, text }: Answer): Refusal {
  const body: unknown = JSON.parse(text);
  const [error] = listIn(body, "errors");
  if (error !== undefined) {
    const { code, field } = recordOf(recordOf(error).extensions);
    return { status, code, message: String(recordOf(error).message), field, reason: undefined };
  }
  const [result] = Object.values(recordOf(recordOf(body).data));
  const { code, message, attribute, reason } = recordOf(result);
  return { status, code, message: String(message), field: attribute ?? undefined, reason };
}

const listIn = (value: unknown, name: string): unknown[] => {
  const list = recordOf(value)[name];
  return Array.isArray(list) ? list : [];
};

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** What no answer may ever hold: a stack trace, the database's words, or the words for our own mistakes. */
export const leaks =
  /\.[cm]?[jt]s:\d+|node_modules|\b(?:SELECT|INSERT|UPDATE|PRAGMA)\b|sqlite|typeorm|(?:Range|Type)Error|INTERNAL|call stack/;
