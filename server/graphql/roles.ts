import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from "graphql";
import { Fault } from "../domain/errors.js";
import type { RequestContext } from "./context.js";

/** What a customer's token may do with a field. */
type ForCustomers =
  | "nothing"
  /** It is about no customer. */
  | "everything"
  /** Only where the argument at this path is the customer's own id; where `mayLack`, also without one. */
  | { readonly at: string; readonly mayLack?: boolean }
  /** Whoever's it is shows in the answer only: that of another customer is answered as if it were not there. */
  | "itsOwnAnswer";

interface Access {
  readonly keys: "ADMIN" | "ANY";
  readonly customers: ForCustomers;
}

const admin: Access = { keys: "ADMIN", customers: "nothing" };
const anyKey: Access = { keys: "ANY", customers: "nothing" };
const everybody: Access = { keys: "ANY", customers: "everything" };
const itsOwn: Access = { keys: "ANY", customers: "itsOwnAnswer" };
const anyKeyOr = (at: string): Access => ({ keys: "ANY", customers: { at } });
const adminOr = (at: string): Access => ({ keys: "ADMIN", customers: { at } });

/**
 * Who may use which root field: the one place that says so. A field that is missing here keeps the server from
 * starting, so that nothing is open by having been forgotten.
 */
export const rootFields: Readonly<Record<string, Readonly<Record<string, Access>>>> = {
  Query: {
    quote: { keys: "ANY", customers: { at: "input.customerId", mayLack: true } },
    quoteUsage: { keys: "ANY", customers: { at: "input.customerId", mayLack: true } },
    comparePlans: anyKeyOr("input.customerId"),
    forecast: anyKeyOr("customerId"),
    customer: anyKeyOr("id"),
    wallet: anyKeyOr("customerId"),
    hold: anyKeyOr("customerId"),
    holds: anyKeyOr("customerId"),
    verifyWallet: admin,
    plans: everybody,
    creditPacks: everybody,
    operations: everybody,
    usageRecords: anyKeyOr("filter.customerId"),
    usageReport: anyKeyOr("input.customerId"),
    ledgerEntries: anyKeyOr("customerId"),
    invoices: anyKeyOr("customerId"),
    invoice: itsOwn,
    previewPlanChange: anyKeyOr("input.customerId"),
    upcomingInvoice: anyKeyOr("customerId"),
    upcomingInvoices: anyKeyOr("customerId"),
    creditNotes: anyKeyOr("customerId"),
    budgets: anyKeyOr("customerId"),
    alerts: anyKeyOr("customerId"),
    creditNote: itsOwn,
    testClock: anyKey,
    events: admin,
    webhookEndpoints: admin,
    webhookEndpoint: admin,
    webhookDeliveries: admin,
  },
  Mutation: {
    createCustomer: admin,
    createCustomerToken: admin,
    updateCustomer: admin,
    redeemCoupon: admin,
    removeCoupon: admin,
    subscribe: admin,
    changePlan: admin,
    cancelSubscription: admin,
    resumeSubscription: admin,
    consume: anyKey,
    consumeBatch: anyKey,
    reserve: anyKey,
    capture: anyKey,
    extendHold: anyKey,
    release: anyKey,
    reverseUsage: anyKey,
    // A customer spends its own money, on its own credits.
    purchase: adminOr("input.customerId"),
    setAutoTopUp: adminOr("input.customerId"),
    setUpPayment: adminOr("input.customerId"),
    payInvoice: adminOr("input.customerId"),
    setBudget: adminOr("input.customerId"),
    deleteBudget: adminOr("input.customerId"),
    setBalanceAlert: adminOr("input.customerId"),
    grantCredits: admin,
    voidInvoice: admin,
    createCreditNote: admin,
    refundPurchase: admin,
    createTestClock: admin,
    advanceTestClock: admin,
    createWebhookEndpoint: admin,
    updateWebhookEndpoint: admin,
    deleteWebhookEndpoint: admin,
    rotateWebhookSecret: admin,
    redeliverWebhook: admin,
    replayWebhooks: admin,
  },
  Subscription: {
    walletChanged: anyKeyOr("customerId"),
    usageRecorded: anyKeyOr("customerId"),
    alertRaised: anyKeyOr("customerId"),
  },
};

type RootField = GraphQLField<unknown, RequestContext>;

/** Puts every root field behind what the table says of it, however it is reached. */
export function guardRootFields(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
    for (const field of Object.values(type?.getFields() ?? {})) {
      const access = rootFields[type?.name ?? ""]?.[field.name];
      if (access === undefined) throw new Error(`graphql/roles.ts does not say who may use ${field.name}.`);
      guard(field, access);
    }
}

function guard(field: RootField, access: Access): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  if (subscribe !== undefined) {
    field.subscribe = (source, args, context, info) => {
      admit(field.name, access, { args, context });
      return subscribe(source, args, context, info);
    };
    return;
  }
  field.resolve = (source, args, context, info) => {
    admit(field.name, access, { args, context });
    const answer: unknown = resolve(source, args, context, info);
    return access.customers === "itsOwnAnswer" && context.role === "CUSTOMER"
      ? Promise.resolve(answer).then((found) => (isOf(found, context.customerId) ? found : null))
      : answer;
  };
}

interface Asked {
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
}

/** Throws unless the caller may use the field with these arguments. */
function admit(name: string, { keys, customers }: Access, { args, context }: Asked): void {
  const { role, customerId } = context;
  if (role === "METER" && keys === "ADMIN")
    throw new Fault("FORBIDDEN", "This needs an admin key; the key given is a meter key.");
  if (role !== "CUSTOMER" || customers === "everything" || customers === "itsOwnAnswer") return;
  if (customers === "nothing") throw new Fault("FORBIDDEN", `A customer's token is not good for ${name}.`);
  const named = valueAt(args, customers.at.split("."));
  const isLeftOut = named === undefined || named === null;
  if (isLeftOut && customers.mayLack === true) return;
  if (named !== customerId) throw new Fault("FORBIDDEN", "This token is good for another customer only.");
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((at, name) => (isObject(at) ? at[name] : undefined), value);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isOf = (found: unknown, customerId: string | null): boolean =>
  isObject(found) && found.customerId === customerId;
