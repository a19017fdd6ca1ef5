import type { Terms } from "./terms.js";

/**
 * What the model knows: nothing but lists of what has happened. No balance is kept; whoever wants one adds it up from
 * the beginning. All of it is plain data, so that a whole wallet can be copied, tried on and thrown away.
 */
export interface Wallet {
  readonly customer: string;
  readonly unit: string;
  readonly lots: Lot[];
  readonly moves: Move[];
  readonly reserves: Reserve[];
  readonly returns: Return[];
  readonly entries: Entry[];
  readonly holds: Hold[];
  readonly usages: Usage[];
  readonly undos: Undo[];
  /** How many periods have been supplied, and how many have been invoiced. */
  supplied: number;
  finals: number;
}

/** A credit grant, by a name of the model's own. */
export interface Lot {
  readonly name: string;
  readonly source: string;
  readonly amount: number;
  readonly priority: number;
  readonly from: number;
  readonly until: number | null;
  readonly operations: readonly string[] | null;
  readonly windowDays: number | null;
  /** The order in which grants were made; it decides what nothing else decides. */
  readonly born: number;
  started: boolean;
  /** Its end has come, and what was free then has expired. */
  over: boolean;
}

/** Credits that came to a grant or went from it at a time; with no grant, debt that was made (below zero) or undone. */
interface Move {
  readonly at: number;
  readonly lot: string | null;
  readonly amount: number;
}

/** Credits that a hold began to reserve, or with a negative amount let go of. */
interface Reserve extends Move {
  readonly hold: string;
}

/** Credits that a rolling window gives back; below zero where a reversal did before. */
interface Return {
  readonly at: number;
  readonly madeAt: number;
  readonly lot: string;
  readonly amount: number;
  /** Whether the ledger has it. */
  entered: boolean;
}

export interface Entry {
  readonly type: string;
  readonly amount: number;
  readonly lot: string | null;
  readonly usage: string | null;
  readonly occurredAt: number;
  readonly recordedAt: number;
}

export type Draws = readonly (readonly [lot: string, amount: number])[];

export interface Hold {
  readonly name: string;
  readonly operation: string;
  readonly quantity: number;
  readonly amount: number;
  readonly draws: Draws;
  readonly createdAt: number;
  captured: number;
  until: number;
  status: "ACTIVE" | "CAPTURED" | "RELEASED" | "EXPIRED";
  endedAt: number | null;
}

export interface Usage {
  readonly name: string;
  readonly operation: string;
  readonly quantity: number;
  readonly before: number;
  readonly amount: number;
  readonly postpaid: number;
  readonly draws: Draws;
  readonly balanceAfter: number;
  readonly hold: string | null;
  /** The billing period on whose invoice it is; null when it is on none. */
  readonly billedTo: number | null;
  readonly occurredAt: number;
  readonly recordedAt: number;
}

/** A reversal. */
export interface Undo {
  readonly name: string;
  readonly usage: string;
  readonly amount: number;
  readonly postpaid: number;
  /** Last burned first. */
  readonly draws: readonly UndoneDraw[];
  readonly billedTo: number | null;
  readonly at: number;
}

export interface UndoneDraw {
  readonly position: number;
  readonly lot: string;
  readonly amount: number;
  readonly effect: "RESTORED" | "EXPIRED" | "RETURNED";
}

export interface Customer {
  readonly id: string;
  readonly terms: Terms | null;
  readonly startsAt: number;
  readonly endsAt: number | null;
  readonly clock: "wall" | "test";
}

/** A mutation as it is sent, with names of the model where the server has ids. */
export type Sent = { readonly customer: string; readonly key: string } & (
  | {
      readonly kind: "consume";
      readonly operation: string;
      readonly quantity: number;
      readonly attributes: Readonly<Record<string, number>>;
      readonly occurredAt: number | null;
    }
  | {
      readonly kind: "reserve";
      readonly operation: string;
      readonly quantity: number;
      readonly attributes: Readonly<Record<string, number>>;
      readonly seconds: number;
    }
  | {
      readonly kind: "capture";
      readonly hold: string;
      readonly quantity: number | null;
      readonly attributes: Readonly<Record<string, number>>;
      readonly final: boolean;
      readonly beyond: boolean;
    }
  | { readonly kind: "extendHold"; readonly hold: string; readonly seconds: number }
  | { readonly kind: "release"; readonly hold: string }
  | {
      readonly kind: "reverseUsage";
      readonly usage: string;
      readonly amount: number | null;
      readonly reason: string | null;
    }
  | {
      readonly kind: "grantCredits";
      readonly unit: string;
      readonly amount: number;
      readonly source: "CARRY_OVER" | "PROMOTION" | "ADJUSTMENT";
      readonly priority: number;
      readonly from: number | null;
      readonly until: number | null;
      readonly operations: readonly string[] | null;
      readonly reason: string | null;
    }
  | { readonly kind: "purchase"; readonly pack: string; readonly quantity: number }
);

type SentKind = Sent["kind"];
export type SentOf<Kind extends SentKind> = Extract<Sent, { readonly kind: Kind }>;

/** What a mutation answered, in a form that the server's answers can be brought to as well. */
export type Answer = { readonly kind: string } & Readonly<Record<string, unknown>>;
