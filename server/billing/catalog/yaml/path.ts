import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Path } from "../problem.js";

/** Where the key or list item at the end of the path begins; what is missing is looked for where it should stand. */
export function offsetOf(document: Document.Parsed, path: Path): number {
  let offset = document.contents?.range[0] ?? 0;
  let node: unknown = document.contents;
  for (const part of path) {
    const step = stepInto(isAlias(node) ? node.resolve(document) : node, part);
    if (step === undefined) break;
    offset = step.offset ?? offset;
    node = step.node;
  }
  return offset;
}

interface Step {
  readonly offset: number | undefined;
  readonly node: unknown;
}

function stepInto(node: unknown, part: string | number): Step | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return isNode(item) ? { offset: item.range?.[0], node: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  return pair === undefined || !isScalar(pair.key)
    ? undefined
    : { offset: pair.key.range?.[0], node: pair.value };
}
