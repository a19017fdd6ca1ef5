import fc from "fast-check";
import type { Engine } from "./engine.js";
import { play } from "./history.js";
import { storiesOf } from "./stories.js";
import type { Tally } from "./tally.js";

interface Session {
  readonly histories: number;
  readonly commandsMax: number;
  /** Without one, another is taken each time. */
  readonly seed?: number;
  /** The one history to play, as it was told when it failed; by default all. */
  readonly path?: string;
  readonly tally: Tally;
}

/** A smaller history is easier to read, but not at any price. */
const shrinkingMs = 60_000;

/**
 * Plays random histories, and proves the books that they leave. What went wrong is told with the least history that was
 * found to show it and with the seed that leads there; null means that nothing did.
 */
export async function playMany(
  engines: readonly Engine[],
  { histories, commandsMax, seed, path, tally }: Session,
): Promise<string | null> {
  const property = fc.asyncProperty(storiesOf(commandsMax), (story) => play(engines, story, tally));
  const found = await fc.check(property, {
    numRuns: histories,
    endOnFailure: true,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  });
  if (found.failed) {
    const first = found.counterexamplePath ?? "";
    const again = { seed: found.seed, path: first, interruptAfterTimeLimit: shrinkingMs };
    const { errorInstance, counterexamplePath } = await fc.check(property, again);
    const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    const replay = `--seed=${found.seed} --length=${commandsMax} --path=${counterexamplePath}`;
    return `Play it again: npm run model -- ${replay}\n${why}`;
  }
  for (const engine of engines) {
    const drifts = await engine.verify(() => undefined);
    if (drifts.length > 0) return `${engine.name} breaks laws: ${JSON.stringify(drifts)}`;
  }
  return null;
}
