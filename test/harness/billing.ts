import { makeTopUp } from "../../server/billing/autoTopUp.js";
import { presentBy } from "../../server/billing/catchUp.js";
import { makeCollect } from "../../server/billing/collect.js";
import { defaultDunning } from "../../server/domain/dunning.js";
import type { NewId } from "../../server/domain/ids.js";
import type { Clock } from "../../server/domain/instant.js";
import type { PaymentProvider } from "../../server/payments/provider.js";
import { sandboxPayments } from "../../server/payments/sandbox.js";
import type { Database } from "../../server/storage/database.js";

interface Outside {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** What the use cases need, put together as the server does, for tests that call them without one. */
export function coreOf(outside: Outside, payments: PaymentProvider = sandboxPayments()) {
  const core = {
    ...outside,
    present: presentBy(outside.clock),
    payments,
    loadDunning: async () => defaultDunning,
  };
  return {
    ...core,
    collect: makeCollect(core),
    onStep: () => undefined,
    topUp: makeTopUp({ ...core, onGivenUp: () => undefined }),
    // Whoever wants it calls `topUp`.
    topUpSoon: () => undefined,
  };
}
