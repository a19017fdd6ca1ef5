import { expect } from "vitest";
import { Fault } from "../../server/domain/errors.js";
import { addMs, dayMs, type Instant, instant } from "../../server/domain/instant.js";
import type { ConsumeCommand } from "../../server/metering/commands.js";
import { allTables } from "../harness/tables.js";
import { type Book, call, customer, gift, only, openBook, started } from "./book.js";
import type { Command, Usage } from "./commands.js";

/** What a mutation answered, as far as all of them have it in common. */
interface Answer {
  readonly kind: string;
  readonly replayed: boolean;
  /** The id of what the key stands for; null when the mutation was refused. */
  readonly effect: string | null;
}

/** A mutation that was sent; it can be sent again under its key, the same or with another input. */
interface Sent {
  readonly send: (differently: boolean) => Promise<Answer>;
  readonly first: Answer;
}

type Outcome = Readonly<Record<string, unknown>> & { readonly kind: string; readonly replayed?: boolean };

const answerOf = (outcome: Outcome, effect: string | undefined): Answer => ({
  kind: outcome.kind,
  replayed: outcome.replayed ?? false,
  effect: effect ?? null,
});

/** Counts what happened, so that a test can tell that its histories were not empty. */
export type Tally = Map<string, number>;

export async function startHistory(catalogName: string, tally: Tally) {
  const book = await openBook(catalogName);
  const { database, catalog } = book;
  const clock = await book.createTestClock({ name: null, now: started });
  let testNow: Instant = started;
  const sent: Sent[] = [];
  const [cheap, dear] = [catalog.plans[0]?.key ?? "", catalog.plans.at(-1)?.key ?? ""];
  const people = [
    customer("ann", cheap),
    customer("bob", dear),
    customer("on-a-test-clock", cheap, { testClockId: clock.testClockId }),
    customer("without-a-plan", null),
  ];
  for (const person of people)
    await sendFirst((differently) => create(book, { ...person, name: differently ? "Other" : null }));

  /** What is due by now would be written by whoever looks first, also by somebody who is refused or asks again. */
  async function lookedAt() {
    for (const { id } of people) if (id !== null) await book.wallet(id, null);
    return allTables(database);
  }

  async function sendFirst(send: Sent["send"]): Promise<void> {
    const before = await lookedAt();
    const first = await send(false);
    tally.set(first.kind, (tally.get(first.kind) ?? 0) + 1);
    expect(first.replayed).toBe(false);
    if (first.effect === null) expect(await allTables(database), "a refusal changes nothing").toEqual(before);
    sent.push({ send, first });
  }

  async function retry(which: number, differently: boolean): Promise<void> {
    const index = which % sent.length;
    const { send, first } = sent[index] ?? only([]);
    const before = await lookedAt();
    const again = await send(differently);
    tally.set(`retried ${again.kind}`, (tally.get(`retried ${again.kind}`) ?? 0) + 1);
    if (first.effect === null) {
      // The key is free: this may succeed, also with another input, and is no replay of anything.
      expect(again.replayed).toBe(false);
      expect(again.kind).not.toBe("idempotencyConflict");
      if (again.effect !== null) sent[index] = { send: (other) => send(other !== differently), first: again };
      if (again.effect !== null) return;
    } else if (differently) expect(again.kind).toBe("idempotencyConflict");
    else expect(again).toEqual({ ...first, replayed: true });
    expect(await allTables(database), "a retry adds nothing").toEqual(before);
  }

  const timeOf = (who: string): Instant => (who === "on-a-test-clock" ? testNow : book.now());
  const before = (who: string, lateBy: number | null): Instant | null =>
    lateBy === null ? null : instant(timeOf(who) - lateBy);
  let keys = 0;
  const newKey = (): string => {
    keys += 1;
    return `key ${keys}`;
  };

  const callOf = ({ who, usage }: { who: string; usage: Usage }): ConsumeCommand => {
    const { operation, lateBy, ...rest } = usage;
    return call(who, operation, { ...rest, occurredAt: before(who, lateBy), idempotencyKey: newKey() });
  };

  return {
    book,
    /** Brings both clocks to one time after all that has happened, and posts all that is due by then. */
    async toTheEnd(): Promise<Instant> {
      const end = addMs(instant(Math.max(testNow, book.now())), 40 * dayMs);
      book.wait(end - book.now());
      await book.advanceTestClock({ id: clock.testClockId, to: end });
      for (const { id: customerId } of people)
        if (customerId !== null) await book.ledgerEntries({ customerId, unit: null, first: 1, after: null });
      return end;
    },
    async run(command: Command): Promise<void> {
      switch (command.kind) {
        case "consume": {
          const made = callOf(command);
          return sendFirst((differently) =>
            consume(book, differently ? { ...made, operation: `${made.operation}-` } : made),
          );
        }
        case "burst": {
          const made = command.calls.map(callOf);
          // Everything a second time: each call is judged once, whoever else is judged with it.
          const calls = [...made, ...made];
          const outcomes = command.inOneRequest
            ? await book.consumeAll(calls)
            : await Promise.all(calls.map(book.consume));
          const ids = outcomes.map((outcome) => ("usageRecord" in outcome ? outcome.usageRecord.id : null));
          for (const [index, id] of ids.slice(0, made.length).entries())
            if (id !== null) expect(ids[index + made.length]).toBe(id);
          return;
        }
        case "grant": {
          const { who, amount, startsIn, lasts, priority, operations } = command;
          const effectiveAt = startsIn === null ? null : addMs(timeOf(who), startsIn);
          const expiresAt = lasts === null ? null : addMs(effectiveAt ?? timeOf(who), lasts);
          const terms = { priority, operations, effectiveAt, expiresAt, idempotencyKey: newKey() };
          const unit = catalog.units[0]?.key ?? null;
          return sendFirst(async (differently) => {
            const reason = differently ? "another" : null;
            const outcome = await book.grant(gift(who, amount, { ...terms, unit, reason }));
            return answerOf({ ...outcome }, "grant" in outcome ? outcome.grant.id : undefined);
          });
        }
        case "purchase": {
          const { who: customerId, creditPack, quantity } = command;
          const idempotencyKey = newKey();
          return sendFirst(async (differently) => {
            const count = differently ? quantity + 1 : quantity;
            const outcome = await book.purchase({ customerId, creditPack, quantity: count, idempotencyKey });
            return answerOf({ ...outcome }, "grant" in outcome ? outcome.grant.id : undefined);
          });
        }
        case "wait": {
          if (command.clock === "wall") return book.wait(command.ms);
          testNow = addMs(testNow, command.ms);
          await book.advanceTestClock({ id: clock.testClockId, to: testNow });
          return;
        }
        case "look":
          await book.wallet(command.who, null);
          await book.ledgerEntries({ customerId: command.who, unit: null, first: 5, after: null });
          return;
        case "retry":
          return retry(command.which, command.differently);
      }
    },
  };
}

async function create(book: Book, command: Parameters<Book["createCustomer"]>[0]): Promise<Answer> {
  const outcome = await book.createCustomer(command);
  const id = outcome.kind === "customerCreated" ? outcome.customer.customerId : undefined;
  return answerOf({ ...outcome }, id);
}

/** A call that is made for the first time costs what a quote a moment before says. */
async function consume(book: Book, command: ConsumeCommand): Promise<Answer> {
  const { customerId, operation, quantity, attributes, occurredAt } = command;
  const quote = await book.quote({ customerId, operation, quantity, attributes });
  const outcome = await book.consume(command).catch(faultOf);
  if (outcome.kind === "consumed" && !outcome.replayed && occurredAt === null)
    expect(quote).toMatchObject({ amount: outcome.usageRecord.amount, unit: outcome.usageRecord.unit });
  return answerOf({ ...outcome }, outcome.kind === "consumed" ? outcome.usageRecord.id : undefined);
}

/** A call can become too old to be told of while it is retried. */
function faultOf(error: unknown): { readonly kind: "BAD_INPUT" } {
  if (error instanceof Fault && error.code === "BAD_INPUT") return { kind: error.code };
  throw error;
}
