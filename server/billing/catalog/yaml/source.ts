import { LineCounter, parseDocument, type Tags, type YAMLError } from "yaml";
import type { Path } from "../problem.js";
import { offsetOf } from "./path.js";
import { aliasesMax, checkPlain, depthMax } from "./plain.js";

interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlSource {
  /** Maps, lists, texts, true, false and null. A number is the text that stands in the file; see `withoutNumbers`. */
  readonly value: unknown;
  /** Where the last part of the path begins, or of as much of the path as the file has. */
  readonly locate: (path: Path) => Position;
}

/** Reports at a place in the text, for what has no path. */
type ReportAt = (position: Position, message: string) => void;

const charsMax = 1_000_000;
const firstPosition: Position = { line: 1, column: 1 };

/** With no tag for numbers, `0.30` stays the text "0.30" and never becomes a float on its way to a price. */
const withoutNumbers = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === "string" || !/:(int|float)$/.test(tag.tag));

/** Undefined when the text is not YAML that can be checked any further. */
export function readYaml(text: string, reportAt: ReportAt): YamlSource | undefined {
  if (text.length > charsMax) {
    reportAt(firstPosition, `a catalogue has at most ${charsMax} characters`);
    return undefined;
  }
  try {
    return parse(text, reportAt);
  } catch (error) {
    // The parser calls itself for each level, so a flood of brackets ends in a full stack.
    if (!(error instanceof RangeError)) throw error;
    reportAt(firstPosition, `maps and lists go at most ${depthMax} levels deep`);
    return undefined;
  }
}

function parse(text: string, reportAt: ReportAt): YamlSource | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: "core",
    customTags: withoutNumbers,
    prettyErrors: false,
    logLevel: "silent",
  });
  const report = (offset: number, message: string) => reportAt(positionAt(lines, offset), message);
  // A key that is there twice leaves the rest readable; any other fault leaves only guesses.
  let readable = true;
  for (const fault of [...document.errors, ...document.warnings]) {
    if (fault.code !== "DUPLICATE_KEY") readable = false;
    report(fault.pos[0], wordFault(fault, text));
  }
  if (!readable || !checkPlain(document, report)) return undefined;
  return {
    value: document.toJS({ maxAliasCount: aliasesMax }),
    locate: (path) => positionAt(lines, offsetOf(document, path)),
  };
}

const positionAt = (lines: LineCounter, offset: number): Position => {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
};

function wordFault({ code, message, pos }: YAMLError, text: string): string {
  if (code !== "DUPLICATE_KEY") return `this is not YAML: ${message}`;
  const key = /^[^\s:]*/.exec(text.slice(pos[0], pos[0] + 80))?.[0] ?? "";
  return `the key ${key} is there twice`;
}
