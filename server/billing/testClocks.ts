import { setImmediate as letOthersIn } from "node:timers/promises";
import type { TestClock } from "../domain/customer.js";
import { badInput, Fault } from "../domain/errors.js";
import type { NewId } from "../domain/ids.js";
import { dayMs, type Instant, toIso } from "../domain/instant.js";
import type { Present } from "../ledger/present.js";
import { postDue } from "../ledger/statement.js";
import type { Database, Tx } from "../storage/database.js";
import { CustomerRow, TestClockRow } from "../storage/rows/customers.js";
import { type Due, findDueOf, firstDue } from "./due.js";
import { type Attempts, attemptKinds, makeAttempt } from "./dueWork.js";

/** A longer jump is surely a slip; it can be made in steps. */
const advanceMaxDays = 36_525;

export const makeCreateTestClock =
  ({ database, newId }: { database: Database; newId: NewId }) =>
  ({ name, now }: { name: string | null; now: Instant }): Promise<TestClock> => {
    // Outside of the transaction, so that one whose COMMIT was not answered is made once, however often it is tried.
    const clock: TestClockRow = { testClockId: newId("clock"), name, now };
    return database.transact(async (tx) => {
      if (!(await tx.manager.existsBy(TestClockRow, { testClockId: clock.testClockId })))
        await tx.manager.insert(TestClockRow, clock);
      return clock;
    });
  };

interface Needs extends Attempts {
  readonly database: Database;
  readonly present: Present;
  /** Hears how far a clock has come. */
  readonly onStep: (testClockId: string, now: Instant) => void;
}

interface Jump {
  readonly id: string;
  readonly to: Instant;
}

/**
 * Moves a clock from one thing that falls due to the next, so that each happens at its own time and money is asked for
 * before what comes after it. Each step is a transaction: a jump that is cut short can be gone on with.
 */
export const makeAdvanceTestClock = (needs: Needs) => {
  const attempt = makeAttempt(needs);
  return async ({ id, to }: Jump): Promise<TestClock> => {
    await needs.database.read((tx) => checkJump(tx, { id, to }));
    for (;;) {
      const step = await needs.database.transact((tx) => takeStep(tx, { id, to }, needs.present));
      if (step.isLast) return step.clock;
      for (const [kind, due] of step.attempts) await attempt(kind, due);
      needs.onStep(id, step.clock.now);
      // SQLite answers without waiting, so a jump of years would be all that the process does meanwhile.
      await letOthersIn();
    }
  };
};

async function findClock(tx: Tx, testClockId: string): Promise<TestClockRow> {
  const clock = await tx.manager.findOneBy(TestClockRow, { testClockId });
  if (clock === null)
    throw new Fault("NOT_FOUND", `No test clock has the id "${testClockId.slice(0, 60)}".`, "input.id");
  return clock;
}

/** Who comes second waits here, and then sees how far the first one has come: a clock never goes back. */
async function lockClock(tx: Tx, testClockId: string): Promise<TestClockRow> {
  await tx.query("UPDATE test_clocks SET now = now WHERE test_clock_id = $1", [testClockId]);
  return findClock(tx, testClockId);
}

async function checkJump(tx: Tx, { id, to }: Jump): Promise<void> {
  const { now } = await findClock(tx, id);
  const present = toIso(now);
  if (to < now) throw badInput("input.to", `must not be before the clock's present time, ${present}.`);
  if (to > now + advanceMaxDays * dayMs)
    throw badInput("input.to", `must be at most 100 years after the clock's present time, ${present}.`);
}

interface Step {
  readonly clock: TestClock;
  readonly isLast: boolean;
  /** What is to be tried now that the clock stands there, in order. */
  readonly attempts: readonly (readonly [(typeof attemptKinds)[number], Due])[];
}

async function takeStep(tx: Tx, { id, to }: Jump, present: Present): Promise<Step> {
  const clock = await lockClock(tx, id);
  const dueAt = await firstDue(tx, id, ["billing", ...attemptKinds]);
  // Somebody else may have moved it further in the meantime.
  const isLast = dueAt === null || dueAt > to;
  const now = Math.max(clock.now, isLast ? to : dueAt) as Instant;
  await tx.manager.update(TestClockRow, { testClockId: id }, { now });
  // In the order in which everybody locks customers.
  const customers = await tx.manager.find(CustomerRow, {
    where: { testClockId: id },
    order: { customerId: "ASC" },
  });
  for (const { customerId, billingDueAt } of customers)
    if (isLast || (billingDueAt !== null && billingDueAt <= now)) await postDue(tx, customerId, present);
  const moved = { clock: { ...clock, now }, isLast };
  const attempts = [];
  if (!isLast)
    for (const kind of attemptKinds)
      for (const due of await findDueOf(tx, kind, { testClockId: id, now }))
        attempts.push([kind, due] as const);
  return { ...moved, attempts };
}

export const makeFindTestClock =
  (database: Database) =>
  (testClockId: string): Promise<TestClock | null> =>
    database.read((tx) => tx.manager.findOneBy(TestClockRow, { testClockId }));
