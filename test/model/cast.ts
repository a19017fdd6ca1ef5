import assert from "node:assert/strict";
import { instant } from "../../server/domain/instant.js";
import type { Engine } from "./engine.js";
import { keep, sceneOf, type World } from "./model.js";
import type { Role } from "./stories.js";
import { dayLong, plans, type Terms } from "./terms.js";
import type { Customer } from "./world.js";

/** Who may appear in a history, and how they come to be on both sides. */

export const started = Date.parse("2026-01-31T10:20:30.456Z");

interface Part {
  readonly plan: string | null;
  readonly clock?: "test";
  /** The subscription begins so many days later. */
  readonly startsIn?: number;
  /** The subscription ends so many days after the beginning. */
  readonly endsIn?: number;
  /** It begins with a trial of so many days. */
  readonly trialDays?: number;
}

const parts: Readonly<Record<Role, Part>> = {
  monthly: { plan: "monthly" },
  anchored: { plan: "anchored" },
  rolling: { plan: "rolling" },
  once: { plan: "once" },
  owing: { plan: "owing" },
  capped: { plan: "capped" },
  bare: { plan: "bare" },
  tester: { plan: "monthly", clock: "test" },
  roller: { plan: "rolling", clock: "test" },
  trier: { plan: "rolling", trialDays: 25 },
  leaver: { plan: "anchored", endsIn: 10 },
  coming: { plan: "capped", startsIn: 3 },
  planless: { plan: null },
};

const termsOf = (key: string | null): Terms | null => plans.find((plan) => plan.key === key) ?? null;

export function castFor(run: string, roles: readonly Role[]): Customer[] {
  return roles.map((role) => {
    const { plan, clock = "wall", startsIn = 0, endsIn, trialDays } = parts[role];
    const id = `${run}-${role}`;
    const terms = termsOf(plan);
    const from = started + startsIn * dayLong;
    const until = endsIn === undefined ? null : started + endsIn * dayLong;
    const stay = {
      terms,
      from,
      anchor: from,
      until,
      firstSupply: null,
      nextFee: 0,
      undone: false,
      gone: false,
      told: "NOTHING" as const,
    };
    const name = `stay 1 of ${id}`;
    if (terms === null) return { id, clock, stays: [] };
    const first = { ...stay, terms, name, cancelledAt: until === null ? null : started };
    if (trialDays === undefined) return { id, clock, stays: [first] };
    const end = from + trialDays * dayLong;
    const following = { ...first, name: `stay 2 of ${id}`, from: end, anchor: end };
    return { id, clock, stays: [{ ...first, until: end, trial: true as const }, following] };
  });
}

/** The model has them. */
export function enterModel(world: World, cast: readonly Customer[]): void {
  for (const customer of cast) {
    world.customers.push(customer);
    for (const { terms } of customer.stays) keep(world, sceneOf(world, customer, terms.unit));
  }
}

const nothing = { terms: null, from: started, until: null, trial: undefined };

/** A server has them; it answers with the clock that some of them live on. */
export async function enterServer(engine: Engine, cast: readonly Customer[]): Promise<string> {
  const { testClockId } = await engine.createTestClock({ name: null, now: instant(started) });
  const person = { name: null, email: null, metadata: {} };
  for (const { id, stays, clock } of cast) {
    const [{ terms, from, until, trial } = nothing] = stays;
    const isLater = from > started || trial === true;
    const created = await engine.createCustomer({
      ...person,
      id,
      plan: isLater ? null : (terms?.key ?? null),
      testClockId: clock === "test" ? testClockId : null,
      idempotencyKey: "create",
    });
    assert.equal(created.kind, "customerCreated");
    if (isLater && terms !== null)
      await engine.subscribe({
        ...{ customerId: id, plan: terms.key, idempotencyKey: "subscribe" },
        startsAt: instant(from),
        ...(trial === true && until !== null && { trialDays: (until - from) / dayLong }),
      });
    // Cancelling ends a subscription with its period; here it may end at any time, and that is known from the start.
    if (until !== null && trial !== true)
      await engine.database.transact((tx) =>
        tx.query("UPDATE subscriptions SET ends_at = $2, cancelled_at = $3 WHERE customer_id = $1", [
          id,
          until,
          started,
        ]),
      );
  }
  return testClockId;
}
