import { makeTopUp } from "../../server/billing/autoTopUp.js";
import { makeCancelPayment } from "../../server/billing/cancelPayment.js";
import { makeApplyCatalog } from "../../server/billing/catalog/store.js";
import { presentBy } from "../../server/billing/catchUp.js";
import { makeCollect } from "../../server/billing/collect.js";
import { makeCreateCustomer } from "../../server/billing/customers.js";
import { makeDueWork } from "../../server/billing/dueWork.js";
import { makeTakeUpRefund } from "../../server/billing/refunds.js";
import { makeAskAfterPurchase } from "../../server/billing/unpaidPurchases.js";
import { readCatalogFile } from "../../server/catalogFile.js";
import type { DunningTerms } from "../../server/domain/dunning.js";
import type { NewId } from "../../server/domain/ids.js";
import type { Clock } from "../../server/domain/instant.js";
import { timeOrderedId } from "../../server/ids.js";
import { makeMeter } from "../../server/metering/meter.js";
import type { PaymentProvider } from "../../server/payments/provider.js";
import { sandboxPayments } from "../../server/payments/sandbox.js";
import { type Database, type DatabaseOptions, openDatabase } from "../../server/storage/database.js";

interface Outside {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly payments?: PaymentProvider;
}

/** What the use cases need, put together as the server does, for tests that call them without one. */
export function coreOf(outside: Outside) {
  const core = {
    ...outside,
    present: presentBy(outside.clock),
    payments: outside.payments ?? sandboxPayments(),
  };
  return {
    ...core,
    collect: makeCollect(core),
    takeUpRefund: makeTakeUpRefund(core),
    askAfterPurchase: makeAskAfterPurchase(core),
    cancelPayment: makeCancelPayment(core),
    onStep: () => undefined,
    topUp: makeTopUp(core),
    // Whoever wants it calls `topUp`.
    topUpSoon: () => undefined,
  };
}

interface Process {
  readonly options: DatabaseOptions;
  readonly catalog: string;
  readonly clock: Clock;
  readonly payments?: PaymentProvider;
  /** In the place of the catalogue's own. */
  readonly dunning?: DunningTerms;
}

/** A process of Scrip without its HTTP side: its clock and its jobs go as the test says. */
export async function openProcess({ options, catalog, clock, dunning, ...given }: Process) {
  const database = await openDatabase(options);
  const core = coreOf({ database, clock, newId: timeOrderedId, ...given });
  const offered = readCatalogFile(catalog);
  await makeApplyCatalog(core)({ ...offered, dunning: dunning ?? offered.dunning });
  const failed = (customerId: string, error: unknown): never => {
    throw new Error(`What was due of ${customerId} failed.`, { cause: error });
  };
  const jobs = Object.values(makeDueWork({ ...core, onFailure: failed }));
  return {
    ...core,
    ...makeMeter(core),
    createCustomer: makeCreateCustomer(core),
    /** Does all that is due by now. */
    runJobs: async (): Promise<void> => {
      for (let done = 1; done > 0; ) {
        done = 0;
        for (const job of jobs) done += await job();
      }
    },
    close: () => database.close(),
  };
}

export type ScripProcess = Awaited<ReturnType<typeof openProcess>>;
