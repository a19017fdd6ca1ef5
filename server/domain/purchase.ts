import { Decimal } from "decimal.js";
import { type Micros, micros, microsPerUnit } from "./amount.js";
import type { CreditPack } from "./catalog.js";
import { toMinorUnit } from "./currency.js";
import type { Instant } from "./instant.js";
import { type InvoiceLine, plainLine } from "./invoice.js";

/** PAID is final; a FAILED purchase may be tried again under the same key, one that waits for its customer too. */
export type PurchaseStatus = "PENDING" | "ACTION_REQUIRED" | "FAILED" | "PAID";
export type PaymentStatus = "PENDING" | "ACTION_REQUIRED" | "SUCCEEDED" | "FAILED";

const paymentMoves = {
  PENDING: ["PENDING", "ACTION_REQUIRED", "SUCCEEDED", "FAILED"],
  ACTION_REQUIRED: ["PENDING", "ACTION_REQUIRED", "SUCCEEDED", "FAILED"],
  // Money that arrives all the same has arrived.
  FAILED: ["SUCCEEDED"],
  SUCCEEDED: [],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

/** Answers about a payment may come late and in another order: an end is never taken back for something before it. */
export const paymentMayBecome = (from: PaymentStatus, to: PaymentStatus): boolean =>
  (paymentMoves[from] as readonly PaymentStatus[]).includes(to);

/** Whether money may still come of it. */
export const isOpen = (status: PaymentStatus): boolean =>
  status === "PENDING" || status === "ACTION_REQUIRED";

export const purchaseQuantityMax = 1_000;

/** The credits of so many packs, with the bonus of the highest tier reached, rounded down to a whole micro. */
export function packCredits(pack: CreditPack, quantity: number): Micros {
  const base = micros(pack.credits * quantity);
  const reached = pack.bonuses.filter((bonus) => quantity >= bonus.fromQuantity);
  const best = reached.reduce((a, b) => (b.fromQuantity > a.fromQuantity ? b : a), {
    fromQuantity: 0,
    percent: "0",
  });
  const bonus = new Decimal(base).times(best.percent).dividedBy(100).floor();
  return micros(base + bonus.toNumber());
}

/** What so many packs cost together, in whole coins. */
export const packTotal = ({ price }: CreditPack, quantity: number): Micros =>
  toMinorUnit(micros(price.amount * quantity), price.currency);

/** What buying so many packs is charged with. */
export function packLine(pack: CreditPack, quantity: number): InvoiceLine {
  return plainLine({
    kind: "CREDIT_PACK",
    description: pack.name,
    quantity: micros(quantity * microsPerUnit),
    unitPrice: pack.price.amount,
    net: micros(pack.price.amount * quantity),
    amount: packTotal(pack, quantity),
  });
}

/** One attempt to pay an invoice. */
export interface Payment {
  readonly customerId: string;
  readonly paymentId: string;
  readonly invoiceId: string;
  readonly status: PaymentStatus;
  readonly amount: Micros;
  readonly currency: string;
  readonly failure: string | null;
  readonly actionUrl: string | null;
  readonly createdAt: Instant;
  /** How much of it was paid back. */
  readonly refunded: Micros;
  readonly providerReference: string | null;
}
