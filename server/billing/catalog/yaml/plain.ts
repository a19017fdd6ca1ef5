import {
  type Document,
  isAlias,
  isCollection,
  isNode,
  isPair,
  isScalar,
  type Node,
  type Pair,
  visit,
} from "yaml";
import { shown } from "../wording.js";

export const depthMax = 20;
export const aliasesMax = 1_000;

type ReportOffset = (offset: number, message: string) => void;
type Ancestors = readonly (Document | Node | Pair)[];

/** Refuses what YAML allows and a catalogue has no meaning for, before it is turned into plain data. */
export function checkPlain(document: Document.Parsed, report: ReportOffset): boolean {
  let plain = true;
  let aliases = 0;
  visit(document, (_, node, ancestors) => {
    if (isAlias(node)) aliases += 1;
    const fault = aliases > aliasesMax ? tooManyAliases : faultOf(document, node, ancestors);
    if (fault === undefined) return undefined;
    plain = false;
    report(offsetOfNode(isPair(node) ? node.key : node), fault);
    return aliases > aliasesMax ? visit.BREAK : visit.SKIP;
  });
  return plain;
}

const tooManyAliases = `a catalogue has at most ${aliasesMax} aliases`;

const offsetOfNode = (node: unknown): number => (isNode(node) ? node.range?.[0] : undefined) ?? 0;

function faultOf(document: Document, node: unknown, ancestors: Ancestors): string | undefined {
  if (isPair(node)) return faultOfKey(node.key);
  if (isCollection(node) && ancestors.filter(isCollection).length >= depthMax)
    return `maps and lists go at most ${depthMax} levels deep`;
  if (!isAlias(node)) return undefined;
  const target = node.resolve(document);
  if (target === undefined) return `*${node.source} stands for nothing: no &${node.source} comes before it`;
  // An alias inside an alias could hold itself, or double what is held with every level.
  return isCollection(target) && (ancestors.includes(target) || holdsAlias(target))
    ? `*${node.source} stands for something that holds an alias itself`
    : undefined;
}

function faultOfKey(key: unknown): string | undefined {
  if (!isScalar(key)) return "a map, list or alias cannot be a key";
  // A plain object would take this key for its prototype.
  return key.value === null || key.value === "__proto__" ? `${shown(key.value)} cannot be a key` : undefined;
}

function holdsAlias(node: Node): boolean {
  let holds = false;
  visit(node, (_, inner) => {
    if (isAlias(inner)) holds = true;
    return holds ? visit.BREAK : undefined;
  });
  return holds;
}
