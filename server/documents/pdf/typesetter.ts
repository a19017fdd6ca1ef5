import LineBreaker from "linebreak";
import type { Faces, Weight } from "./fonts.js";
import { type Run, runsOf, settable } from "./runs.js";

export interface TextStyle {
  readonly size: number;
  readonly weight: Weight;
  readonly color: string;
  /** Figures of one width, for columns. */
  readonly isFigure?: boolean;
}

interface Place {
  /** Where the text begins, or ends if `align` is right. */
  readonly x: number;
  readonly baseline: number;
  readonly align?: "left" | "right";
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Sets texts in whatever fonts their characters need. */
export interface Typesetter {
  width(text: string, style: TextStyle): number;
  lines(text: string, style: TextStyle, width: number): string[];
  draw(text: string, style: TextStyle, place: Place): void;
}

/**
 * Contextual letters take most of the time and turn an arrow of two signs into one; figures need nothing but their
 * width. pdfkit hands the switches on to fontkit, while its types know only fontkit's other form, a list; without
 * any it would shape word by word.
 */
const features: Readonly<Record<"text" | "figure", object>> = {
  text: { features: { calt: false } },
  figure: {
    features: {
      ...{ calt: false, clig: false, liga: false, rclt: false, curs: false, kern: false, ccmp: false },
      ...{ locl: false, rlig: false, mark: false, mkmk: false, tnum: true },
    },
  },
};

const fontOf = ({ face }: Run, { weight }: TextStyle): string => `${face.name} ${weight}`;

export function typesetter(doc: PDFKit.PDFDocument, faces: Faces): Typesetter {
  for (const face of new Set(faces.values())) {
    doc.registerFont(`${face.name} regular`, face.regular);
    doc.registerFont(`${face.name} bold`, face.bold);
  }
  /** For a size of 1: the same words and figures come up again and again. */
  const known = new Map<string, number>();

  function widthOfRun(run: Run, style: TextStyle): number {
    const key = `${fontOf(run, style)} ${style.isFigure ? "figure" : "text"} ${run.text}`;
    let width = known.get(key);
    if (width === undefined) {
      const options = { ...features[style.isFigure ? "figure" : "text"] };
      width = doc.font(fontOf(run, style), 1).widthOfString(run.text, options);
      known.set(key, width);
    }
    return width * style.size;
  }

  const setRuns = (text: string, style: TextStyle) =>
    runsOf(settable(text, faces), faces).map((run) => ({ ...run, width: widthOfRun(run, style) }));

  const widthOf = (text: string, style: TextStyle): number =>
    setRuns(text, style).reduce((sum, { width }) => sum + width, 0);

  return {
    width: widthOf,
    lines: (text, style, width) => wrap(text, width, (part) => widthOf(part, style)),
    draw: (text, style, { x, baseline, align = "left" }) => {
      const runs = setRuns(text, style);
      let left = align === "left" ? x : x - runs.reduce((sum, { width }) => sum + width, 0);
      for (const run of runs) {
        doc.font(fontOf(run, style), style.size).fillColor(style.color);
        // Told the width, pdfkit need not measure it once more.
        const measured: object = { textWidth: run.width, wordCount: 1 };
        doc.text(run.text, left, baseline, {
          lineBreak: false,
          baseline: "alphabetic",
          ...measured,
          ...features[style.isFigure ? "figure" : "text"],
        });
        left += run.width;
      }
    },
  };
}

/** Breaks where the language allows it, and within a word only where it is longer than a line. */
function wrap(text: string, width: number, widthOf: (part: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  let filled = 0;
  const turn = (): void => {
    lines.push(line.trimEnd());
    line = "";
    filled = 0;
  };
  const put = (part: string): void => {
    line += part;
    filled += widthOf(part);
  };
  for (const part of breakable(text)) {
    const needed = widthOf(part.trimEnd());
    if (line !== "" && filled + needed > width) turn();
    if (needed <= width) put(part);
    else
      for (const { segment } of graphemes.segment(part)) {
        if (line !== "" && filled + widthOf(segment) > width) turn();
        put(segment);
      }
  }
  turn();
  return lines;
}

function breakable(text: string): string[] {
  const breaker = new LineBreaker(text);
  const parts: string[] = [];
  let start = 0;
  for (let found = breaker.nextBreak(); found !== null; found = breaker.nextBreak()) {
    parts.push(text.slice(start, found.position));
    start = found.position;
  }
  return parts;
}
