import {
  badInput,
  command,
  conclude,
  leaveRolling,
  paidUntil,
  present,
  refused,
  scenesOf,
  standing,
  stayNamed,
  undo,
} from "./changes.js";
import { inactive } from "./judge.js";
import type { World } from "./model.js";
import { comingAfter, inForceAt, statusAt, stayAt } from "./stays.js";
import type { Answer, SentOf } from "./world.js";

/** Ends the plan in force, at once or with its period, and whatever was to come with it. */
export function cancel(world: World, sent: SentOf<"cancelSubscription">): Answer {
  const kind = "subscriptionCancelled";
  return command(world, sent, {
    act: (trying) => {
      const { customer, now } = trying;
      const stay = inForceAt(customer, now);
      const coming = comingAfter(customer, now);
      const ending = stay ?? coming[0];
      if (ending === undefined) return refused(inactive(customer, now));
      const end = stay === null || sent.timing === "NOW" ? null : paidUntil(stay, now);
      if (stay !== null && end === null && sent.timing === "PERIOD_END") return badInput;
      const scenes = scenesOf(trying, []);
      for (const one of coming) undo(one, now);
      if (stay !== null) {
        stay.until = end ?? now;
        stay.cancelledAt ??= now;
        if (end === null) leaveRolling(scenes, stay, now);
      }
      conclude(trying, scenes);
      return { answer: { kind, standing: standing(trying, ending) }, result: ending.name };
    },
    again: (trying, result) => ({ kind, standing: standing(trying, stayNamed(trying, result)) }),
  });
}

/** Takes back an ending, or a change of plan that was to come. */
export function resume(world: World, sent: SentOf<"resumeSubscription">): Answer {
  const kind = "subscriptionResumed";
  return command(world, sent, {
    act: (trying) => {
      const { customer, now } = trying;
      const stay = inForceAt(customer, now);
      const counting = stayAt(customer, now);
      const isToCome = counting !== null && statusAt(counting, now) === "SCHEDULED";
      if (stay === null && !isToCome) return refused(inactive(customer, now));
      if (stay === null || stay.until === null) return refused({ kind: "nothingToResume" });
      const scenes = scenesOf(trying, []);
      stay.until = null;
      stay.cancelledAt = null;
      for (const one of comingAfter(customer, now)) undo(one);
      conclude(trying, scenes);
      return { answer: { kind, standing: present(trying).standing }, result: stay.name };
    },
    again: (trying, result) => ({ kind, standing: standing(trying, stayNamed(trying, result)) }),
  });
}
