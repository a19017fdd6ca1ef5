import {
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { Micros } from "../domain/amount.js";
import type { ChainedEntry } from "../domain/chain.js";
import { ledgerEntryId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type * as domain from "../domain/wallet.js";
import type { RequestContext } from "./context.js";
import { LedgerEntryType } from "./enums.js";
import { key, kindsOf, optionalKey, pageSize } from "./input.js";
import { Invoice, toInvoice } from "./invoice.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";
import { toUsageRecord, UsageRecord } from "./usageRecord.js";
import { CreditGrant } from "./wallet.js";

@ObjectType()
export class LedgerEntry {
  @Field(() => ID) id!: string;
  @Field(() => Int) sequence!: number;
  @Field(() => LedgerEntryType) type!: domain.LedgerEntryType;
  @Field(() => DecimalScalar) amount!: Micros;
  @Field(() => DecimalScalar) balanceAfter!: Micros;
  @Field(() => ID, { nullable: true }) grantId!: string | null;
  @Field(() => ID, { nullable: true }) usageRecordId!: string | null;
  @Field(() => DateTimeScalar) occurredAt!: Instant;
  @Field(() => DateTimeScalar) recordedAt!: Instant;
  @Field(() => String) hash!: string;
  entry!: ChainedEntry;
}

const LedgerEntryConnection = connectionOf("LedgerEntry", LedgerEntry);

export const toLedgerEntry = (entry: ChainedEntry): LedgerEntry => ({
  ...entry,
  id: ledgerEntryId(entry.customerId, entry.unit, entry.sequence),
  entry,
});

@InputType()
class LedgerFilter {
  @Field(() => [LedgerEntryType], { nullable: true }) types?: domain.LedgerEntryType[] | null;
  @Field(() => DateTimeScalar, { nullable: true }) from?: Instant | null;
  @Field(() => DateTimeScalar, { nullable: true }) to?: Instant | null;
  @Field(() => ID, { nullable: true }) grantId?: string | null;
  @Field(() => ID, { nullable: true }) usageRecordId?: string | null;
  @Field(() => String, { nullable: true }) idempotencyKey?: string | null;
}

const filterOf = (filter: LedgerFilter | null | undefined) => ({
  types: kindsOf("filter.types", filter?.types),
  from: filter?.from ?? null,
  to: filter?.to ?? null,
  grantId: optionalKey("filter.grantId", filter?.grantId),
  usageRecordId: optionalKey("filter.usageRecordId", filter?.usageRecordId),
  idempotencyKey: optionalKey("filter.idempotencyKey", filter?.idempotencyKey),
});

@ArgsType()
class LedgerArgs {
  @Field(() => ID) customerId!: string;
  @Field(() => String, { nullable: true }) unit?: string | null;
  @Field(() => LedgerFilter, { nullable: true }) filter?: LedgerFilter | null;
  @Field(() => Int, { nullable: true, defaultValue: 50 }) first!: number | null;
  @Field(() => String, { nullable: true }) after?: string | null;
}

@Resolver()
export class LedgerResolver {
  @Query(() => LedgerEntryConnection)
  async ledgerEntries(
    @Args(() => LedgerArgs) { customerId, unit, filter, first, after }: LedgerArgs,
    @Ctx() { services }: RequestContext,
  ) {
    const place = decodeCursor(after, [0]);
    const { endsAt, ...page } = await services.ledgerEntries({
      customerId: key("customerId", customerId),
      unit: optionalKey("unit", unit),
      filter: filterOf(filter),
      first: pageSize(first),
      after: place === null ? null : Number(place[0]),
    });
    return connection(page, {
      node: toLedgerEntry,
      place: ({ sequence }) => [sequence],
      after,
      endsAt: endsAt === null ? null : [endsAt],
    });
  }
}

/** What an entry belongs to, read for all entries of a page together. */
@Resolver(() => LedgerEntry)
export class LedgerEntryResolver {
  @FieldResolver(() => CreditGrant, { nullable: true })
  async grant(
    @Root() { entry: { customerId, grantId } }: LedgerEntry,
    @Ctx() { grants }: RequestContext,
  ): Promise<CreditGrant | null> {
    return grantId === null ? null : grants.load({ customerId, grantId });
  }

  @FieldResolver(() => UsageRecord, { nullable: true })
  async usageRecord(
    @Root() { entry: { customerId, usageRecordId } }: LedgerEntry,
    @Ctx() { usageRecords }: RequestContext,
  ): Promise<UsageRecord | null> {
    return usageRecordId === null
      ? null
      : toUsageRecord(await usageRecords.load({ customerId, usageRecordId }));
  }

  @FieldResolver(() => Invoice, { nullable: true })
  async invoice(
    @Root() { entry }: LedgerEntry,
    @Ctx() { entryInvoices }: RequestContext,
  ): Promise<Invoice | null> {
    const invoice = await entryInvoices.load(entry);
    return invoice === null ? null : toInvoice(invoice);
  }
}
