import { advance, withNextDue } from "../../server/domain/advance.js";
import { type Micros, micros, zero } from "../../server/domain/amount.js";
import type { OverageTerms, PeriodRule, Plan } from "../../server/domain/catalog.js";
import { type ConsumptionDecision, decideConsumption } from "../../server/domain/consumption.js";
import type { CreditGrant } from "../../server/domain/grant.js";
import type { Hold } from "../../server/domain/hold.js";
import { type Instant, instantFrom } from "../../server/domain/instant.js";
import type { SubscribedPlan } from "../../server/domain/subscription.js";
import {
  addGrant,
  type CreditReturn,
  emptyWallet,
  type LedgerEntry,
  openWallet,
  type WalletState,
} from "../../server/domain/wallet.js";
import { amount, sold } from "./pricing.js";

export const at = instantFrom;

interface PlanParts {
  readonly period?: PeriodRule;
  readonly supply?: string | null;
  readonly overage?: OverageTerms;
}

/** One credit an image, two and a half a video, nothing for a label. */
export const planOf = ({ period, supply = "100", overage }: PlanParts = {}): Plan => ({
  key: "test",
  version: 1,
  name: "Test",
  rank: 1,
  unit: "credit",
  fee: null,
  minimumFee: null,
  period: period ?? { type: "CALENDAR_MONTH" },
  supply: supply === null ? null : { amount: amount(supply), priority: 0 },
  overage: overage ?? { policy: "BLOCK" },
  sellsCreditPacks: true,
  invoiceGraceDays: 0,
  operations: {
    image: sold({ model: "FLAT", unitPrice: "1" }),
    video: sold({ model: "FLAT", unitPrice: "2.5" }),
    label: sold({ model: "FLAT", unitPrice: "0" }),
  },
  tailored: null,
});

export const subscribed = (plan: Plan, startsAt: Instant, endsAt: Instant | null = null): SubscribedPlan => ({
  plan,
  subscription: {
    id: "sub_1",
    customerId: "acme",
    planKey: plan.key,
    planVersion: plan.version,
    startsAt,
    anchorAt: startsAt,
    endsAt,
    cancelledAt: null,
    trial: false,
    firstSupply: null,
    nextPeriodIndex: 0,
    nextFeeIndex: 0,
    nextCloseIndex: 0,
    nextFinalIndex: 0,
    told: "END",
  },
});

export function grantOf(id: string, credits: string, parts: Partial<CreditGrant> = {}): CreditGrant {
  const terms = { priority: 0, expiresAt: null, operations: null, windowDays: null };
  const origin = { reason: null, originId: null, expiryTurns: null };
  const lot = {
    id,
    customerId: "acme",
    unit: "credit",
    amount: amount(credits),
    remaining: amount(credits),
    held: zero,
    clawback: zero,
  };
  const began = at("2024-01-01T00:00:00Z");
  return { ...lot, ...terms, ...origin, source: "PACK", state: "ACTIVE", effectiveAt: began, ...parts };
}

export const holdOf = (parts: Partial<Hold>): Hold => ({
  id: "hold_1",
  customerId: "acme",
  unit: "credit",
  operation: "image",
  group: null,
  apiKeyId: null,
  quantity: amount("1"),
  attributes: {},
  amount: zero,
  captured: zero,
  draws: [],
  postpaid: zero,
  status: "ACTIVE",
  planKey: "test",
  planVersion: 1,
  idempotencyKey: "k",
  createdAt: at("2026-04-15T00:00:00Z"),
  expiresAt: at("2026-04-15T00:10:00Z"),
  endedAt: null,
  ...parts,
});

export const stateOf = (grants: readonly CreditGrant[], supplier: SubscribedPlan | null = null) => {
  const posted = micros(grants.reduce((total, grant) => total + grant.remaining, 0));
  const wallet = { ...emptyWallet("acme", "credit"), posted };
  return withNextDue(
    openWallet({
      wallet,
      hash: null,
      grants,
      suppliers: supplier === null ? [] : [supplier],
      dueReturns: [],
      nextReturnAt: null,
      holds: new Map(),
    }),
  );
};

