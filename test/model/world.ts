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
  /** Credits that were paid back while they were used or reserved; below zero those that have come free and gone. */
  readonly claims: { readonly lot: string; readonly amount: number }[];
  /** For each stay on a plan: the first period that has not been supplied, and the first that is not invoiced. */
  readonly supplied: Record<string, number>;
  readonly finals: Record<string, number>;
}

/** A credit grant, by a name of the model's own. */
export interface Lot {
  readonly name: string;
  readonly source: string;
  readonly amount: number;
  readonly priority: number;
  readonly from: number;
  /** A plan that is left may take its supply along. */
  until: number | null;
  readonly operations: readonly string[] | null;
  readonly windowDays: number | null;
  /** Whose supply it is. */
  readonly stay: string | null;
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
  /** What it was reserved under; it is captured under the same terms. */
  readonly terms: Terms;
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
  readonly billedTo: Period | null;
  /** The period whose quantity it adds to. */
  readonly countedIn: Period | null;
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
  readonly billedTo: Period | null;
  readonly at: number;
}

export interface UndoneDraw {
  readonly position: number;
  readonly lot: string;
  readonly amount: number;
  readonly effect: "RESTORED" | "EXPIRED" | "RETURNED";
}

/** A time on a plan. A customer has one after the other, in this order. */
export interface Stay {
  readonly name: string;
  readonly terms: Terms;
  readonly from: number;
  /** Where its periods are counted from, which may be before its beginning. */
  readonly anchor: number;
  until: number | null;
  /** When somebody decided that it ends and that nothing follows. */
  cancelledAt: number | null;
  /** Its credits end with it, and the same plan follows. */
  readonly trial?: true;
  /** What its first period is supplied with, where that is less than the plan says. */
  readonly firstSupply: number | null;
  /** The first period whose fee has not been invoiced. */
  nextFee: number;
  /** It was to come and never will. */
  undone: boolean;
  /** Nothing will be due of it any more, and another has followed. */
  gone: boolean;
  /** What others have been told of it. */
  told: "NOTHING" | "START" | "END";
}

/** A billing period of a stay. */
export interface Period {
  readonly stay: string;
  readonly index: number;
}

export interface Customer {
  readonly id: string;
  readonly clock: "wall" | "test";
  readonly stays: Stay[];
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
  | { readonly kind: "subscribe"; readonly plan: string }
  | {
      readonly kind: "changePlan";
      readonly plan: string;
      readonly timing: Timing | null;
      readonly policy: SupplyPolicy | null;
    }
  | { readonly kind: "cancelSubscription"; readonly timing: Timing | null }
  | { readonly kind: "resumeSubscription" }
  | ({ readonly kind: "refundPurchase" } & GivenBack)
  | ({ readonly kind: "createCreditNote" } & GivenBack)
  | { readonly kind: "redeemCoupon"; readonly code: string }
  | { readonly kind: "voidInvoice"; readonly invoice: string }
  | {
      readonly kind: "payInvoice";
      readonly invoice: string;
      /** Whether the customer has done what a bank asks for. */
      readonly approved: boolean;
    }
);

interface GivenBack {
  readonly invoice: string;
  readonly amount: number | null;
  readonly settlement: "REFUND" | "BALANCE";
}

export type Timing = "NOW" | "PERIOD_END";
export type SupplyPolicy = "KEEP_AND_USE_FIRST" | "PRORATE" | "FORFEIT";

type SentKind = Sent["kind"];
export type SentOf<Kind extends SentKind> = Extract<Sent, { readonly kind: Kind }>;

/** What a mutation answered, in a form that the server's answers can be brought to as well. */
export type Answer = { readonly kind: string } & Readonly<Record<string, unknown>>;
