import bidiFactory from "bidi-js";
import type { Face, Faces } from "./fonts.js";

/** A piece of a line that one font sets, in the place where it is seen. */
export interface Run {
  readonly face: Face;
  readonly text: string;
}

/** Stands for what no font has, so that nothing vanishes without a trace. */
export const missingSign = "▯";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Has no shape of its own, so nothing is lost where a font does not know it. */
const shapeless = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]$/u;

/** The text with a sign for each character, as a reader counts them, that cannot be set. */
export function settable(text: string, faces: Faces): string {
  if ([...text].every((character) => faces.has(codeOf(character)))) return text;
  let result = "";
  for (const { segment } of graphemes.segment(text)) {
    const known = [...segment].filter((character) => faces.has(codeOf(character)));
    const isMissing = [...segment].some(
      (character) => !faces.has(codeOf(character)) && !shapeless.test(character),
    );
    result += isMissing ? missingSign : known.join("");
  }
  return result;
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

const fromTheRight =
  /[\u0590-\u08ff\ufb1d-\ufeff\u200f\u202b\u202e\u2067\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

interface Piece extends Run {
  readonly level: number;
}

const bidi = bidiFactory();

/** Cuts a line by font and direction of writing, and puts the pieces in the order in which they are seen. */
export function runsOf(line: string, faces: Faces): Run[] {
  const [first = ""] = line;
  const face = faces.get(codeOf(first));
  if (face !== undefined && [...line].every((character) => faces.get(codeOf(character)) === face))
    if (!fromTheRight.test(line)) return [{ face, text: line }];
  const { levels } = bidi.getEmbeddingLevels(line);
  const pieces: Piece[] = [];
  let index = 0;
  for (const character of line) {
    const level = levels[index] ?? 0;
    const last = pieces.at(-1);
    const text = level % 2 === 1 ? (bidi.getMirroredCharacter(character) ?? character) : character;
    const face = faceIn(text, faces, last);
    if (face !== undefined && last?.face === face && last.level === level)
      pieces.splice(-1, 1, { ...last, text: last.text + text });
    else if (face !== undefined) pieces.push({ face, text, level });
    index += character.length;
  }
  return inOrderOfSight(pieces).map(({ face, text, level }) => ({
    face,
    text: level % 2 === 1 && !fromTheRight.test(text) ? reversed(text) : text,
  }));
}

/** Letters that are written from the right are turned round by the font's own shaping; signs among them are not. */
const reversed = (text: string): string =>
  Array.from(graphemes.segment(text), ({ segment }) => segment)
    .reverse()
    .join("");

/** A space or a joiner stays with what it stands behind, so that words that belong together are shaped together. */
function faceIn(character: string, faces: Faces, last: Piece | undefined): Face | undefined {
  const follows = /^[\s\p{Cf}]$/u.test(character) && last?.face.characters.has(codeOf(character));
  return follows ? last?.face : faces.get(codeOf(character));
}

/** Rule L2 of Unicode's annex 9: from the deepest level on, what is written from the right is turned round. */
function inOrderOfSight(pieces: readonly Piece[]): Piece[] {
  const order = [...pieces];
  const deepest = Math.max(0, ...pieces.map(({ level }) => level));
  for (let level = deepest; level > 0; level -= 1)
    for (let start = 0; start < order.length; start += 1) {
      let end = start;
      while ((order[end]?.level ?? -1) >= level) end += 1;
      if (end - start > 1) order.splice(start, end - start, ...order.slice(start, end).reverse());
      start = Math.max(start, end);
    }
  return order;
}
