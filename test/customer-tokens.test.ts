import { readFileSync } from "node:fs";
import { expectResult, isProblem, type ScripClient } from "@scrip/sdk";
import { buildSchema } from "graphql";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { contractFile } from "../server/files.js";
import { rootFields } from "../server/graphql/roles.js";
import { type RawServer, startRawServer } from "./harness/http.js";
import { allTables } from "./harness/tables.js";

let server: RawServer;
let admin: ScripClient;
/** Ada's own. */
let ada: ScripClient;
let token: string;
let bobsInvoice: string;

const call = { operation: "image.tag" };

beforeAll(async () => {
  server = await startRawServer("ximilar");
  admin = server.sdk();
  for (const id of ["ada", "bob"]) {
    expectResult(await admin.createCustomer({ id, plan: "free" }), "CustomerCreated");
    expectResult(await admin.consume({ ...call, customerId: id, idempotencyKey: "first" }), "Consumed");
  }
  const bought = await admin.purchase({ customerId: "bob", creditPack: "pack-10000" });
  bobsInvoice = expectResult(bought, "Purchased").invoice.id;
});
beforeEach(async () => {
  ({ token } = expectResult(await admin.createCustomerToken({ customerId: "ada" }), "CustomerTokenCreated"));
  ada = server.sdk(token);
});
afterAll(() => server.close());

const forbidden = { code: "FORBIDDEN", status: 403 };

