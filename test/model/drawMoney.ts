import fc from "fast-check";

/** Commands on invoices, as they are drawn: which one, and for how much, is settled when their turn comes. */
export type DrawnMoney =
  | {
      readonly kind: "refundPurchase" | "createCreditNote";
      readonly which: WhichBill;
      /** Of the total; null is as much as can be given back. */
      readonly percent: number | null;
      readonly settlement: "REFUND" | "BALANCE";
    }
  | { readonly kind: "voidInvoice"; readonly which: WhichBill }
  | { readonly kind: "payInvoice"; readonly which: WhichBill; readonly approved: boolean };

interface WhichBill {
  /** Below zero is the newest one. */
  readonly index: number;
  /** Usually one that something can be done with. */
  readonly of: "live" | "any" | "foreign" | "none";
}

const which = fc.record({
  index: fc.integer({ min: 0, max: 40 }),
  of: fc.oneof(
    { weight: 16, arbitrary: fc.constant("live" as const) },
    { weight: 3, arbitrary: fc.constant("any" as const) },
    { weight: 1, arbitrary: fc.constantFrom("foreign" as const, "none" as const) },
  ),
});
const back = {
  which,
  percent: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 70 }) },
    { weight: 1, arbitrary: fc.constantFrom(100, 101) },
  ),
  settlement: fc.constantFrom("REFUND" as const, "BALANCE" as const),
};

const newest: WhichBill = { index: -1, of: "live" };

/** What is done to the newest invoice of those that it can be done to. */
export const refundOf: fc.Arbitrary<DrawnMoney> = fc.record({
  ...{ ...back, kind: fc.constant("refundPurchase" as const), which: fc.constant(newest) },
  percent: fc.oneof(fc.constant(null), fc.integer({ min: 30, max: 100 })),
});
export const noteOf: fc.Arbitrary<DrawnMoney> = fc.record({
  ...{ ...back, kind: fc.constant("createCreditNote" as const), which: fc.constant(newest) },
  settlement: fc.constant("BALANCE" as const),
});
export const payNewest: DrawnMoney = { kind: "payInvoice", which: newest, approved: true };
export const onNewest = fc.constantFrom<DrawnMoney>(payNewest, { kind: "voidInvoice", which: newest });

export const money: fc.Arbitrary<DrawnMoney> = fc.oneof<
  [fc.WeightedArbitrary<DrawnMoney>, ...fc.WeightedArbitrary<DrawnMoney>[]]
>(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("refundPurchase" as const), ...back }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("createCreditNote" as const), ...back }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("voidInvoice" as const), which }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("payInvoice" as const), which, approved: fc.boolean() }),
  },
);
