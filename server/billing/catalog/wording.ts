const listedMax = 20;
const shownCharsMax = 60;

/** Shows a value of the file in a message, without repeating a flood of it. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "object") return "a map";
  const text = String(value);
  return JSON.stringify(text.length > shownCharsMax ? `${text.slice(0, shownCharsMax)}…` : value);
}

export function listed(names: readonly string[]): string {
  const first = names.slice(0, listedMax).join(", ");
  return names.length > listedMax ? `${first} and ${names.length - listedMax} others` : first;
}

export function notDeclared(kind: string, name: string, declared: readonly string[]): string {
  const known = declared.length === 0 ? "none is declared" : `declared are ${listed(declared)}`;
  return `no ${kind} is called ${shown(name)}; ${known}${suggestion(name, declared)}`;
}

export function unknownField(name: string, allowed: readonly string[]): string {
  const guess = nearest(name, allowed);
  return guess === undefined
    ? `there is no such field; allowed are ${listed(allowed)}`
    : `there is no such field; did you mean ${guess}?`;
}

/** Only where the list alone does not show it at a glance. */
function suggestion(name: string, declared: readonly string[]): string {
  const guess = declared.length > 3 ? nearest(name, declared) : undefined;
  return guess === undefined ? "" : `; did you mean ${guess}?`;
}

/** The most similar name, if it is similar enough to be a slip of the fingers. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const slipsMax = Math.max(1, Math.floor(name.length / 3));
  const ranked = candidates
    .filter((candidate) => Math.abs(candidate.length - name.length) <= slipsMax)
    .map((candidate) => ({ candidate, slips: slipsBetween(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ slips }) => slips <= slipsMax)
    .sort((a, b) => a.slips - b.slips);
  return ranked[0]?.candidate;
}

/** The Levenshtein distance, one row of its table at a time. */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
