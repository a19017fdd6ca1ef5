import type { Random } from "./random.js";

/** Where a server is when it is killed. */
export type Point =
  | "while it opens"
  | "at any moment"
  | "inside a transaction"
  | "before COMMIT"
  | "during COMMIT"
  | "after COMMIT";

/** Ten kills; each point as often as it has moments that are worth hitting. */
const deck: readonly Point[] = [
  "while it opens",
  "at any moment",
  "at any moment",
  "inside a transaction",
  "inside a transaction",
  "before COMMIT",
  "during COMMIT",
  "during COMMIT",
  "during COMMIT",
  "after COMMIT",
];

export interface KillPlan {
  readonly point: Point;
  /** Which transaction, counted from when the calls begin. */
  readonly transaction: number;
  /** After which statement, for a kill inside of a transaction; short ones are passed over. */
  readonly statement: number;
  /** How far into a COMMIT, as a share of how long one takes, or into the time that is left to chance. */
  readonly share: number;
}

const transactionMax = 40;
/**
 * As many as a consume has that raises an alert, which waits for an endpoint. The later ones are hit in one of these or
 * in a purchase, of which there are enough in a life.
 */
const statementMax = 20;

/** An endless row of plans: first one that may hit the migrations, then every point in each ten. */
export function* plans(random: Random): Generator<KillPlan, never> {
  const drawn = (point: Point): KillPlan => ({
    point,
    transaction: 1 + random.upTo(transactionMax),
    statement: random.upTo(statementMax),
    share: random.share(),
  });
  yield drawn("while it opens");
  for (;;) for (const point of random.shuffle(deck)) yield drawn(point);
}
