import { randomFillSync, randomInt } from "node:crypto";
import { v7 } from "uuid";
import type { NewId } from "./domain/ids.js";

const bytesOfOne = 16;
/** For many ids at once: asking for the bytes of one takes longer than all else about it. */
const random = new Uint8Array(bytesOfOne * 256);
let used = random.length;

function randomBytes(): Uint8Array {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += bytesOfOne;
  return random.subarray(used - bytesOfOne, used);
}

/** Goes on from id to id, so that those of one millisecond keep their order. */
let sequence = randomInt(2 ** 31);

/** Ids that sort by the time they were made, so that new rows land at the end of their index. */
export const timeOrderedId: NewId = (prefix) => {
  sequence = (sequence + 1) >>> 0;
  return `${prefix}_${v7({ random: randomBytes(), seq: sequence }).replaceAll("-", "")}`;
};
