import {
  expectResult,
  type PlanChanged,
  type PlanChangePreview,
  type PlannedInvoice,
  type PreviewPlanChangeInput,
  type ScripClient,
} from "@scrip/sdk";
import { expect } from "vitest";
import { formatAmount, type Micros, parseAmount, subtract, sum, zero } from "../../server/domain/amount.js";

type Change = Omit<PreviewPlanChangeInput, "customerId">;

export interface Changed {
  readonly preview: PlanChangePreview;
  readonly changed: PlanChanged;
}

/** Looks at a change before it is made, makes it, and holds what was seen to what came of it. */
export async function changePlan(sdk: ScripClient, customerId: string, change: Change): Promise<Changed> {
  const input = { customerId, ...change };
  const preview = expectResult(await sdk.previewPlanChange(input), "PlanChangePreview");
  const changed = expectResult(await sdk.changePlan(input), "PlanChanged");
  expect(changed.change).toEqual(preview.change);
  if (preview.change.timing === "NOW") {
    await expectOutcome(sdk, customerId, preview);
    expect(invoiceFigures(changed.invoice)).toEqual(preview.invoice);
    expect(setOffOf(changed.creditNote)).toEqual(preview.setOff);
  } else expect(changed.invoice).toBeNull();
  return { preview, changed };
}

/** What was previewed has come true. */
export async function expectOutcome(
  sdk: ScripClient,
  customerId: string,
  { credits }: PlanChangePreview,
): Promise<void> {
  for (const { unit, after, grants } of credits) {
    const wallet = await sdk.wallet({ customerId, unit });
    expect(formatAmount(sum((wallet?.grants ?? []).map(freeIn))), unit).toBe(after);
    const outcome = wallet?.grants.map(
      ({ id, source, amount, remaining, priority, effectiveAt, expiresAt }) => ({
        ...{ id, source, amount, remaining, priority, effectiveAt, expiresAt },
      }),
    );
    // What had no id yet has one now; everything else is as it was seen.
    const seen = grants.map((grant, index) => ({ ...grant, id: grant.id ?? outcome?.[index]?.id }));
    expect(outcome).toEqual(seen);
  }
}

const amountOf = (text: string): Micros => parseAmount(text) ?? zero;
const freeIn = ({ remaining, held }: { remaining: string; held: string }): Micros =>
  subtract(amountOf(remaining), amountOf(held));

export function invoiceFigures(invoice: PlanChanged["invoice"]) {
  if (invoice === null) return null;
  const { kind, currency, lines, subtotal, taxes, total, creditApplied, amountDue } = invoice;
  return { kind, currency, lines, subtotal, taxes, total, creditApplied, amountDue };
}

const setOffOf = (note: PlanChanged["creditNote"]): PlanChangePreview["setOff"] =>
  note && { invoiceId: note.invoiceId, amount: note.amount, currency: note.currency };

/** The grants in force, in burn order: source, what remains, and until when. */
export async function grantsOf(sdk: ScripClient, customerId: string, unit?: string): Promise<string[]> {
  const wallet = await sdk.wallet({ customerId, ...(unit === undefined ? {} : { unit }) });
  return (wallet?.grants ?? []).map(
    ({ source, remaining, expiresAt }) => `${source} ${remaining} ${shortTime(expiresAt)}`,
  );
}

/** An invoice's lines: what for, how much, and for which time. */
export const linesOf = (invoice: { readonly lines: PlannedInvoice["lines"] } | null): string[] =>
  (invoice?.lines ?? []).map(
    ({ kind, amount, period }) =>
      `${kind} ${amount} ${shortTime(period?.start ?? null)} to ${shortTime(period?.end ?? null)}`,
  );

/** As short as it can be without losing anything. */
const shortTime = (time: string | null): string =>
  time === null ? "for ever" : time.replace("T00:00:00.000Z", "").replace(":00.000Z", "");
