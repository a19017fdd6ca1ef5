import type { Coupon } from "../domain/catalog.js";
import { type CouponRedemption, redeemableUntil } from "../domain/coupon.js";
import type { NewId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type {
  CouponNotFound,
  CouponNotRedeemable,
  CustomerNotFound,
  IdempotencyConflict,
} from "../domain/refusal.js";
import { findEarlierUse, keepKeys, keyedInput } from "../ledger/idempotency.js";
import type { Account } from "../ledger/load.js";
import { type Present, presentAccount } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import { CouponRow } from "../storage/rows/catalog.js";
import { loadRedemptions, saveRedemption } from "./billingFacts.js";

export interface CouponCommand {
  readonly customerId: string;
  readonly code: string;
  readonly idempotencyKey: string;
}

interface CouponEffect<Kind extends "couponRedeemed" | "couponRemoved"> {
  readonly kind: Kind;
  readonly redemption: CouponRedemption;
  readonly replayed: boolean;
}

export type RedeemCouponOutcome =
  | CouponEffect<"couponRedeemed">
  | CouponNotFound
  | CouponNotRedeemable
  | CustomerNotFound
  | IdempotencyConflict;

export type RemoveCouponOutcome =
  | CouponEffect<"couponRemoved">
  | CouponNotFound
  | CustomerNotFound
  | IdempotencyConflict;

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly newId: NewId;
}

export const makeRedeemCoupon =
  ({ database, present, newId }: Needs) =>
  (command: CouponCommand): Promise<RedeemCouponOutcome> =>
    database.transact(async (tx) => {
      const { customerId, code } = command;
      const keyed = keyedInput("redeemCoupon", command);
      // First, because it locks the customer: a key that is unused after that stays so.
      const account = await presentAccount(tx, customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId };
      const own = await loadRedemptions(tx, customerId);
      if (earlier.kind === "replay")
        return { kind: "couponRedeemed", redemption: byId(own, earlier.resultId), replayed: true };
      const coupon = await loadOfferedCoupon(tx, code);
      if (coupon === null) return { kind: "couponNotFound", coupon: code };
      const reason = await whyNotRedeemable(tx, coupon, { own, now: account.now });
      if (reason !== null) return { kind: "couponNotRedeemable", coupon: code, reason };
      const redemption = newRedemption(account, coupon, newId("redemption"));
      await saveRedemption(tx, redemption);
      await keepKeys(tx, [{ ...keyed, resultId: redemption.redemptionId, usedAt: account.now }]);
      return { kind: "couponRedeemed", redemption, replayed: false };
    });

/** The coupon is taken off no invoice that is made from now on; its redemption stays on record, and counted. */
export const makeRemoveCoupon =
  ({ database, present }: Needs) =>
  (command: CouponCommand): Promise<RemoveCouponOutcome> =>
    database.transact(async (tx) => {
      const { customerId, code } = command;
      const keyed = keyedInput("removeCoupon", command);
      const account = await presentAccount(tx, customerId, present);
      const earlier = await findEarlierUse(tx, keyed);
      if (earlier.kind === "idempotencyConflict") return earlier;
      if (account === null) return { kind: "customerNotFound", customerId };
      const own = await loadRedemptions(tx, customerId);
      if (earlier.kind === "replay")
        return { kind: "couponRemoved", redemption: byId(own, earlier.resultId), replayed: true };
      const redeemed = own.find(({ coupon, endedAt }) => coupon.key === code && endedAt === null);
      if (redeemed === undefined) return { kind: "couponNotFound", coupon: code };
      const redemption = { ...redeemed, endedAt: account.now };
      await saveRedemption(tx, redemption);
      await keepKeys(tx, [{ ...keyed, resultId: redemption.redemptionId, usedAt: account.now }]);
      return { kind: "couponRemoved", redemption, replayed: false };
    });

function byId(redemptions: readonly CouponRedemption[], id: string): CouponRedemption {
  const found = redemptions.find(({ redemptionId }) => redemptionId === id);
  if (found === undefined) throw new Error(`Redemption ${id} of a kept key is missing.`);
  return found;
}

async function loadOfferedCoupon(tx: Tx, code: string): Promise<Coupon | null> {
  const row = await tx.manager.findOneBy(CouponRow, { key: code });
  return row === null || row.archivedAt !== null ? null : row.definition;
}

interface Asked {
  readonly own: readonly CouponRedemption[];
  readonly now: Instant;
}

async function whyNotRedeemable(
  tx: Tx,
  coupon: Coupon,
  { own, now }: Asked,
): Promise<CouponNotRedeemable["reason"] | null> {
  if (own.some(({ coupon: { key } }) => key === coupon.key)) return "ALREADY_REDEEMED";
  const until = redeemableUntil(coupon);
  if (until !== null && now >= until) return "EXPIRED";
  return (await takeOne(tx, coupon)) ? null : "LIMIT_REACHED";
}

/** Counts a redemption unless the limit is reached; customers who come together wait here for one another. */
async function takeOne(tx: Tx, { key, maxRedemptions }: Coupon): Promise<boolean> {
  const taken = await tx.query(
    `INSERT INTO coupon_counts (coupon, redeemed) VALUES ($1, 1)
     ON CONFLICT (coupon) DO UPDATE SET redeemed = coupon_counts.redeemed + 1
     WHERE coupon_counts.redeemed < $2 RETURNING redeemed`,
    [key, maxRedemptions ?? Number.MAX_SAFE_INTEGER],
  );
  return taken.length === 1;
}

const newRedemption = (
  { customerId, now }: Account,
  coupon: Coupon,
  redemptionId: string,
): CouponRedemption => ({ customerId, redemptionId, coupon, redeemedAt: now, uses: [], endedAt: null });

/** All that a customer has redeemed, in that order. */
export const makeCouponsOf =
  (database: Database) =>
  (customerId: string): Promise<CouponRedemption[]> =>
    database.read((tx) => loadRedemptions(tx, customerId));
