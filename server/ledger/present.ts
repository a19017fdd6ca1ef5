import type { Clock, Instant } from "../domain/instant.js";
import type { Database, Tx } from "../storage/database.js";
import { type Account, loadAccount, loadAccounts } from "./load.js";

/** Does what is due of an account's billing by its time, in the transaction that looks at it. */
type CatchUp = (tx: Tx, account: Account) => Promise<Account>;

/** How to find accounts as they are at their present: by which clock, and what to do about what is due by then. */
export interface Present {
  readonly clock: Clock;
  readonly catchUp: CatchUp;
}

const isDue = (dueAt: Instant | null, now: Instant): boolean => dueAt !== null && dueAt <= now;

/** The accounts of those customers that exist, with nothing of their billing left to do. */
export async function presentAccounts(
  tx: Tx,
  customerIds: readonly string[],
  { clock, catchUp }: Present,
): Promise<Map<string, Account>> {
  const accounts = await loadAccounts(tx, customerIds, clock);
  for (const [id, account] of accounts)
    if (isDue(account.billingDueAt, account.now)) accounts.set(id, await catchUp(tx, account));
  return accounts;
}

/** Null when there is no such customer. */
export const presentAccount = async (tx: Tx, customerId: string, present: Present): Promise<Account | null> =>
  (await presentAccounts(tx, [customerId], present)).get(customerId) ?? null;

interface Needs {
  readonly database: Database;
  readonly present: Present;
}

/** Looks at an account without writing anything, unless something of its billing is due. */
export async function readPresent<Result>(
  { database, present }: Needs,
  customerId: string,
  look: (tx: Tx, account: Account | null) => Promise<Result>,
): Promise<Result> {
  const seen = await database.read(async (tx) => {
    const account = await loadAccount(tx, customerId, present.clock);
    if (account !== null && isDue(account.billingDueAt, account.now)) return null;
    return { result: await look(tx, account) };
  });
  if (seen !== null) return seen.result;
  return database.transact(async (tx) => look(tx, await presentAccount(tx, customerId, present)));
}
