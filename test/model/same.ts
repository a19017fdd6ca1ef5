import { isDeepStrictEqual } from "node:util";

interface Sides {
  /** What was seen, and what it should have been. */
  readonly seen: unknown;
  readonly expected: unknown;
}

/** Fails unless both are the same in every part, and names each part that is not. */
export function same(seen: unknown, expected: unknown, message: string): void {
  const differences = differencesOf({ seen, expected }, "");
  if (differences.length > 0) throw new Error([message, ...differences].join("\n"));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function differencesOf({ seen, expected }: Sides, path: string): string[] {
  if (isDeepStrictEqual(seen, expected)) return [];
  if (!isObject(seen) || !isObject(expected))
    return [`  ${path || "it"} is ${JSON.stringify(seen)} and should be ${JSON.stringify(expected)}`];
  const parts = [...new Set([...Object.keys(seen), ...Object.keys(expected)])];
  return parts.flatMap((part) =>
    differencesOf({ seen: seen[part], expected: expected[part] }, path === "" ? part : `${path}.${part}`),
  );
}
