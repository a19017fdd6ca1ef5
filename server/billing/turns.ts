import { setImmediate } from "node:timers/promises";

/** Longer than this nobody shall have to wait for somebody else's long sum. */
const turnMs = 20;

/** For long work in memory: asked between its steps, it lets everybody else have their turn when its own is over. */
export function takingTurns(): () => Promise<void> | undefined {
  let begun = performance.now();
  const pause = async (): Promise<void> => {
    await setImmediate();
    begun = performance.now();
  };
  return () => (performance.now() - begun < turnMs ? undefined : pause());
}
