import { type Micros, sum, zero } from "../domain/amount.js";
import type { Money } from "../domain/catalog.js";
import { type CreditGrant, free } from "../domain/grant.js";
import type { InvoiceContent } from "../domain/invoice.js";
import type { PlanChange, PlanChangeDecision } from "../domain/planChange.js";
import type { CustomerNotFound } from "../domain/refusal.js";
import { snapshot } from "../domain/snapshot.js";
import { altered, changeSubscriptions, type Subscriptions } from "../domain/subscriptionChange.js";
import { type Account, withSubscriptions } from "../ledger/load.js";
import { type Present, readPresent } from "../ledger/present.js";
import type { Database, Tx } from "../storage/database.js";
import {
  invoiceOrder,
  judgePlanChange,
  type PlanChangeQuestion,
  type PlanChangeRefusal,
} from "./changePlan.js";
import { foresee } from "./foresee.js";
import { composeFor } from "./issueInvoice.js";
import { loadSubscriptions, walletIn } from "./subscriptions.js";

/** A wallet right after a change of plan. */
export interface PlannedCredits {
  readonly unit: string;
  readonly before: Micros;
  readonly after: Micros;
  readonly grants: readonly PlannedGrant[];
}

/** The id is null while the grant does not exist. */
type PlannedGrant = Omit<CreditGrant, "id"> & { readonly id: string | null };

interface PlanChangePreview {
  readonly kind: "planChangePreview";
  readonly planChange: PlanChange;
  readonly credits: readonly PlannedCredits[];
  readonly invoice: InvoiceContent | null;
  readonly setOff: SetOff | null;
}

/** What comes off the invoice of the period that is left, which has not been paid. */
interface SetOff extends Money {
  readonly invoiceId: string;
}

export type PreviewPlanChangeOutcome = PlanChangePreview | CustomerNotFound | PlanChangeRefusal;

interface PreviewQuestion extends PlanChangeQuestion {
  /** The customer who asks; null for whoever sees all plans. */
  readonly viewer: string | null;
}

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** Sorts after every id that there is, as the ids of what is still to be made do. */
const plannedId = "sub_planned";

/** The decision that `changePlan` would make, and what follows from it; nothing is written. */
export const makePreviewPlanChange =
  (needs: Needs) =>
  ({ viewer, ...question }: PreviewQuestion): Promise<PreviewPlanChangeOutcome> =>
    readPresent(needs, question.customerId, async (tx, account): Promise<PreviewPlanChangeOutcome> => {
      if (account === null) return { kind: "customerNotFound", customerId: question.customerId };
      const decision = await judgePlanChange(tx, account, { question, newId: plannedId, viewer });
      if (decision.kind !== "planChange") return decision;
      const { planChange } = decision;
      const invoice = await plannedInvoice(tx, account, decision);
      const credits = await plannedCredits(tx, account, decision);
      return { kind: "planChangePreview", planChange, credits, invoice, setOff: setOffOf(decision) };
    });

/** At the period's end other invoices are made before it, which use up what there is of coupons and credit. */
async function plannedInvoice(
  tx: Tx,
  { customerId, now }: Account,
  decision: PlanChangeDecision,
): Promise<InvoiceContent | null> {
  const { planChange, taken, after } = decision;
  if (planChange.timing === "NOW") {
    const order = invoiceOrder(decision);
    return order === null ? null : composeFor(tx, order);
  }
  const { subscriptions } = after;
  const ahead = await foresee(tx, { customerId, now, subscriptions }, { until: planChange.effectiveAt });
  const fee = ahead.invoices.find(
    ({ event }) => event.kind === "fee" && event.subscribed.subscription.id === taken.subscription.id,
  );
  return fee === undefined || fee.content.lines.length === 0 ? null : fee.content;
}

function setOffOf({ givenBack }: PlanChangeDecision): SetOff | null {
  if (givenBack === null || givenBack.setOff.amount === zero) return null;
  return { invoiceId: givenBack.invoiceId, ...givenBack.setOff };
}

async function plannedCredits(
  tx: Tx,
  account: Account,
  decision: PlanChangeDecision,
): Promise<PlannedCredits[]> {
  const { from, to, effectiveAt } = decision.planChange;
  const units = [...new Set([from.unit, to.unit])];
  const present = await loadSubscriptions(tx, account, units);
  const then = await atEffect(tx, account, decision);
  return units.map((unit) => {
    const before = walletIn(present, unit);
    const { grants } = snapshot(walletIn(then, unit), effectiveAt);
    return {
      unit,
      before: sum(snapshot(before, account.now).grants.map(free)),
      after: sum(grants.map(free)),
      grants: grants.map((grant) => plannedGrant(grant, before.grants)),
    };
  });
}

/** Whoever looks at the customer when the change takes effect sees this, were nothing used until then. */
async function atEffect(
  tx: Tx,
  account: Account,
  { planChange, after }: PlanChangeDecision,
): Promise<Subscriptions> {
  if (planChange.timing === "NOW") return after;
  // Loading brings stored wallets to that time, so supplies that are due and not stored yet have to be due again.
  const stored = new Map(
    account.subscriptions.map(({ subscription }) => [subscription.id, subscription.nextPeriodIndex]),
  );
  const subscriptions = after.subscriptions.map((one) => {
    const { id, nextPeriodIndex } = one.subscription;
    return altered(one, { nextPeriodIndex: stored.get(id) ?? nextPeriodIndex });
  });
  const then = withSubscriptions(account, subscriptions, planChange.effectiveAt);
  const loaded = await loadSubscriptions(tx, then, [...after.wallets.keys()]);
  // What is stored does not know yet that something else will supply it, and so may have been left as it is.
  return changeSubscriptions(loaded, { changed: [], undone: [] });
}

const plannedGrant = (grant: CreditGrant, known: readonly CreditGrant[]): PlannedGrant =>
  known.some(({ id }) => id === grant.id) ? grant : { ...grant, id: null };
