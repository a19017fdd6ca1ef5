import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Micros, micros, sum } from "../../server/domain/amount.js";
import { type CreditNote, subtotalOf, taxesGivenBack } from "../../server/domain/creditNote.js";
import { minorUnit } from "../../server/domain/currency.js";
import type { Invoice } from "../../server/domain/invoice.js";
import { amount, monthly, onePack } from "../documents/invoices.js";

type Given = Pick<CreditNote, "amount" | "taxes">;

/** Gives back an invoice in parts, one after the other. */
function inParts(invoice: Pick<Invoice, "taxes" | "total" | "currency">, parts: readonly Micros[]): Given[] {
  const notes: Given[] = [];
  for (const part of parts) notes.push({ amount: part, taxes: taxesGivenBack(invoice, notes, part) });
  return notes;
}

const taxOf = ({ taxes }: Pick<Invoice, "taxes">): Micros => sum(taxes.map((tax) => tax.amount));

describe("the taxes of credit notes", () => {
  test("are those of the invoice where all of it is given back, and none where it has none", () => {
    for (const invoice of [monthly, onePack])
      expect(taxesGivenBack(invoice, [], invoice.total)).toEqual(invoice.taxes);
    expect(taxesGivenBack({ ...monthly, taxes: [] }, [], amount("10"))).toEqual([]);
  });

  test("are the share of what is given back, added or contained, as on the invoice", () => {
    // 119 with 19 of them added; 98 that contain 15.65.
    const added = { ...monthly, total: amount("119"), subtotal: amount("100") };
    const tax = { ...monthly.taxes[0], taxable: amount("100"), amount: amount("19") };
    const [half] = inParts({ ...added, taxes: [tax] as Invoice["taxes"] }, [amount("59.5")]);
    expect(half?.taxes).toMatchObject([{ percent: amount("19"), taxable: 50_000_000, amount: 9_500_000 }]);
    expect(half && subtotalOf(half)).toBe(50_000_000);
    const [part] = inParts(onePack, [amount("49")]);
    // The half of 15.65 is rounded up.
    expect(part?.taxes).toMatchObject([{ inclusive: true, taxable: 49_000_000, amount: 7_830_000 }]);
    expect(part && subtotalOf(part)).toBe(49_000_000);
  });

  test("come to the invoice's taxes to the cent, however it is given back in parts", () => {
    const shape = fc.record({
      currency: fc.constantFrom("USD", "JPY", "KWD"),
      subtotal: fc.integer({ min: 1, max: 100_000 }),
      percent: fc.integer({ min: 1, max: 30 }),
      inclusive: fc.boolean(),
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
    });
    fc.assert(
      fc.property(shape, ({ currency, subtotal, percent, inclusive, cuts }) => {
        const unit = minorUnit(currency);
        const share = inclusive ? percent / (100 + percent) : percent / 100;
        const tax = Math.round(subtotal * share);
        const total = inclusive ? subtotal : subtotal + tax;
        const invoice = {
          currency,
          total: micros(total * unit),
          taxes: [
            {
              ...{ name: "VAT", country: "DE", percent: micros(percent * 1e6), inclusive },
              ...{ taxable: micros(subtotal * unit), amount: micros(tax * unit) },
            },
          ],
        };
        const places = [...new Set([0, ...cuts.map((cut) => Math.round(cut * total)), total])];
        const ends = places.toSorted((a, b) => a - b);
        const parts = ends.slice(1).map((end, index) => micros((end - (ends[index] ?? 0)) * unit));
        const notes = inParts(invoice, parts);
        expect(sum(notes.map(taxOf))).toBe(tax * unit);
        expect(sum(notes.map(subtotalOf))).toBe(subtotal * unit);
        for (const note of notes) {
          expect(subtotalOf(note)).toBeGreaterThanOrEqual(0);
          expect(taxOf(note)).toBeGreaterThanOrEqual(0);
          expect(Math.abs(taxOf(note) - (tax * note.amount) / total)).toBeLessThanOrEqual(unit);
        }
      }),
    );
  });
});
