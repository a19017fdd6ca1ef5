import { expectResult } from "@scrip/sdk";
import { expect } from "vitest";
import { type Answer, leaks, type RawServer, type Refusal, refusalIn, startRawServer } from "./http.js";
import { allTables } from "./tables.js";

/** What a refused request is expected to say. */
export interface Expected {
  /** Default: the status that fits the code, 400 for faults and 200 for problems. */
  readonly status?: number;
  readonly code: string;
  readonly field?: string;
  readonly reason?: string;
  /** What the message must hold: the field, and what is allowed. */
  readonly says: string | RegExp;
}

const statuses: Readonly<Record<string, number>> = {
  BAD_INPUT: 400,
  BAD_REQUEST: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  QUERY_TOO_DEEP: 400,
  QUERY_TOO_COMPLEX: 400,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

/** A refusal's message is for people, however large what it refuses. */
const messageMax = 1_010;

/** A server with customers who have a history, and a check that a refused request left all of it as it was. */
export async function startUntouched() {
  const server = await startRawServer("scenario-payg");
  const paidInvoiceId = await makeHistory(server);
  const before = await statement(server);
  const rows = await allTables(server.admin.database);
  return {
    ...server,
    paidInvoiceId,
    expectRefused: async (answer: Answer, expected: Expected): Promise<void> => {
      const { code, field, reason, says } = expected;
      const refusal = refusalIn(answer);
      const status = expected.status ?? statuses[code] ?? 200;
      expect(refusal).toEqual<Refusal>({ status, code, field, reason, message: expect.any(String) });
      expect(refusal.message).toMatch(says);
      expect(refusal.message.length).toBeLessThan(messageMax);
      expect(answer.text).not.toMatch(leaks);
      expect(await allTables(server.admin.database)).toEqual(rows);
    },
    /** The customer's wallet, ledger, usage and invoices, as the customer sees them, are what they were. */
    expectUntouched: async (): Promise<void> => {
      expect(await statement(server)).toEqual(before);
    },
  };
}

export type Untouched = Awaited<ReturnType<typeof startUntouched>>;

/** A call that is fine, of a customer with credits; each case spoils one part of it. */
export const goodCall = {
  customerId: "ada",
  operation: "image.generate",
  attributes: { model: "sdxl", steps: 30, width: 1024, height: 1024 },
  idempotencyKey: "next",
};

/** A cursor of the right form for no list: one text. */
export const loneCursor = Buffer.from('["x"]').toString("base64url");

/**
 * Ada is in the midst of it; Bob has no plan; Cleo's plan starts next month; Dora's has ended. Tells which invoice Ada's
 * purchase was paid by.
 */
async function makeHistory({ sdk, admin }: RawServer): Promise<string> {
  const client = sdk();
  for (const id of ["ada", "bob", "cleo", "dora"])
    expectResult(
      await client.createCustomer({ id, ...(id === "ada" && { plan: "payg" }) }),
      "CustomerCreated",
    );
  const later = { customerId: "cleo", plan: "payg", startsAt: "2026-05-01T00:00:00Z" };
  expectResult(await client.subscribe(later), "Subscribed");
  expectResult(await client.subscribe({ customerId: "dora", plan: "payg" }), "Subscribed");
  await admin.database.transact((tx) =>
    tx.query("UPDATE subscriptions SET ends_at = starts_at WHERE customer_id = 'dora'"),
  );
  for (const idempotencyKey of ["first", "second"])
    expectResult(await client.consume({ ...goodCall, idempotencyKey }), "Consumed");
  const bought = await client.purchase({ customerId: "ada", creditPack: "prepaid-10" });
  expectResult(await client.grantCredits({ customerId: "ada", amount: "2.5" }), "CreditsGranted");
  return expectResult(bought, "Purchased").invoice.id;
}

async function statement({ sdk }: RawServer) {
  const client = sdk();
  const customerId = "ada";
  return {
    wallet: await client.wallet({ customerId, activeOnly: false }),
    ledger: await client.ledgerEntries({ customerId }),
    usage: await client.usageRecords({ customerId }),
    report: await client.usageReport({ customerId }),
    invoices: await client.invoices({ customerId }),
  };
}
