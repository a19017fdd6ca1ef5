import { expectResult, type PeriodRule, type Plan, type ScripClient } from "@scrip/sdk";
import { UserError } from "../server/userError.js";
import { dayMs, start } from "./time.js";

/** Whom the tour is about: a customer on a plan, and the clock that it lives on. */
export interface Tourist {
  readonly sdk: ScripClient;
  readonly id: string;
  readonly plan: Plan;
  /** The clock's time. */
  now(): string;
  goTo(at: string): Promise<void>;
}

export async function newTourist(sdk: ScripClient): Promise<Tourist> {
  const plan = choosePlan(await sdk.plans());
  const clock = await sdk.createTestClock({ now: start });
  const input = { id: "acme", name: "Acme Inc.", plan: plan.key, testClockId: clock.id };
  const { customer } = expectResult(await sdk.createCustomer(input), "CustomerCreated");
  let { now } = clock;
  return {
    sdk,
    id: customer.id,
    plan,
    now: () => now,
    goTo: async (at) => {
      ({ now } = await sdk.advanceTestClock({ id: clock.id, to: at }));
    },
  };
}

/** The smallest plan that gives something to use up. */
function choosePlan(plans: readonly Plan[]): Plan {
  const plan = plans.find(({ supply }) => supply !== null && supply !== "0") ?? plans[0];
  if (plan === undefined) throw new UserError("This catalogue has no plan, so there is nobody to show.");
  return plan;
}

/** What people call a period; for a plan that never turns, it is a month of the story. */
export const nounOf = ({ every }: PeriodRule): string => (every === "YEAR" ? "year" : "month");

interface Period {
  readonly noun: string;
  /** When it turns; null when it never does. */
  readonly end: string | null;
  /** A few days that fit into it several times over. */
  readonly stepMs: number;
}

/** The period that the customer is in. */
export async function periodOf({ sdk, id, plan, now }: Tourist): Promise<Period> {
  const customer = await sdk.customer({ id });
  const end = customer?.subscription?.currentPeriod?.end ?? null;
  const lengthMs = end === null ? (plan.period.days ?? 30) * dayMs : Date.parse(end) - Date.parse(now());
  return {
    noun: nounOf(plan.period),
    end,
    stepMs: Math.min(4 * dayMs, Math.floor(lengthMs / 5)),
  };
}
