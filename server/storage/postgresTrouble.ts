import type { Outage, Trouble } from "./attempts.js";

/** How long a connection may take to be made, or to be handed over by others: less than a client of ours waits. */
export const connectTimeoutMs = 8_000;

/** How long PostgreSQL is waited for, and itself waits for others and for us. */
export interface Patience {
  /** For a lock: far longer than any of ours is held, so that whoever still holds one does not do well. */
  readonly lockMs: number;
  /** For the next statement of a transaction. A process that hangs must not hold its locks for ever. */
  readonly idleMs: number;
  /** For the answer to a statement: a network can fall silent without ending a connection. */
  readonly answerMs: number;
  /** The same when nobody waits for it. */
  readonly unhurriedMs: number;
}

export const usualPatience: Patience = {
  lockMs: 2_000,
  idleMs: 10_000,
  answerMs: 15_000,
  unhurriedMs: 3_600_000,
};

/** Nothing has been sent yet. Whatever the reason, to a caller the database is away. */
export class CannotConnect extends Error {
  override readonly name = "CannotConnect";
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const outage = (message: string, mayPassSoon: boolean): Outage => ({ kind: "outage", message, mayPassSoon });

const away = "The database does not answer.";

/**
 * By SQLSTATE, or by the code of the operating system. When a connection was lost after COMMIT was sent, the next
 * attempt finds the idempotency key and replays.
 */
const troubles: readonly { readonly code: RegExp; readonly trouble: Trouble }[] = [
  // Serialization failure, deadlock, and a row that somebody else inserted first.
  { code: /^(40001|40P01|23505)$/, trouble: { kind: "conflict" } },
  // A lock was waited for in vain: only who needs it is refused, and may try again.
  { code: /^55P03$/, trouble: { kind: "conflict", afterWait: true } },
  { code: /^(22003|23514)$/, trouble: { kind: "range" } },
  { code: /^53100$/, trouble: outage("The disk of the database is full.", false) },
  { code: /^58\w{3}$/, trouble: outage("The disk of the database has failed.", false) },
  // Cancelled by an operator, or by a time limit that an operator has set.
  { code: /^57014$/, trouble: outage("The database took too long.", false) },
  { code: /^53\w{3}$/, trouble: outage("The database has no connection or memory left.", true) },
  // Read-only: a failover has made another server the one that writes.
  { code: /^25006$/, trouble: outage("The database can only be read now.", true) },
  // Shut down, crashed, starting up, or its end of the connection is gone, as it goes when we hung for too long.
  { code: /^(08\w{3}|57P\w{2}|25P0[34])$/, trouble: outage(away, true) },
  // Here every attempt is a long wait by itself.
  { code: /^ETIMEDOUT$/, trouble: outage(away, false) },
  { code: /^E[A-Z]+$/, trouble: outage(away, true) },
];

/** What the driver and TypeORM say without a code. */
const tellings: readonly { readonly message: RegExp; readonly trouble: Trouble }[] = [
  {
    message: /timeout e(xpired|xceeded)|connection timeout|Query read timeout/,
    trouble: outage(away, false),
  },
  { message: /Connection terminated|connection error|not queryable/, trouble: outage(away, true) },
];

export function troubleOf(error: unknown): Trouble | null {
  if (!(error instanceof Error)) return null;
  // Such as a wrong password or certificate: nothing that the next attempt would find changed.
  if (error instanceof CannotConnect) return troubleOf(error.cause) ?? outage(away, false);
  // TypeORM lets go of a connection as soon as it breaks, and what runs on it next fails like this.
  if (error.name === "QueryRunnerAlreadyReleasedError") return outage(away, true);
  const code = "code" in error ? String(error.code) : "";
  const known =
    troubles.find((candidate) => candidate.code.test(code)) ??
    tellings.find(({ message }) => message.test(error.message));
  return known?.trouble ?? null;
}
