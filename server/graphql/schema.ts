import "reflect-metadata";
import {
  buildSchema as buildContract,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from "graphql";
import { buildSchema, type PubSub } from "type-graphql";
import { AlertResolver, WalletAlertResolver } from "./alerts.js";
import { AutoTopUpResolver, WalletTopUpResolver } from "./autoTopUp.js";
import { BudgetResolver } from "./budgets.js";
import { CalculatorResolver } from "./calculator.js";
import { CatalogResolver, OperationResolver } from "./catalog.js";
import { CollectionResolver } from "./collection.js";
import { ComparisonResolver } from "./comparison.js";
import { ConsumeResolver } from "./consume.js";
import { CouponResolver } from "./coupon.js";
import { CreditNoteResolver } from "./creditNote.js";
import { CreditsResolver } from "./credits.js";
import { CustomerResolver } from "./customer.js";
import { CustomerTokenResolver } from "./customerToken.js";
import { CustomerUpdateResolver } from "./customerUpdate.js";
import { EventResolver } from "./event.js";
import { ForecastResolver } from "./forecast.js";
import { GiveBackResolver } from "./giveBack.js";
import { HoldsResolver } from "./holds.js";
import { InvoiceResolver } from "./invoice.js";
import { LedgerEntryResolver, LedgerResolver } from "./ledger.js";
import { LiveResolver } from "./live.js";
import { PaymentResolver } from "./payment.js";
import { PaymentSetupResolver } from "./paymentSetup.js";
import { PlanChangeResolver } from "./planChange.js";
import { ReversalResolver } from "./reversal.js";
import { guardRootFields } from "./roles.js";
import { SubscriptionResolver } from "./subscription.js";
import { TestClockResolver } from "./testClock.js";
import { UsageResolver } from "./usage.js";
import { DrawResolver, ReversedDrawResolver, UsageRecordResolver } from "./usageRecord.js";
import { UsageReportResolver } from "./usageReport.js";
import { GrantResolver, WalletResolver } from "./wallet.js";
import { WebhookEndpointResolver } from "./webhook.js";
import { WebhookDeliveryResolver } from "./webhookDelivery.js";

/**
 * The schema that the code builds, held to the contract: it must print equal to `schema.graphql`. Descriptions are
 * written there only, and are taken over, so that explorers read what was reviewed.
 */
export async function buildApiSchema(contractText: string): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      AlertResolver,
      AutoTopUpResolver,
      CalculatorResolver,
      BudgetResolver,
      CatalogResolver,
      CollectionResolver,
      ComparisonResolver,
      ConsumeResolver,
      CouponResolver,
      CreditNoteResolver,
      CreditsResolver,
      CustomerResolver,
      CustomerTokenResolver,
      CustomerUpdateResolver,
      DrawResolver,
      ForecastResolver,
      EventResolver,
      GiveBackResolver,
      GrantResolver,
      HoldsResolver,
      InvoiceResolver,
      LedgerEntryResolver,
      LedgerResolver,
      LiveResolver,
      OperationResolver,
      PaymentSetupResolver,
      PlanChangeResolver,
      PaymentResolver,
      ReversalResolver,
      ReversedDrawResolver,
      SubscriptionResolver,
      TestClockResolver,
      UsageRecordResolver,
      UsageReportResolver,
      UsageResolver,
      WalletAlertResolver,
      WalletResolver,
      WalletTopUpResolver,
      WebhookDeliveryResolver,
      WebhookEndpointResolver,
    ],
    // Streams come from `live/`. Without something in this place the library refuses to build them.
    pubSub: noPubSub,
    // Inputs are checked where they are translated, with messages that name the field.
    validate: false,
  });
  const contract = buildContract(contractText);
  describeAs(schema, contract);
  const difference = firstDifference(printSorted(schema), printSorted(contract));
  if (difference !== null)
    throw new Error(`The code does not build what schema.graphql says.\n${difference}`);
  guardRootFields(schema);
  return schema;
}

const noPubSub: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error("Every subscription says by itself what it streams.");
  },
};

const printSorted = (schema: GraphQLSchema): string => printSchema(lexicographicSortSchema(schema));

interface Described {
  description?: string | null | undefined;
}

function describeAs(schema: GraphQLSchema, contract: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    const source = contract.getType(type.name);
    if (type.name.startsWith("__") || source === undefined) continue;
    copyDescription(type, source);
    const members = membersOf(source);
    for (const [path, member] of membersOf(type)) {
      const described = members.get(path);
      if (described !== undefined) copyDescription(member, described);
    }
  }
}

function copyDescription(to: Described, from: Described): void {
  to.description = from.description;
}

/** Everything of a type that can be described: fields, arguments, enum values, by path. */
function membersOf(type: GraphQLNamedType): Map<string, Described> {
  const members = new Map<string, Described>();
  if (isEnumType(type)) for (const value of type.getValues()) members.set(value.name, value);
  if (isInputObjectType(type))
    for (const field of Object.values(type.getFields())) members.set(field.name, field);
  if (isObjectType(type) || isInterfaceType(type))
    for (const field of Object.values(type.getFields())) {
      members.set(field.name, field);
      for (const arg of field.args) members.set(`${field.name}(${arg.name})`, arg);
    }
  return members;
}

function firstDifference(built: string, contract: string): string | null {
  const code = built.split("\n");
  const file = contract.split("\n");
  const line = code.findIndex((text, index) => text !== file[index]);
  if (line === -1 && code.length === file.length) return null;
  const at = line === -1 ? code.length : line;
  const around = (lines: string[]) => lines.slice(Math.max(0, at - 3), at + 2).join("\n");
  return `schema.graphql has:\n${around(file)}\n\nThe code has:\n${around(code)}`;
}
