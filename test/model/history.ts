import { instant } from "../../server/domain/instant.js";
import { doJobs, hear } from "./billRows.js";
import { castFor, enterModel, enterServer, started } from "./cast.js";
import { subscribe } from "./changes.js";
import type { Drawn, Time } from "./commands.js";
import { compareAll, comparePast, compareWallet } from "./compare.js";
import { redeemCoupon } from "./coupons.js";
import { grantCredits, purchase } from "./credits.js";
import { cancel, resume } from "./endings.js";
import type { Engine } from "./engine.js";
import { castOf, consumeOf, meaningOf, type Stage } from "./meaning.js";
import { isMetered, judgeTogether } from "./metered.js";
import { newWorld, timeOf, type World } from "./model.js";
import { type Names, newNames } from "./names.js";
import { createCreditNote, refundPurchase } from "./payBack.js";
import { payInvoice, voidInvoice } from "./paying.js";
import { changePlan } from "./planChange.js";
import { same } from "./same.js";
import { learn, type Outcome, seenAnswer } from "./seen.js";
import { send, sendAtOnce, sendBatch } from "./send.js";
import { learnStays } from "./stayRows.js";
import { unitAt } from "./stays.js";
import type { Story } from "./stories.js";
import { count, type Tally } from "./tally.js";
import { allDueTimes, collectAll, isClosingDue, moveTestClock, writeDue } from "./timeline.js";
import type { Answer, Sent, SentOf } from "./world.js";

/** A history under way: the model, and the servers that must agree with it and with each other. */
export interface Play extends Stage {
  readonly engines: readonly Engine[];
  readonly names: Names;
  readonly testClockIds: readonly string[];
  /** What was sent and what the model said, in words. */
  readonly lines: string[];
  /** Past times and wallets to ask for once more at the end. */
  readonly remembered: { readonly customer: string; readonly unit: string; readonly at: number }[];
  readonly tally: Tally;
}

let runs = 0;

/** Plays a history on the model and on every engine, and compares all that can be seen. */
export async function play(engines: readonly Engine[], { cast: roles, commands }: Story, tally: Tally) {
  runs += 1;
  const run = `r${runs}`;
  const world = newWorld(started);
  const cast = castFor(run, roles);
  const testClockIds: string[] = [];
  for (const engine of engines) {
    engine.begin(run);
    engine.setTime(started);
    testClockIds.push(await enterServer(engine, cast));
  }
  enterModel(world, cast);
  const stage = { world, cast, sent: [], names: newNames(), remembered: [] };
  const lines = [`cast: ${cast.map(({ id }) => id).join(", ")}`];
  const playing: Play = { ...stage, engines, testClockIds, lines, tally };
  try {
    await learnStays(playing);
    for (const drawn of commands) await step(playing, drawn);
    await compareAll(playing);
  } catch (error) {
    if (error instanceof Error) error.message = `${lines.join("\n")}\n${error.message}`;
    throw error;
  }
}

async function step(playing: Play, drawn: Drawn): Promise<void> {
  count(playing.tally.commands, drawn.kind);
  for (const engine of playing.engines) engine.nextStep();
  switch (drawn.kind) {
    case "batch": {
      const calls = batchOf(playing, drawn);
      return exchange(playing, calls, (engine) => sendBatch(engine, calls));
    }
    case "atOnce":
      return atOnce(playing, drawn);
    case "wait":
      return waitFor(playing, drawn);
    case "jobs":
      return jobs(playing);
    case "look":
      return look(playing, drawn.who);
    case "lookBack": {
      const customer = castOf(playing, drawn.who);
      if (customer === null) return;
      const now = timeOf(playing.world, customer);
      const at = started + Math.floor(((now - started) * drawn.perMille) / 1_000);
      return comparePast(playing, { customer, unit: unitAt(customer, now), at });
    }
    default: {
      const sent = meaningOf(playing, drawn);
      if (sent === null) return;
      return exchange(playing, [sent], async (engine) => [await send(engine, playing.names, sent)]);
    }
  }
}

function batchOf(playing: Play, drawn: Extract<Drawn, { kind: "batch" }>): SentOf<"consume">[] {
  const calls = drawn.calls.map((call) => {
    const sent = consumeOf(playing, call);
    playing.sent.push(sent);
    return sent;
  });
  return [...calls, ...drawn.again.flatMap((which) => calls[which % calls.length] ?? [])];
}

async function atOnce(playing: Play, { commands, together }: Extract<Drawn, { kind: "atOnce" }>) {
  const sent = commands.flatMap((drawn) => {
    if (!isMutation(drawn)) return [];
    const meant = meaningOf(playing, drawn);
    // What is a transaction of its own has an order among the others that nobody knows.
    return meant === null || !isMetered(meant) ? [] : [meant];
  });
  const { names } = playing;
  await exchange(playing, sent, (engine) => sendAtOnce(engine, { names, together }, sent));
}

const isMutation = (drawn: Drawn) =>
  drawn.kind !== "batch" &&
  drawn.kind !== "wait" &&
  drawn.kind !== "jobs" &&
  drawn.kind !== "look" &&
  drawn.kind !== "lookBack" &&
  drawn.kind !== "atOnce";

