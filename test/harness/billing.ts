import { presentBy } from "../../server/billing/catchUp.js";
import { makeCollect } from "../../server/billing/collect.js";
import { makeTakeUpRefund } from "../../server/billing/refunds.js";
import { defaultDunning } from "../../server/domain/dunning.js";
import type { NewId } from "../../server/domain/ids.js";
import type { Clock } from "../../server/domain/instant.js";
import { sandboxPayments } from "../../server/payments/sandbox.js";
import type { Database } from "../../server/storage/database.js";

interface Outside {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** What the use cases need, put together as the server does, for tests that call them without one. */
export function coreOf(outside: Outside) {
  const core = {
    ...outside,
    present: presentBy(outside.clock),
    payments: sandboxPayments(),
    loadDunning: async () => defaultDunning,
  };
  return {
    ...core,
    collect: makeCollect(core),
    takeUpRefund: makeTakeUpRefund(core),
    onStep: () => undefined,
  };
}
