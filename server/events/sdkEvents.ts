import { type EventField, eventCatalog } from "../domain/event.js";

const wire = { text: "string", decimal: "string", time: "string", count: "number", flag: "boolean" } as const;

function typeOf(field: EventField): string {
  if (typeof field === "string") return wire[field];
  if ("orNull" in field) return `${typeOf(field.orNull)} | null`;
  return field.map((text) => `"${text}"`).join(" | ");
}

const dataOf = (data: Readonly<Record<string, EventField>>): string =>
  Object.entries(data)
    .map(([name, field]) => `    readonly ${name}: ${typeOf(field)};\n`)
    .join("");

const entryOf = ([type, { means, data }]: readonly [
  string,
  { readonly means: string; readonly data: Readonly<Record<string, EventField>> },
]): string => `  /** ${means} */\n  readonly ${type}: {\n${dataOf(data)}  };\n`;

/** The text of the SDK's `events.ts`, which `npm run codegen` writes. */
export const sdkEvents =
  (): string => `/** Written by \`npm run codegen\` from the server's event catalogue; never edited. */
import type { PageInfo } from "./generated.js";

/** What each type of event tells. Amounts are decimal strings, times are RFC 3339 text in UTC. */
export interface ScripEventData {
${Object.entries(eventCatalog).map(entryOf).join("\n")}}

/** What can happen. */
export type ScripEventType = keyof ScripEventData;

/** An event of one type. */
export interface ScripEventOf<Type extends ScripEventType> {
  /** The same however often it is sent: what was seen before can be passed over. */
  readonly id: string;
  /** What has happened. */
  readonly type: Type;
  /** To which customer; null when it is about none. */
  readonly customerId: string | null;
  /** Its place in the order of the customer's events, counted from 1 without gaps. */
  readonly sequence: number;
  /** When it happened, in the customer's time. */
  readonly createdAt: string;
  /** What there is to tell. */
  readonly data: ScripEventData[Type];
}

/** Any event, told apart by its \`type\`. A server that is newer than the SDK may send types that are not listed. */
export type ScripEvent = { readonly [Type in ScripEventType]: ScripEventOf<Type> }[ScripEventType];

/** A page of events. */
export interface ScripEventPage {
  readonly nodes: readonly ScripEvent[];
  readonly pageInfo: PageInfo;
}
`;
