import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { create } from "fontkit";
import subsetFont from "subset-font";

/** One font file, or one of many slices of a family that hold the characters that are used together. */
interface Source {
  readonly name: string;
  /** Whether it says that it has a character; the file itself is asked before one is set. */
  readonly claims: (codePoint: number) => boolean;
  /** The file of a weight; of a slice only these characters, as it has to be cut out anew for each text. */
  readonly read: (weight: Weight, characters: string) => Promise<Buffer>;
  readonly isWhole: boolean;
}

export type Weight = "regular" | "bold";

export interface Face extends Readonly<Record<Weight, Buffer>> {
  readonly name: string;
  readonly characters: ReadonlySet<number>;
}

const require = createRequire(import.meta.url);
const cssWeights = { regular: 400, bold: 600 } as const;

const wholeFile = (name: string, files: Readonly<Record<Weight, string>>): Source => ({
  name,
  claims: () => true,
  read: (weight) => readFile(files[weight]),
  isWhole: true,
});

/** Latin, Greek and Cyrillic. */
const inter = wholeFile("inter", {
  regular: require.resolve("@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf"),
  bold: require.resolve("@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf"),
});

/** Most other alphabets, and signs. */
const dejaVu = wholeFile("dejavu", {
  regular: require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  bold: require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
});

/** Chinese and Japanese; Korean. pdfkit would embed these files as blanks, so what is needed is cut out first. */
const eastAsian: readonly Source[] = [
  { script: "sc", ranges: require.resolve("@fontsource-variable/noto-sans-sc/unicode.json") },
  { script: "kr", ranges: require.resolve("@fontsource-variable/noto-sans-kr/unicode.json") },
].flatMap(({ script, ranges }) =>
  slicesOf(ranges, (name, folder) => ({
    name: `noto-${script}-${name}`,
    read: async (weight, characters) => {
      const file = join(folder, `files/noto-sans-${script}-${name}-wght-normal.woff2`);
      const variationAxes = { wght: cssWeights[weight] };
      return subsetFont(await readFile(file), characters, { targetFormat: "sfnt", variationAxes });
    },
    isWhole: false,
  })),
);

function slicesOf(file: string, make: (name: string, folder: string) => Omit<Source, "claims">): Source[] {
  const ranges: Readonly<Record<string, string>> = require(file);
  return Object.entries(ranges).map(([key, text]) => ({
    ...make(key.replace(/[[\]]/g, ""), dirname(file)),
    claims: claimsOf(text),
  }));
}

/** Reads ranges as CSS has them: `U+0000-00FF,U+0131`. */
function claimsOf(text: string): (codePoint: number) => boolean {
  const ranges = text.split(",").map((range) => {
    const [from = "", to = from] = range.trim().replace("U+", "").split("-");
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const;
  });
  return (codePoint) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to);
}

/** Which face sets a character; those that no font has are not in it. */
export type Faces = ReadonlyMap<number, Face>;

const sources = [inter, dejaVu, ...eastAsian];

/** Finds for every character of a text the first font that has it. */
export async function facesFor(text: string): Promise<Faces> {
  const wanted = new Set([...text].map((character) => character.codePointAt(0) ?? 0));
  const found = new Map<number, Face>();
  for (const source of sources) {
    const claimed = [...wanted].filter(source.claims);
    if (claimed.length === 0) continue;
    const face = await faceOf(source, String.fromCodePoint(...claimed));
    for (const codePoint of claimed.filter((each) => face.characters.has(each))) {
      found.set(codePoint, face);
      wanted.delete(codePoint);
    }
    if (wanted.size === 0) break;
  }
  return found;
}

const whole = new Map<string, Promise<Face>>();

/** Whole files are read once in a process. */
function faceOf(source: Source, characters: string): Promise<Face> {
  if (!source.isWhole) return readFace(source, characters);
  const face =
    whole.get(source.name) ??
    readFace(source, characters).catch((error: unknown) => {
      // What could not be read now may be read the next time.
      whole.delete(source.name);
      throw error;
    });
  whole.set(source.name, face);
  return face;
}

async function readFace({ name, read }: Source, characters: string): Promise<Face> {
  const [regular, bold] = await Promise.all([read("regular", characters), read("bold", characters)]);
  return { name, regular, bold, characters: charactersOf(regular) };
}

function charactersOf(file: Buffer): ReadonlySet<number> {
  const font = create(file);
  if (!("characterSet" in font)) throw new TypeError("A font file holds several fonts; one is expected.");
  try {
    return new Set(font.characterSet);
  } catch {
    // What was cut out of a slice that has none of the characters after all has no table of them either.
    return new Set();
  }
}