/** Lets the model judge commands, sends them to every server, and compares the answers. */
async function exchange(
  playing: Play,
  sent: readonly Sent[],
  deliver: (engine: Engine) => Promise<readonly Outcome[]>,
): Promise<void> {
  const { world, names, engines, lines, tally } = playing;
  for (const one of sent) lines.push(`send ${JSON.stringify(one)}`);
  const outcomes: (readonly Outcome[])[] = [];
  for (const engine of engines) outcomes.push(await deliver(engine));
  // A call changes no plan, so that a period ends with it only when its time has come.
  if (!sent.every(isMetered) || isClosingDue(world)) await hear(playing);
  const answers = judge(playing, sent);
  for (const [index, answer] of answers.entries()) {
    lines.push(`  → ${answer.replayed === true ? "replayed " : ""}${answer.kind}`);
    count(tally.answers, `${sent[index]?.kind}: ${answer.replayed === true ? "replay" : answer.kind}`);
    countEffects(tally, answer);
    const told = outcomes.map((each) => each[index]);
    const [first] = told;
    if (first === undefined) throw new Error("A command was not answered.");
    learn(names, first, answer);
    await learnStays(playing);
    const seen = forgiven(seenAnswer(names, first), { answer, sent });
    same(seen, answer, "The model (expected) would have answered otherwise.");
    for (const other of told.slice(1)) same(other, first, "The engines answered differently.");
  }
}

interface Judgement {
  readonly answer: Answer;
  readonly sent: readonly Sent[];
}

/**
 * A reversal can cancel what a rolling window would have given back next. A call that is refused in the same transaction
 * is still told that time, which is too early; the next one is told the right one.
 */
function forgiven(seen: Answer, { answer, sent }: Judgement): Answer {
  const hasReversal = sent.length > 1 && sent.some(({ kind }) => kind === "reverseUsage");
  const { nextSupplyAt: told } = seen;
  if (!hasReversal || typeof told !== "number") return seen;
  const right = answer.nextSupplyAt ?? null;
  const isEarly = right === null || (typeof right === "number" && told < right);
  return isEarly ? { ...seen, nextSupplyAt: right } : seen;
}

function judge({ world }: Play, sent: readonly Sent[]): Answer[] {
  const [first] = sent;
  const alone = first && judgeAlone(world, first);
  return alone === undefined ? judgeTogether(world, sent.filter(isMetered)) : [alone];
}

/** What the model says to a command that is a transaction of its own; undefined for one that shares it. */
function judgeAlone(world: World, sent: Sent): Answer | undefined {
  switch (sent.kind) {
    case "grantCredits":
      return grantCredits(world, sent);
    case "purchase":
      return purchase(world, sent);
    case "subscribe":
      return subscribe(world, sent);
    case "changePlan":
      return changePlan(world, sent);
    case "cancelSubscription":
      return cancel(world, sent);
    case "resumeSubscription":
      return resume(world, sent);
    case "refundPurchase":
      return refundPurchase(world, sent);
    case "createCreditNote":
      return createCreditNote(world, sent);
    case "redeemCoupon":
      return redeemCoupon(world, sent);
    case "voidInvoice":
      return voidInvoice(world, sent);
    case "payInvoice":
      return payInvoice(world, sent);
    default:
      return undefined;
  }
}

/** What is worth knowing about the branches behind an answer. */
function countEffects({ answers }: Tally, answer: Answer): void {
  if (answer.kind !== "usageReversed" || answer.replayed === true) return;
  const { draws, postpaid } = answer.reversal as { draws: readonly unknown[][]; postpaid: number };
  for (const [, , , effect] of draws) count(answers, `effect: ${effect}`);
  if (postpaid > 0) count(answers, "effect: debt undone");
}

async function waitFor(playing: Play, { clock, time }: Extract<Drawn, { kind: "wait" }>): Promise<void> {
  const { world, engines, testClockIds, lines, cast } = playing;
  const now = world.clocks[clock];
  const to = timeToGo(playing, now, time);
  for (const { customer, unit } of world.wallets) playing.remembered.push({ customer, unit, at: now });
  lines.push(`${clock} clock to ${new Date(to).toISOString()}`);
  world.clocks[clock] = to;
  for (const [index, engine] of engines.entries())
    if (clock === "wall") engine.setTime(to);
    else await engine.advanceTestClock({ id: testClockIds[index] ?? "", to: instant(to) });
  await hear(playing);
  if (clock === "test")
    for (const customer of cast.filter((one) => one.clock === "test")) moveTestClock(world, customer, to);
}

const waitMax = 45 * 86_400_000;

/** So much later, or when something falls due: exactly, or a millisecond beside. */
function timeToGo({ world }: Play, now: number, time: Time): number {
  if ("ms" in time) return now + time.ms;
  const times = [...new Set(allDueTimes(world))].filter((at) => at > now).toSorted((a, b) => a - b);
  const due = times[time.due % Math.max(1, times.length)];
  return due === undefined || due - now > waitMax ? now + 3_600_000 : Math.max(now, due + time.beside);
}

/** What is due of all that live on the wall clock is done, and asked for. */
async function jobs(playing: Play): Promise<void> {
  const { world, engines, cast, lines } = playing;
  lines.push("jobs");
  const { wall: now } = world.clocks;
  const customers = cast.filter(({ clock }) => clock === "wall");
  for (const { id } of customers) for (const engine of engines) await doJobs(engine, id, now);
  await hear(playing);
  for (const customer of customers) {
    writeDue(world, customer);
    collectAll(world, customer, now);
  }
}

async function look(playing: Play, who: number): Promise<void> {
  const customer = castOf(playing, who);
  if (customer === null) return;
  await compareWallet(playing, customer, unitAt(customer, timeOf(playing.world, customer)));
}
