import "reflect-metadata";
import type { EntityManager, ObjectLiteral } from "typeorm";
import type { OnChange } from "./changes.js";
import type { Dialect } from "./dialect.js";
import { openPostgres, type PostgresOptions } from "./postgres.js";
import { openSqlite } from "./sqlite.js";

/** What a transaction can do. It must not be kept beyond the work that got it. */
export interface Tx {
  readonly manager: EntityManager;
  readonly dialect: Dialect;
  /** Whether rows have to be locked before they are decided on: others write at the same time. */
  readonly locks: boolean;
  /** Parameters are written $1, $2 … and may repeat. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs an insert that the dialect has made, with any number of rows. */
  insert(sql: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  /** Notes that a customer has got something new that others may be watching for. */
  changed(customerId: string): void;
}

interface ReadOptions {
  /** Nobody waits for it: a statement may take as long as it needs to, such as one that adds up all books. */
  readonly unhurried?: boolean;
}

export interface Database {
  /** Runs the work in one transaction; what it did is durable when the promise resolves, or undone when it rejects. */
  transact<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  /** Runs the work on one consistent view of the data. */
  read<Result>(work: (tx: Tx) => Promise<Result>, options?: ReadOptions): Promise<Result>;
  /** Rejects as calls do while the database cannot be read, or not be written to. */
  ping(): Promise<void>;
  /**
   * Tells after a commit, of this process or of another one, which customers have got something new. It only wakes:
   * it may come twice, or for nothing, or, when a process or a connection dies, not at all. Returns how to stop it.
   */
  onChange(listener: OnChange): () => void;
  close(): Promise<void>;
}

export type DatabaseOptions =
  | { readonly engine: "sqlite"; readonly path: string }
  | ({ readonly engine: "postgres" } & PostgresOptions);

/** Opens the database, and creates or migrates its tables. */
export const openDatabase = (options: DatabaseOptions): Promise<Database> =>
  options.engine === "sqlite" ? openSqlite(options.path) : openPostgres(options);

/** A row class of `rows/`. */
export type RowClass<Row extends ObjectLiteral> = new () => Row;
