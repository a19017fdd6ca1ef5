import { Arg, Field, ID, Int, ObjectType, Resolver, Root, Subscription } from "type-graphql";
import type { Micros } from "../domain/amount.js";
import type { ChainedEntry } from "../domain/chain.js";
import { badInput, Fault } from "../domain/errors.js";
import type * as domain from "../domain/event.js";
import type * as usage from "../domain/usage.js";
import type { Happening } from "../live/feed.js";
import type { StreamQuestion, StreamRefusal } from "../live/streams.js";
import type { StreamContext } from "./context.js";
import { Event, toEvent } from "./event.js";
import { between, key, optionalKey } from "./input.js";
import { LedgerEntry, toLedgerEntry } from "./ledger.js";
import { DecimalScalar } from "./scalars.js";
import { toUsageRecord, UsageRecord } from "./usageRecord.js";

@ObjectType()
class WalletChange {
  @Field(() => ID) customerId!: string;
  @Field(() => String) unit!: string;
  @Field(() => Int) sequence!: number;
  @Field(() => DecimalScalar) balance!: Micros;
  @Field(() => LedgerEntry, { nullable: true }) entry!: LedgerEntry | null;
}

@ObjectType()
class UsageRecorded {
  @Field(() => ID) customerId!: string;
  @Field(() => String) unit!: string;
  @Field(() => Int) sequence!: number;
  @Field(() => UsageRecord, { nullable: true }) usageRecord!: UsageRecord | null;
}

@ObjectType()
class AlertRaised {
  @Field(() => ID) customerId!: string;
  @Field(() => Int) sequence!: number;
  @Field(() => Event, { nullable: true }) alert!: Event | null;
}

interface Subscribed {
  readonly args: Record<string, unknown>;
  readonly context: StreamContext;
}

const sequenceMax = 2_147_483_647;

/** As the schema has checked them. */
interface StreamArgs {
  readonly customerId: string;
  readonly unit?: string | null;
  readonly after?: number | null;
}

function questionFrom({ args, context: { signal } }: Subscribed): StreamQuestion {
  const { customerId, unit, after } = args as unknown as StreamArgs;
  const place = after ?? null;
  return {
    customerId: key("customerId", customerId),
    unit: optionalKey("unit", unit),
    after: place === null ? null : between("after", place, { min: 0, max: sequenceMax }),
    signal,
  };
}

/** Sequences are counted for each unit, and the plan's may be another one by the time that a stream goes on. */
function walletQuestionFrom(subscribed: Subscribed): StreamQuestion {
  const question = questionFrom(subscribed);
  if (question.after !== null && question.unit === null)
    throw badInput("unit", "must be named with after, as sequences are counted for each unit.");
  return question;
}

function refused({ customerId, unit }: StreamQuestion, refusal: StreamRefusal): Fault {
  switch (refusal.kind) {
    case "noCustomer":
      return new Fault("NOT_FOUND", `There is no customer with the id ${customerId}.`, "customerId");
    case "noUnit":
      return badInput(
        "unit",
        unit === null ? "must be named, as the customer has no plan." : "is none of the catalogue.",
      );
    case "ahead":
      return badInput("after", `must be at most ${refusal.last}, the last sequence that there is.`);
  }
}

/** A message for each happening, after one that says where the stream begins, if that was not asked for. */
async function* messages<Item, Message>(
  { happenings, opening }: { happenings: AsyncIterable<Happening<Item>>; opening: Message | null },
  messageOf: (happening: Happening<Item>) => Message,
): AsyncGenerator<Message> {
  if (opening !== null) yield opening;
  for await (const happening of happenings) yield messageOf(happening);
}

async function walletChanges(subscribed: Subscribed): Promise<AsyncIterable<WalletChange>> {
  const question = walletQuestionFrom(subscribed);
  const stream = await subscribed.context.services.live.walletChanged(question);
  if (stream.kind !== "open") throw refused(question, stream);
  const whose = { customerId: question.customerId, unit: stream.unit };
  const { from: sequence, balance, happenings } = stream;
  const opening = question.after === null ? { ...whose, sequence, balance, entry: null } : null;
  return messages<ChainedEntry, WalletChange>({ happenings, opening }, (next) => ({
    ...whose,
    sequence: next.sequence,
    balance: next.item.balanceAfter,
    entry: toLedgerEntry(next.item),
  }));
}

async function usageRecords(subscribed: Subscribed): Promise<AsyncIterable<UsageRecorded>> {
  const question = walletQuestionFrom(subscribed);
  const stream = await subscribed.context.services.live.usageRecorded(question);
  if (stream.kind !== "open") throw refused(question, stream);
  const whose = { customerId: question.customerId, unit: stream.unit };
  const { from: sequence, happenings } = stream;
  const opening = question.after === null ? { ...whose, sequence, usageRecord: null } : null;
  return messages<usage.UsageRecord, UsageRecorded>({ happenings, opening }, (next) => ({
    ...whose,
    sequence: next.sequence,
    usageRecord: toUsageRecord(next.item),
  }));
}

async function raisedAlerts(subscribed: Subscribed): Promise<AsyncIterable<AlertRaised>> {
  const question = questionFrom(subscribed);
  const stream = await subscribed.context.services.live.alertRaised(question);
  if (stream.kind !== "open") throw refused(question, stream);
  const { customerId } = question;
  const { from: sequence, happenings } = stream;
  const opening = question.after === null ? { customerId, sequence, alert: null } : null;
  return messages<domain.Event, AlertRaised>({ happenings, opening }, (next) => ({
    customerId,
    sequence: next.sequence,
    alert: toEvent(next.item),
  }));
}

@Resolver()
export class LiveResolver {
  @Subscription(() => WalletChange, { subscribe: walletChanges })
  walletChanged(
    @Arg("customerId", () => ID) _customerId: string,
    @Arg("unit", () => String, { nullable: true }) _unit: string | null,
    @Arg("after", () => Int, { nullable: true }) _after: number | null,
    @Root() change: WalletChange,
  ): WalletChange {
    return change;
  }

  @Subscription(() => UsageRecorded, { subscribe: usageRecords })
  usageRecorded(
    @Arg("customerId", () => ID) _customerId: string,
    @Arg("unit", () => String, { nullable: true }) _unit: string | null,
    @Arg("after", () => Int, { nullable: true }) _after: number | null,
    @Root() recorded: UsageRecorded,
  ): UsageRecorded {
    return recorded;
  }

  @Subscription(() => AlertRaised, { subscribe: raisedAlerts })
  alertRaised(
    @Arg("customerId", () => ID) _customerId: string,
    @Arg("after", () => Int, { nullable: true }) _after: number | null,
    @Root() raised: AlertRaised,
  ): AlertRaised {
    return raised;
  }
}
