import { Fault } from "../domain/errors.js";

/** Does one piece of work after the other, so that however many are asked for, the rest of the server has its share. */
export function inTurn({
  what,
  waitingMax,
}: {
  readonly what: string;
  readonly waitingMax: number;
}): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (work) => {
    if (waiting >= waitingMax)
      throw new Fault("OVERLOADED", `${waitingMax} ${what} are waiting to be made; ask again in a moment.`);
    waiting += 1;
    const result = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = result.catch(() => undefined);
    return result;
  };
}
