import type { Tx } from "../storage/database.js";

/** What a stream is about: a customer, and one of its wallets where that matters. */
export interface Topic {
  readonly customerId: string;
  /** Null for what is told of the customer as a whole. */
  readonly unit: string | null;
}

/** Something that happened, at its place in the order in which it happened. */
export interface Happening<Item> {
  readonly sequence: number;
  readonly item: Item;
}

/** Where to look on. */
export interface Wanted {
  readonly topic: Topic;
  /** The sequence of the last happening that is known. */
  readonly after: number;
}

/** What was found. */
export interface Found<Item> {
  readonly happenings: readonly Happening<Item>[];
  /** Up to here nothing is missing, and there is more beyond it when `isFull`. */
  readonly position: number;
  readonly isFull: boolean;
}

export type NotThere = "noCustomer" | "noUnit";

/** One kind of happenings, which the database keeps in order, counted for each topic from 1 without gaps. */
export interface Feed<Item> {
  readonly name: string;
  /** The sequence of the last one, 0 when there was none; or what there is not. */
  last(tx: Tx, topic: Topic): Promise<number | NotThere>;
  /** What came after, for each of those asked for; with a bounded number of statements. */
  read(tx: Tx, wanted: readonly Wanted[]): Promise<Found<Item>[]>;
}

/** As many happenings of one topic are read at once. */
export const pageMax = 100;

/** Sorts rows that carry the number of the topic they were asked for into what each one found. */
export function foundIn<Row extends { readonly nth: number; readonly sequence: number }, Item>(
  wanted: readonly Wanted[],
  rows: readonly Row[],
  itemOf: (row: Row) => Item | null,
): Found<Item>[] {
  const byTopic = wanted.map(({ after }) => ({
    happenings: [] as Happening<Item>[],
    position: after,
    rows: 0,
  }));
  for (const row of rows) {
    const found = byTopic[row.nth];
    if (found === undefined) continue;
    const item = itemOf(row);
    if (item !== null) found.happenings.push({ sequence: row.sequence, item });
    found.position = row.sequence;
    found.rows += 1;
  }
  return byTopic.map(({ rows: count, ...found }) => ({ ...found, isFull: count >= pageMax }));
}
