import type { Fact } from "./document.js";
import { oneLine } from "./text.js";

/** What is known, in the order in which it is read. */
export const factsFrom = (facts: readonly (readonly [label: string, text: string | null])[]): Fact[] =>
  facts.flatMap(([label, text]) => (text === null ? [] : [{ label, text: oneLine(text) }]));