export interface Use {
  readonly operation: string;
  readonly quantity: Micros;
  readonly occurredAt?: Instant;
}

/** Everything that has been stored, in an order of its own. */
export interface Rows {
  readonly wallet: WalletState["wallet"];
  readonly grants: readonly CreditGrant[];
  readonly entries: readonly LedgerEntry[];
  readonly returns: readonly CreditReturn[];
  readonly nextPeriodIndex: number | null;
}

export interface MemoryLedger {
  /** The wallet as it is now; nothing is stored. */
  look(now: Instant): WalletState;
  /** Looks and stores what has fallen due. */
  visit(now: Instant): WalletState;
  grant(grant: CreditGrant, now: Instant): void;
  consume(use: Use, now: Instant): ConsumptionDecision;
  rows(): Rows;
}

/** Keeps a wallet in memory by the rules by which the ledger keeps it in tables, to follow decisions over time. */
export function memoryLedger(subscription: SubscribedPlan | null): MemoryLedger {
  const grants = new Map<string, CreditGrant>();
  const entries: LedgerEntry[] = [];
  let wallet = emptyWallet("acme", "credit");
  let returns: CreditReturn[] = [];
  let supplier = subscription;
  let calls = 0;

  const look = (now: Instant): WalletState => {
    const live = [...grants.values()].filter((grant) => grant.state !== "ENDED");
    const isDue = wallet.nextDueAt !== null && wallet.nextDueAt <= now;
    const later = returns.filter((back) => back.at > now).map((back) => back.at);
    const stored = {
      wallet,
      hash: null,
      grants: live,
      suppliers: supplier === null ? [] : [supplier],
      dueReturns: isDue ? addUp(returns.filter((back) => back.at <= now)) : [],
      nextReturnAt: later.length === 0 ? null : (Math.min(...later) as Instant),
      holds: new Map(),
    };
    return advance(openWallet(stored), now);
  };

  const save = (state: WalletState): WalletState => {
    wallet = state.wallet;
    for (const [id, grant] of state.changedGrants) grants.set(id, grant);
    entries.push(...state.entries);
    const { returnedUntil } = state;
    if (returnedUntil !== null) returns = returns.filter((back) => back.at > returnedUntil);
    returns.push(...state.newReturns);
    supplier = state.suppliers[0] ?? null;
    return state;
  };

  if (subscription !== null) save(withNextDue(look(subscription.subscription.startsAt)));
  return {
    look,
    visit: (now) => save(look(now)),
    grant: (grant, now) => void save(withNextDue(addGrant(look(now), grant, now))),
    consume: ({ operation, quantity, occurredAt }, now) => {
      const plan = supplier?.plan ?? planOf();
      calls += 1;
      const command = { usageRecordId: `usage_${calls}`, idempotencyKey: `key_${calls}`, attributes: {} };
      const decision = decideConsumption(
        { state: look(now), plan, periodQuantity: zero, billed: null, now },
        { ...command, operation, quantity, occurredAt: occurredAt ?? now },
      );
      if (decision.kind === "consumed") save(decision.state);
      return decision;
    },
    rows: () => ({
      wallet,
      grants: [...grants.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      entries,
      returns,
      nextPeriodIndex: supplier?.subscription.nextPeriodIndex ?? null,
    }),
  };
}

/** One sum for each grant, at the time of its last return. */
function addUp(returns: readonly CreditReturn[]): CreditReturn[] {
  const sums = new Map<string, CreditReturn>();
  for (const { grantId, at: time, amount: part } of returns) {
    const sum = sums.get(grantId);
    const latest = Math.max(sum?.at ?? 0, time) as Instant;
    sums.set(grantId, { grantId, at: latest, amount: micros((sum?.amount ?? 0) + part) });
  }
  return [...sums.values()].sort((a, b) => a.at - b.at || (a.grantId < b.grantId ? -1 : 1));
}
