import type { ScripClient } from "@scrip/sdk";
import { type End, exhaust } from "./firstPeriod.js";
import { showHoldings } from "./holdings.js";
import { introduce } from "./introduction.js";
import { showPrices } from "./prices.js";
import { showReport } from "./report.js";
import { waitForReturns } from "./returns.js";
import { type Scene, sceneOf } from "./scene.js";
import { tryTheRest } from "./secondPeriod.js";
import { showStatement } from "./statement.js";
import { topUp } from "./topUp.js";
import { newTourist } from "./tourist.js";
import { turn } from "./turn.js";

interface Telling {
  readonly sdk: ScripClient;
  readonly url: string;
  readonly title: string;
}

/** Two periods of one customer; in a rolling window nothing turns, so there it waits for credits to come back. */
export async function tellStory({ sdk, url, title }: Telling): Promise<void> {
  const tourist = await newTourist(sdk);
  await introduce(tourist, { title, url });
  const scene = await sceneOf(tourist);
  await showPrices(scene);
  const end = await exhaust(scene);
  await topUp(scene, end);
  await pass(scene, end);
  await showHoldings(tourist);
  await tryTheRest(scene);
  if (tourist.plan.period.type !== "NONE") await pass(scene, null);
  await showReport(tourist);
  await showStatement(tourist);
}

/** Lets the time pass until there are credits again. */
const pass = (scene: Scene, end: End | null): Promise<void> =>
  scene.tourist.plan.period.type === "ROLLING" ? waitForReturns(scene, end) : turn(scene.tourist);
