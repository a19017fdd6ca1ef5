import type { TestClock } from "../domain/customer.js";
import { badInput, Fault } from "../domain/errors.js";
import type { NewId } from "../domain/ids.js";
import { dayMs, type Instant } from "../domain/instant.js";
import { postDue } from "../ledger/statement.js";
import type { Database } from "../storage/database.js";
import { CustomerRow, TestClockRow } from "../storage/rows/customers.js";

/** A longer jump would post more renewals than one transaction should hold; it can be made in steps. */
const advanceMaxDays = 36_525;

export const makeCreateTestClock =
  ({ database, newId }: { database: Database; newId: NewId }) =>
  ({ name, now }: { name: string | null; now: Instant }): Promise<TestClock> =>
    database.transact(async (tx) => {
      const clock: TestClockRow = { testClockId: newId("clock"), name, now };
      await tx.manager.insert(TestClockRow, clock);
      return clock;
    });

/** Moves the clock and posts all that falls due for its customers, in the transaction that moves it. */
export const makeAdvanceTestClock =
  (database: Database) =>
  ({ id, to }: { id: string; to: Instant }): Promise<TestClock> =>
    database.transact(async (tx) => {
      const clock = await tx.manager.findOneBy(TestClockRow, { testClockId: id });
      if (clock === null)
        throw new Fault("NOT_FOUND", `No test clock has the id "${id.slice(0, 60)}".`, "input.id");
      const present = new Date(clock.now).toISOString();
      if (to < clock.now)
        throw badInput("input.to", `must not be before the clock's present time, ${present}.`);
      if (to > clock.now + advanceMaxDays * dayMs)
        throw badInput("input.to", `must be at most 100 years after the clock's present time, ${present}.`);
      await tx.manager.update(TestClockRow, { testClockId: id }, { now: to });
      // In the order in which everybody locks customers.
      const customers = await tx.manager.find(CustomerRow, {
        where: { testClockId: id },
        order: { customerId: "ASC" },
      });
      for (const { customerId } of customers) await postDue(tx, customerId, () => to);
      return { ...clock, now: to };
    });

export const makeFindTestClock =
  (database: Database) =>
  (testClockId: string): Promise<TestClock | null> =>
    database.read((tx) => tx.manager.findOneBy(TestClockRow, { testClockId }));
