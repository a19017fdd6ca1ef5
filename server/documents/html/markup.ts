/** Text that is markup already; every other text is escaped when it goes into a page. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = string | Markup | readonly Markup[] | null;

const escapes: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);

function written(part: Part): string {
  if (part === null) return "";
  if (typeof part === "string") return escaped(part);
  return part instanceof Markup ? part.text : part.map(({ text }) => text).join("");
}

/** Markup with texts in it, which cannot become markup themselves. */
export const html = (fixed: readonly string[], ...parts: readonly Part[]): Markup =>
  new Markup(fixed.map((text, index) => text + written(parts[index] ?? null)).join(""));