describe("a customer's token", () => {
  test("reads all that is the customer's own, and the catalogue", async () => {
    const customerId = "ada";
    expect((await ada.customer({ id: customerId }))?.id).toBe(customerId);
    expect((await ada.wallet({ customerId }))?.available).toBe("2980");
    expect((await ada.usageRecords({ customerId })).nodes).toHaveLength(1);
    expect((await ada.ledgerEntries({ customerId })).nodes).toHaveLength(2);
    expect((await ada.usageReport({ customerId })).totals).toHaveLength(1);
    expect((await ada.holds({ customerId })).nodes).toEqual([]);
    expect((await ada.plans()).length + (await ada.creditPacks()).length).toBe(6);
    expectResult(await ada.quote({ customerId, ...call }), "Quote");
    expectResult(await ada.quote({ plan: "business", ...call }), "Quote");
  });

  test("buys credits, and reads what it has bought", async () => {
    const bought = await ada.purchase({ customerId: "ada", creditPack: "pack-10000", idempotencyKey: "own" });
    const { invoice } = expectResult(bought, "Purchased");
    expect((await ada.invoice({ id: invoice.id }))?.id).toBe(invoice.id);
    const shown = await fetch(`${server.origin}/invoices/${invoice.id}.json`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(shown.status).toBe(200);
  });

  test("follows its own wallet, until it is over", async () => {
    const changes = ada.walletChanged({ customerId: "ada" });
    expect((await changes.next()).value).toMatchObject({ customerId: "ada", entry: null });
    await changes.return();
  });

  test("sees nothing of another customer, as if there were none", async () => {
    expect(await ada.invoice({ id: bobsInvoice })).toBeNull();
    const shown = await fetch(`${server.origin}/invoices/${bobsInvoice}.json`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(shown.status).toBe(404);
  });

  test("exports what is its own", async () => {
    const status = async (query: string) =>
      (
        await fetch(`${server.origin}/exports/usage.csv${query}`, {
          headers: { authorization: `Bearer ${token}` },
        })
      ).status;
    expect(await status("?customerId=ada")).toBe(200);
    expect(await status("?customerId=bob")).toBe(403);
    expect(await status("")).toBe(403);
  });

  test("sets budgets of its own, and none in the operator's name", async () => {
    const day = {
      customerId: "ada",
      name: "A day",
      window: "DAY",
      limit: "1000",
      setBy: "OPERATOR",
    } as const;
    const { budget } = expectResult(await ada.setBudget(day), "BudgetSet");
    expect(budget.setBy).toBe("CUSTOMER");
    const { budget: ours } = expectResult(await admin.setBudget({ ...day, name: "Ours" }), "BudgetSet");
    const attempt = await ada.deleteBudget({ customerId: "ada", budgetId: ours.id });
    expect(attempt.__typename).toBe("BudgetSetByOperator");
  });

  test("asks to be told of its balance for itself, and leaves alone what the operator is told", async () => {
    const asked = { customerId: "ada", below: "5" } as const;
    const { balanceAlert: ours } = expectResult(await admin.setBalanceAlert(asked), "BalanceAlertSet");
    const nothing = { customerId: "ada", setBy: "OPERATOR" } as const;
    const set = expectResult(await ada.setBalanceAlert(nothing), "BalanceAlertSet");
    expect(set.balanceAlert).toMatchObject({ setBy: "CUSTOMER", below: null });
    expect((await ada.wallet({ customerId: "ada" }))?.balanceAlerts).toEqual([ours]);
  });

  test("compares the plans on offer for itself, and no drafts", async () => {
    const range = { customerId: "ada", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" };
    expectResult(await ada.comparePlans(range), "PlanComparison");
    const draftCatalog = readFileSync("catalogs/imagine.yaml", "utf8");
    await expect(ada.comparePlans({ ...range, draftCatalog })).rejects.toMatchObject(forbidden);
  });

  test("does not see what was agreed with others, and sees what was agreed with the customer", async () => {
    const payg = await startRawServer("scenario-payg");
    try {
      const all = payg.sdk();
      const agreed = ["payg-reserved", "payg-savings", "payg-volume"];
      const seen = async (id: string, plan: string) => {
        expectResult(await all.createCustomer({ id, plan }), "CustomerCreated");
        const { token } = expectResult(
          await all.createCustomerToken({ customerId: id }),
          "CustomerTokenCreated",
        );
        const own = payg.sdk(token);
        const range = { customerId: id, from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" };
        const lines = [{ operation: "image.upscale" }];
        const { quotes } = expectResult(await own.quoteUsage({ lines }), "UsageQuote");
        const { plans } = expectResult(await own.comparePlans(range), "PlanComparison");
        const keys = (await own.plans()).map(({ key }) => key).sort();
        for (const named of [quotes, plans])
          expect(named.map(({ plan: { key } }) => key).sort()).toEqual(keys);
        for (const plan of agreed) {
          const isSeen = keys.includes(plan);
          for (const answer of [
            await own.quote({ plan, ...lines[0], operation: "image.upscale" }),
            await own.quoteUsage({ plan, lines }),
            await own.previewPlanChange({ customerId: id, plan }),
          ]) {
            expect(answer.__typename === "PlanNotFound").toBe(!isSeen);
            if (answer.__typename === "PlanNotFound") expect(answer.plans.toSorted()).toEqual(keys);
          }
        }
        return keys;
      };
      expect(await seen("ann", "payg")).toEqual(["payg", "payg-spot"]);
      expect(await seen("ben", "payg-savings")).toEqual(["payg", "payg-savings", "payg-spot"]);
      expect((await all.plans()).map(({ key }) => key)).toEqual(expect.arrayContaining(agreed));
    } finally {
      await payg.close();
    }
  });

  const bob = { customerId: "bob" };
  const owed = { ...bob, invoiceId: "inv_1" };
  const untouchable: Readonly<Record<string, (sdk: ScripClient) => Promise<unknown>>> = {
    customer: (sdk) => sdk.customer({ id: "bob" }),
    wallet: (sdk) => sdk.wallet(bob),
    hold: (sdk) => sdk.hold({ ...bob, id: "hold_1" }),
    holds: (sdk) => sdk.holds(bob),
    quote: (sdk) => sdk.quote({ ...bob, ...call }),
    quoteUsage: (sdk) => sdk.quoteUsage({ ...bob, lines: [call] }),
    comparePlans: (sdk) =>
      sdk.comparePlans({ ...bob, from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }),
    forecast: (sdk) => sdk.forecast(bob),
    budgets: (sdk) => sdk.budgets(bob),
    alerts: (sdk) => sdk.alerts(bob),
    setBudget: (sdk) => sdk.setBudget({ ...bob, name: "A day", window: "DAY", limit: "1" }),
    deleteBudget: (sdk) => sdk.deleteBudget({ ...bob, budgetId: "budget_1" }),
    setBalanceAlert: (sdk) => sdk.setBalanceAlert({ ...bob, below: "1" }),
    usageRecords: (sdk) => sdk.usageRecords(bob),
    usageReport: (sdk) => sdk.usageReport(bob),
    ledgerEntries: (sdk) => sdk.ledgerEntries(bob),
    invoices: (sdk) => sdk.invoices(bob),
    previewPlanChange: (sdk) => sdk.previewPlanChange({ ...bob, plan: "business" }),
    upcomingInvoice: (sdk) => sdk.upcomingInvoice(bob),
    upcomingInvoices: (sdk) => sdk.upcomingInvoices(bob),
    creditNotes: (sdk) => sdk.creditNotes(bob),
    purchase: (sdk) => sdk.purchase({ ...bob, creditPack: "pack-10000" }),
    setAutoTopUp: (sdk) =>
      sdk.setAutoTopUp({ ...bob, creditPack: "pack-10000", threshold: "1", monthlyCap: "500" }),
    setUpPayment: (sdk) => sdk.setUpPayment(bob),
    payInvoice: (sdk) => sdk.payInvoice(owed),
    walletChanged: (sdk) => sdk.walletChanged(bob).next(),
    usageRecorded: (sdk) => sdk.usageRecorded(bob).next(),
    alertRaised: (sdk) => sdk.alertRaised(bob).next(),
  };

  test.each(Object.entries(untouchable))("may not use %s for another customer", async (_, attempt) => {
    const before = await allTables(server.admin.database);
    await expect(attempt(ada)).rejects.toMatchObject(forbidden);
    expect(await allTables(server.admin.database)).toEqual(before);
  });

  test("has been tried with another customer wherever one is named", () => {
    const named = Object.values(rootFields).flatMap((fields) =>
      Object.entries(fields).flatMap(([name, { customers }]) =>
        typeof customers === "object" ? [name] : [],
      ),
    );
    expect(Object.keys(untouchable).sort()).toEqual(named.sort());
  });

  test.each([
    ["consume", (sdk: ScripClient) => sdk.consume({ ...call, customerId: "ada" })],
    ["consumeBatch", (sdk: ScripClient) => sdk.consumeBatch({ items: [{ ...call, customerId: "ada" }] })],
    ["reserve", (sdk: ScripClient) => sdk.reserve({ ...call, customerId: "ada" })],
    ["grantCredits", (sdk: ScripClient) => sdk.grantCredits({ customerId: "ada", amount: "1000000" })],
    ["reverseUsage", (sdk: ScripClient) => sdk.reverseUsage({ customerId: "ada", usageRecordId: "usage_1" })],
    ["createCustomerToken", (sdk: ScripClient) => sdk.createCustomerToken({ customerId: "ada" })],
    ["verifyWallet", (sdk: ScripClient) => sdk.verifyWallet({ customerId: "ada" })],
    ["testClock", (sdk: ScripClient) => sdk.testClock({ id: "clock_1" })],
  ])("may not %s, for itself either", async (_, attempt) => {
    await expect(attempt(ada)).rejects.toMatchObject(forbidden);
  });

  test("cannot hide another customer behind something that is its own", async () => {
    const answer = await server.send({
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query: `query ($who: ID = "bob") { a: wallet(customerId: "ada") { posted } ...B }
          fragment B on Query { b: wallet(customerId: $who) { posted } }`,
      }),
    });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).data).toEqual({ a: { posted: expect.any(String) }, b: null });
  });
});

