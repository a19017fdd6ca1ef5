import type { ScripClient } from "@scrip/sdk";
import type { Answer } from "./answer.js";
import { type Call, type CallKind, drawRequest, type Request } from "./commands.js";
import type { Journal } from "./journal.js";
import type { Random } from "./random.js";

interface Needs {
  readonly client: ScripClient;
  readonly journal: Journal;
  readonly random: Random;
}

const clients = 8;
/** No failpoint is that far away; it bounds a life whose server is not killed. */
const requestsMax = 3_000;

/** Many clients at once, each sending one request after the other until the server does not answer any more. */
export async function loadUntilDead({ client, journal, random }: Needs): Promise<void> {
  let sent = 0;
  const newKey = (kind: CallKind): string => `${kind}-${journal.nextNumber()}`;
  const one = async (): Promise<void> => {
    while (sent < requestsMax) {
      sent += 1;
      const request = drawRequest({ random, world: journal.world, newKey });
      for (const call of request.calls) journal.sent(call);
      const answers = await request.send(client).catch(() => null);
      if (answers === null) return;
      note(journal, request, answers);
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
}

function note(journal: Journal, { calls }: Request, answers: readonly Answer[]): void {
  for (const [index, call] of calls.entries()) {
    const answer = answers[index];
    if (answer === undefined) journal.violations.push(`${call.key} of a batch has no answer`);
    else journal.answered(call, answer);
  }
}

const atOnce = 16;

/** Sends calls once more, and notes the answers, which must come. */
export async function sendAgain(
  client: ScripClient,
  journal: Journal,
  calls: readonly Call[],
): Promise<void> {
  const waiting = [...calls];
  const one = async (): Promise<void> => {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) {
      const { key } = call;
      const answer = await call.send(client).catch((error: unknown) => {
        journal.violations.push(`${key} was sent again and not answered: ${error}`);
        return null;
      });
      if (answer !== null) journal.answered(call, answer);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}
