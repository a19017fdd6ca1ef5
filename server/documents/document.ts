import type { Instant } from "../domain/instant.js";

/**
 * What a document shows, in the words and figures that are read: a page and a PDF of it only place them, so that they
 * cannot differ.
 */
export interface BillingDocument {
  /** What it is, such as `Invoice`, and with its number. */
  readonly title: string;
  readonly name: string;
  /** Without its ending. */
  readonly fileName: string;
  readonly stamp: Stamp | null;
  /** Goes into the file's own properties. The clock does not: one invoice is one file, to the byte. */
  readonly madeAt: Instant;
  readonly seller: Party | null;
  readonly buyer: Party;
  /** What the buyer is to this document, such as `Billed to`. */
  readonly buyerLabel: string;
  readonly facts: readonly Fact[];
  readonly demand: Demand;
  readonly items: Table;
  readonly totals: readonly Total[];
  readonly statement: Statement | null;
  /** Paragraphs. */
  readonly notes: readonly string[];
}

export interface Stamp {
  readonly text: "DRAFT" | "PAID" | "VOID" | "UNCOLLECTIBLE";
  readonly tone: "neutral" | "good" | "bad" | "warning";
}

export interface Party {
  readonly name: string;
  readonly lines: readonly string[];
}

export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** What the reader is to do: how much, and until when or why not. */
export interface Demand {
  readonly label: string;
  readonly figure: string;
  readonly remark: string | null;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly groups: readonly Group[];
  /** Below all groups. */
  readonly sum: Row | null;
}

interface Column {
  readonly label: string;
  readonly kind: "text" | "figure";
}

/** Rows that belong together, under a title of their own if they have one. */
export interface Group {
  readonly title: string | null;
  readonly rows: readonly Row[];
  readonly sum: Row | null;
}

/** A cell for each column; the first one may have a remark below it. */
export interface Row {
  readonly cells: readonly string[];
  readonly remark: string | null;
}

export interface Total {
  readonly label: string;
  readonly figure: string;
  /** `part` is added up, `sum` is what parts come to, `demand` is what it is all about, `aside` adds nothing. */
  readonly weight: "part" | "sum" | "demand" | "aside";
}

/** How every line came to its amount. */
export interface Statement {
  readonly title: string;
  readonly introduction: string;
  readonly table: Table;
}