describe("a token that is none", () => {
  const read = (text: string) => server.sdk(text).wallet({ customerId: "ada" });
  const unauthenticated = { code: "UNAUTHENTICATED", status: 401 };

  test("because it is over", async () => {
    const made = await admin.createCustomerToken({ customerId: "ada", expiresInSeconds: 60 });
    const { token: short, expiresAt } = expectResult(made, "CustomerTokenCreated");
    expect(expiresAt).toBe("2026-04-15T10:01:00.000Z");
    server.wait(59_000);
    expect((await read(short))?.unit).toBe("credit");
    server.wait(1_000);
    await expect(read(short)).rejects.toMatchObject(unauthenticated);
  });

  test.each([
    ["signed by somebody else", (claims: SignJWT) => claims.sign(new Uint8Array(32))],
    ["not signed", async () => `${b64({ alg: "none" })}.${b64({ sub: "ada", exp: 9_999_999_999 })}.x`],
  ])("because it is %s", async (_, make) => {
    const claims = new SignJWT()
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("ada")
      .setIssuer("scrip")
      .setAudience("scrip-customer")
      .setExpirationTime(9_999_999_999);
    await expect(read(await make(claims))).rejects.toMatchObject(unauthenticated);
  });

  test("because it was changed to be another customer's", async () => {
    const [head, body = "", signature] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    expect(claims.sub).toBe("ada");
    const forged = [head, b64({ ...claims, sub: "bob" }), signature].join(".");
    await expect(server.sdk(forged).wallet({ customerId: "bob" })).rejects.toMatchObject(unauthenticated);
  });
});

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("making one", () => {
  test("needs a customer that there is", async () => {
    const refused = await admin.createCustomerToken({ customerId: "nobody" });
    expect(isProblem(refused) && refused.code).toBe("CUSTOMER_NOT_FOUND");
  });

  test.each([59, 86_401])("for %i seconds is refused", async (expiresInSeconds) => {
    await expect(admin.createCustomerToken({ customerId: "ada", expiresInSeconds })).rejects.toMatchObject({
      code: "BAD_INPUT",
      field: "input.expiresInSeconds",
    });
  });
});

test("what somebody may do is said for every root field, and for nothing else", () => {
  const schema = buildSchema(readFileSync(contractFile, "utf8"));
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = types.flatMap((type) =>
    Object.keys(type?.getFields() ?? {}).map((name) => `${type}.${name}`),
  );
  const said = Object.entries(rootFields).flatMap(([type, of]) =>
    Object.keys(of).map((name) => `${type}.${name}`),
  );
  expect(said.sort()).toEqual(fields.sort());
});
