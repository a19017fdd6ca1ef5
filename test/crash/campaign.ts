import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { createScripClient } from "@scrip/sdk";
import type { DatabaseOptions } from "../../server/storage/database.js";
import type { Mistake } from "./broken.js";
import { checkSurvivor } from "./check.js";
import { loadUntilDead } from "./clients.js";
import { compileServer } from "./compile.js";
import { type Journal, newJournal } from "./journal.js";
import { type KillPlan, type Point, plans } from "./plan.js";
import { type ServerProcess, startServer } from "./process.js";
import { type Random, seeded } from "./random.js";
import type { Opening } from "./server.js";
import { count, type Tallies } from "./tally.js";

interface Options {
  readonly database: DatabaseOptions;
  readonly kills: number;
  readonly seed: number;
  readonly onKill?: (progress: Progress) => void;
  /** Ends the campaign after the kill that is under way. */
  readonly signal?: AbortSignal;
  /** To see that it is found. */
  readonly mistake?: Mistake | null;
}

export interface Progress {
  readonly kills: number;
  readonly acknowledged: number;
}

export interface CampaignResult extends Progress {
  /** Empty, or the first of what must never be. */
  readonly violations: readonly string[];
  readonly tallies: Tallies;
}

/** The first of them tell the story; later ones repeat it. */
const violationsMax = 20;

/** Kills one server after the other, all on one database, and checks each time what is left. */
export async function runCampaign(options: Options): Promise<CampaignResult> {
  const { database, kills, seed, onKill, mistake = null } = options;
  const random = seeded(seed);
  const campaign: Campaign = {
    opening: { database, apiKey: randomUUID(), mistake },
    random,
    journal: newJournal(),
    tallies: new Map(),
    last: null,
  };
  const { journal, tallies } = campaign;
  const planned = plans(random);
  const progress = (done: number): Progress => ({ kills: done, acknowledged: acknowledgedIn(journal) });
  const { script, remove } = await compileServer();
  let next = startServer(script);
  let done = 0;
  try {
    while (done < kills && journal.violations.length === 0 && !options.signal?.aborted) {
      const victim = next;
      // It loads its code while the other one works, which is most of what a restart takes.
      next = startServer(script);
      await oneLife(campaign, victim, planned.next().value);
      done += 1;
      onKill?.(progress(done));
    }
    if (journal.violations.length === 0) await survive(campaign, next);
  } finally {
    next.kill();
    await next.ended;
    await remove();
  }
  return { ...progress(done), violations: journal.violations.slice(0, violationsMax), tallies };
}

interface Campaign {
  readonly opening: Opening;
  readonly random: Random;
  readonly journal: Journal;
  readonly tallies: Tallies;
  /** The last kill of a server that had answered calls, until it has been checked what is left of them. */
  last: { readonly point: Point; readonly keys: readonly string[] } | null;
}

const acknowledgedIn = ({ entries }: Journal): number =>
  [...entries.values()].filter(({ answer }) => answer?.kind === "done").length;

/** What a server takes to open its database, and how long it may answer calls, when the moment is left to chance. */
const [openingMs, livingMs] = [250, 600];

async function oneLife(campaign: Campaign, victim: ServerProcess, plan: KillPlan): Promise<void> {
  if (plan.point === "while it opens") {
    const opening = victim.open(campaign.opening).catch(() => null);
    await victim.loaded;
    await wait(plan.share * openingMs);
    victim.kill();
    await opening;
    count(campaign.tallies, plan.point, { kills: 1 });
  } else await killLoaded(campaign, victim, plan);
  const { how, complaints } = await victim.ended;
  if (how !== "SIGKILL" || complaints !== "")
    campaign.journal.violations.push(`A server ended by ${how}, and said: ${complaints}`);
}

/** What takes that long is not slow, even on the busiest of machines, but never comes. */
const patienceMs = 60_000;

/** Opens the next server and checks what the last one has left. */
async function survive(campaign: Campaign, victim: ServerProcess) {
  const { opening, journal, random, last, tallies } = campaign;
  const { database, apiKey } = opening;
  const url = await victim.open(opening);
  const client = createScripClient({ url, apiKey, attemptsMax: 1, timeoutMs: patienceMs });
  // Nobody is there: what happens waits to be told, before there is anybody to whom anything could happen.
  if ((await client.webhookEndpoints()).length === 0)
    await client.createWebhookEndpoint({ url: "https://receiver.invalid/scrip" });
  const outcome = await checkSurvivor({ database, client, journal, random }, last?.keys ?? []);
  if (last !== null) count(tallies, last.point, { ...outcome, landed: outcome.stored > 0 ? 1 : 0 });
  campaign.last = null;
  return client;
}

const isDead = (victim: ServerProcess): Promise<boolean> =>
  Promise.race([victim.ended.then(() => true), wait(patienceMs, false, { ref: false })]);

async function killLoaded(campaign: Campaign, victim: ServerProcess, plan: KillPlan): Promise<void> {
  const { journal, random, tallies } = campaign;
  const client = await survive(campaign, victim);
  const before = journal.entries.size;
  victim.arm(plan);
  const load = loadUntilDead({ client, journal, random });
  if (plan.point === "at any moment") {
    await wait(plan.share * livingMs);
    victim.kill();
  }
  await load;
  if (!(await isDead(victim))) journal.violations.push(`A server was not killed as planned, ${plan.point}`);
  victim.kill();
  const entries = [...journal.entries].slice(before);
  const answered = entries.filter(([, { answer }]) => answer !== null).length;
  campaign.last = { point: plan.point, keys: entries.map(([key]) => key) };
  count(tallies, plan.point, { kills: 1, answered });
}
