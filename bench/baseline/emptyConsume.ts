import { unwatched } from "../../server/domain/alert.js";
import type { Micros } from "../../server/domain/amount.js";
import type { CreditGrant } from "../../server/domain/grant.js";
import type { Instant } from "../../server/domain/instant.js";
import type { ConsumeCommand, Consumed } from "../../server/metering/commands.js";

const amount = 32_000 as Micros;
const at = 1_700_000_000_000 as Instant;

const grant = (customerId: string): CreditGrant => ({
  id: "grant_0",
  customerId,
  unit: "USD",
  source: "SUPPLY",
  state: "ACTIVE",
  amount,
  remaining: amount,
  held: 0 as Micros,
  clawback: 0 as Micros,
  priority: 0,
  effectiveAt: at,
  expiresAt: null,
  operations: null,
  windowDays: null,
  reason: null,
  originId: null,
  expiryTurns: null,
});

/** Answers as consume does, with a record, a draw and a wallet, but does nothing. */
export const emptyConsume = async (commands: readonly ConsumeCommand[]): Promise<Consumed[]> =>
  commands.map(({ customerId, operation, quantity, idempotencyKey }) => ({
    kind: "consumed",
    replayed: false,
    grants: [grant(customerId)],
    usageRecord: {
      id: "usage_0",
      customerId,
      unit: "USD",
      operation,
      quantity,
      attributes: { model: "sdxl", steps: 30, width: 1024, height: 1024, compositionControl: false },
      amount,
      postpaid: 0 as Micros,
      balanceAfter: amount,
      sequence: 1,
      planKey: "payg",
      planVersion: 1,
      periodQuantity: 0 as Micros,
      subscriptionId: "sub_0",
      periodIndex: 0,
      holdId: null,
      apiKeyId: null,
      reportedAttributes: "{}",
      idempotencyKey,
      occurredAt: at,
      recordedAt: at,
      draws: [{ grantId: "grant_0", amount }],
      reversals: [],
    },
    wallet: {
      at,
      supply: null,
      grants: [],
      past: null,
      frozen: 0 as Micros,
      wallet: {
        customerId,
        unit: "USD",
        posted: amount,
        held: 0 as Micros,
        postpaid: 0 as Micros,
        sequence: 1,
        nextHoldEndAt: null,
        nextDueAt: null,
        topUpBelow: null,
        watches: unwatched,
      },
    },
  }));
