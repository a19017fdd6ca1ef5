export type { ScripClient } from "./api.js";
export type { ScripBudgets } from "./apiBudgets.js";
export type { ConsumeBatch, ScripMutations } from "./apiMutations.js";
export type { ScripQueries } from "./apiQueries.js";
export type { AlertMessage, RecordedUsage, ScripStreams, StreamOptions } from "./apiStreams.js";
export type { ScripWebhooks } from "./apiWebhooks.js";
export { createScripClient } from "./client.js";
export {
  type ClientFaultCode,
  type FaultCode,
  ScripConnectionError,
  ScripError,
  type ScripErrorFacts,
  ScripProblemError,
} from "./errors.js";
export type {
  ScripEvent,
  ScripEventData,
  ScripEventOf,
  ScripEventPage,
  ScripEventType,
} from "./events.js";
export {
  createScripExports,
  type ExportedEntry,
  type ExportedUsage,
  type LedgerExportInput,
  type ScripExports,
  type UsageExportInput,
} from "./exports.js";
export { iterate, type Page, type PagedMethod } from "./iterate.js";
export type { KeyOptional } from "./keys.js";
export type { Fetch, RequestOptions, ScripClientOptions } from "./options.js";
export { expectResult, isProblem, type ProblemOf } from "./problems.js";
export type * from "./types.js";
export {
  ScripWebhookError,
  verifyWebhook,
  type WebhookHeaders,
  type WebhookRequest,
  type WebhookTrouble,
} from "./verifyWebhook.js";
