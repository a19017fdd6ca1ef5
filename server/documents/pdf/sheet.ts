import type { TextStyle, Typesetter } from "./typesetter.js";

export const palette = { ink: "#16202e", soft: "#556173", line: "#d8dde4", tint: "#f4f6f8" } as const;

export const toneColors = {
  good: "#17694a",
  bad: "#b3261e",
  warning: "#8a5300",
  neutral: "#475467",
} as const;

export const style = (size: number, over: Partial<TextStyle> = {}): TextStyle => ({
  size,
  weight: "regular",
  color: palette.ink,
  ...over,
});

const margin = { side: 50, top: 50, bottom: 62 } as const;

export type Layout = "portrait" | "landscape";

/** Where the text of a page stands between its edges, in points. */
export interface Frame {
  readonly left: number;
  readonly width: number;
}

const pageWidths = { portrait: 595.28, landscape: 841.89 } as const;

export const frameOf = (layout: Layout): Frame => ({
  left: margin.side,
  width: pageWidths[layout] - 2 * margin.side,
});

/** Pages from top to bottom: where the next thing goes, and a new page where it no longer fits. */
export class Sheet {
  y: number = margin.top;

  constructor(
    readonly doc: PDFKit.PDFDocument,
    readonly type: Typesetter,
  ) {}

  readonly left = margin.side;
  get right(): number {
    return this.doc.page.width - margin.side;
  }
  get width(): number {
    return this.right - this.left;
  }
  /** How much an empty page holds. */
  get height(): number {
    return this.bottom - margin.top;
  }
  get bottom(): number {
    return this.doc.page.height - margin.bottom;
  }

  turn(layout: Layout = this.doc.page.width > this.doc.page.height ? "landscape" : "portrait"): void {
    this.doc.addPage({ size: "A4", layout, margin: 0 });
    this.y = margin.top;
  }

  /** Turns to a new page where something does not fit any more, and tells whether it did. */
  makeRoom(height: number): boolean {
    if (this.y + height <= this.bottom || this.y === margin.top) return false;
    this.turn();
    return true;
  }

  /** One line of text in a line's height from `y`, without moving on. */
  write(
    text: string,
    textStyle: TextStyle,
    { x = this.left, y = this.y, height = textStyle.size * 1.45, align = "left" }: Spot = {},
  ): void {
    // Capitals, which are 0.73 of the size high, stand in the middle of the line.
    this.type.draw(text, textStyle, { x, baseline: y + height / 2 + textStyle.size * 0.365, align });
  }

  rule(y: number, { from = this.left, to = this.right, width = 0.6, color = palette.line }: Rule = {}): void {
    this.doc.moveTo(from, y).lineTo(to, y).lineWidth(width).strokeColor(color).stroke();
  }
}

interface Spot {
  readonly x?: number;
  readonly y?: number;
  readonly height?: number;
  readonly align?: "left" | "right";
}

interface Rule {
  readonly from?: number;
  readonly to?: number;
  readonly width?: number;
  readonly color?: string;
}
