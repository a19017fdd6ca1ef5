import { join } from "node:path";
import { makeBudgets } from "../server/billing/budgets.js";
import { makeSetBudget, type SetBudgetCommand } from "../server/billing/setBudget.js";
import { type Micros, microsPerUnit } from "../server/domain/amount.js";
import { type Books, callOf, openBooks } from "./books.js";
import { drive, type Measured } from "./drive.js";
import { withFolder } from "./folder.js";
import { startPostgres } from "./postgres.js";
import { compare, type Effort, type Result } from "./result.js";

const customers = 1_000;
const customersAtOnce = 8;
const inFlight = 64;

type Kind = Pick<SetBudgetCommand, "window" | "days" | "measure" | "operation" | "group" | "action">;

const all = { days: null, measure: "CREDITS", operation: null, group: null, action: "BLOCK" } as const;

/** One of each kind; every call counts in all of them. */
const five: readonly Kind[] = [
  { ...all, window: "DAY" },
  { ...all, window: "MONTH", action: "WARN" },
  { ...all, window: "PERIOD", measure: "MONEY" },
  { ...all, window: "ROLLING", days: 30, group: "Generation" },
  { ...all, window: "ROLLING", days: 1, operation: "image.generate" },
];

/** Without credits of their own customers are billed, so that a budget of money has something to count. */
const granted = 0 as Micros;

/** What five budgets cost a call, without HTTP: customers who have them against as many who have none. */
export async function benchBudgets(effort: Effort): Promise<Result[]> {
  const sqlite = await withFolder(async (folder) => {
    const open = (name: string) =>
      openBooks({ engine: "sqlite", path: join(folder, name) }, customers, granted);
    return measure(effort, "SQLite", { limited: await open("limited.db"), free: await open("free.db") });
  });
  const postgres = await startPostgres();
  try {
    const open = async (name: string) => {
      const url = await postgres.createDatabase(name);
      return openBooks({ engine: "postgres", url, poolSize: 8 }, customers, granted);
    };
    const books = { limited: await open("limited"), free: await open("free") };
    return [sqlite, await measure(effort, "PostgreSQL", books)];
  } finally {
    await postgres.stop();
  }
}

interface Compared {
  readonly limited: Books;
  readonly free: Books;
}

async function measure(effort: Effort, engine: string, { limited, free }: Compared): Promise<Result> {
  for (const books of [limited, free]) await spendSupplies(books);
  await setBudgets(limited);
  const over =
    ({ consume }: Books) =>
    (): Promise<Measured> =>
      drive({ inFlight, seconds: effort.seconds, call: (n) => consume(callOf(n, customers)) });
  const result = await compare(effort, {
    id: `budgets-${engine.toLowerCase()}`,
    bench: `${engine}, in process: five budgets / none`,
    counts: "calls/s",
    target: "≥ 0.9",
    ours: over(limited),
    baseline: over(free),
  });
  await expectAllCount(limited);
  for (const books of [limited, free]) {
    await books.verify();
    await books.close();
  }
  return result;
}

/** Else it would be measured what fewer of them cost. */
async function expectAllCount({ needs, customerIds: [customerId = ""] }: Books): Promise<void> {
  const budgets = await makeBudgets(needs)(customerId);
  if (budgets.length < five.length || budgets.some(({ count }) => count.spent === 0))
    throw new Error("Not every budget has counted a call.");
}

/** What the plan gives each month pays for fifteen calls, which a short run may not come to. */
async function spendSupplies({ consume, customerIds }: Books): Promise<void> {
  const quantity = (20 * microsPerUnit) as Micros;
  await Promise.all(customerIds.map((_, n) => consume({ ...callOf(n, customers), quantity })));
}

/** So high that no call is refused. */
const plenty = 1_000_000_000_000 as Micros;

async function setBudgets({ needs, customerIds }: Books): Promise<void> {
  const setBudget = makeSetBudget(needs);
  const ids = [...customerIds];
  while (ids.length > 0)
    await Promise.all(
      ids.splice(0, customersAtOnce).map(async (customerId) => {
        for (const [n, kind] of five.entries())
          await setBudget({
            ...kind,
            ...{ customerId, budgetId: null, setBy: "OPERATOR", unit: null, apiKeyId: null },
            ...{ name: `Budget ${n}`, limit: plenty, thresholds: [50, 80, 100] },
            idempotencyKey: `budget ${n}`,
          });
      }),
    );
}
