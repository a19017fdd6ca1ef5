import { Args, ArgsType, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import type { ChainedEntry } from "../domain/chain.js";
import { ledgerEntryId } from "../domain/ids.js";
import type { Instant } from "../domain/instant.js";
import type * as domain from "../domain/wallet.js";
import type { RequestContext } from "./context.js";
import { LedgerEntryType } from "./enums.js";
import { key, optionalKey, pageSize } from "./input.js";
import { connection, connectionOf, decodeCursor } from "./page.js";
import { DateTimeScalar, DecimalScalar } from "./scalars.js";

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
}

const LedgerEntryConnection = connectionOf("LedgerEntry", LedgerEntry);

export const toLedgerEntry = (entry: ChainedEntry): LedgerEntry => ({
  ...entry,
  id: ledgerEntryId(entry.customerId, entry.unit, entry.sequence),
});

@ArgsType()
class LedgerArgs {
  @Field(() => ID) customerId!: string;
  @Field(() => String, { nullable: true }) unit?: string | null;
  @Field(() => Int, { nullable: true, defaultValue: 50 }) first!: number | null;
  @Field(() => String, { nullable: true }) after?: string | null;
}

@Resolver()
export class LedgerResolver {
  @Query(() => LedgerEntryConnection)
  async ledgerEntries(
    @Args(() => LedgerArgs) { customerId, unit, first, after }: LedgerArgs,
    @Ctx() { services }: RequestContext,
  ) {
    const place = decodeCursor(after, [0]);
    const page = await services.ledgerEntries({
      customerId: key("customerId", customerId),
      unit: optionalKey("unit", unit),
      first: pageSize(first),
      after: place === null ? null : Number(place[0]),
    });
    return connection(page, { node: toLedgerEntry, place: ({ sequence }) => [sequence], after });
  }
}
