import { UserError } from "../server/userError.js";
import type { PricedCall } from "./calls.js";
import { mainCallOf } from "./mainCall.js";
import { allCalls, type Dish, menuOf } from "./menu.js";
import type { Tourist } from "./tourist.js";

/** What all acts share. */
export interface Scene {
  readonly tourist: Tourist;
  readonly menu: readonly Dish[];
  /** The call that uses the supply up. */
  readonly main: PricedCall;
  readonly labelWidth: number;
}

export async function sceneOf(tourist: Tourist): Promise<Scene> {
  const menu = await menuOf(tourist);
  const main = await mainCallOf(tourist, menu);
  if (main === undefined)
    throw new UserError(`No call of the plan ${tourist.plan.key} has a price that the tour can find.`);
  const labels = [main, ...allCalls(menu)].map(({ label }) => label.length);
  return { tourist, menu, main, labelWidth: Math.max(...labels) };
}
