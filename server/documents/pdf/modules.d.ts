/** Where lines may break, by Unicode's annex 14; the package brings no types. */
declare module "linebreak" {
  interface Break {
    /** The index in the text before which the next line would begin. */
    readonly position: number;
    readonly required: boolean;
  }
  export default class LineBreaker {
    constructor(text: string);
    nextBreak(): Break | null;
  }
}

/** Writing from both sides, by Unicode's annex 9; the package's own types are those of its other build. */
declare module "bidi-js" {
  interface Bidi {
    /** Odd where a character is part of a text that is written from the right. */
    getEmbeddingLevels(text: string): { readonly levels: Uint8Array };
    getMirroredCharacter(character: string): string | null;
  }
  export default function bidiFactory(): Bidi;
}
