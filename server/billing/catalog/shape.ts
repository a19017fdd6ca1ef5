import type * as z from "zod";
import type { Path, Report } from "./problem.js";
import { type CatalogFile, catalogFile } from "./schema/file.js";
import { entryOf, isMap, withStandIns } from "./standIns.js";
import { listed, nearest, shown } from "./wording.js";

export interface ShapedFile {
  readonly file: CatalogFile;
  /** Entries whose form is wrong, as `entryId`: others stand in for them, and nothing is said of them twice. */
  readonly broken: ReadonlySet<string>;
}

type Issue = z.core.$ZodIssue;

/** Checks the form alone. What is sound is handed on even beside what is not, so that its names are checked as well. */
export function checkShape(value: unknown, report: Report): ShapedFile | undefined {
  const whole = catalogFile.safeParse(value, { error: wordIssue, reportInput: true });
  if (whole.success) return { file: whole.data, broken: new Set() };
  const findings = whole.error.issues.flatMap((issue) => flatten(issue, []));
  for (const { path, message } of findings) report(path, message);
  if (!isMap(value)) return undefined;
  const strays = findings.filter(({ isStray }) => isStray).map(({ path }) => path);
  const broken = findings.filter(({ isStray }) => !isStray).map(({ path }) => entryOf(path));
  const rest = catalogFile.safeParse(withStandIns(value, strays, broken));
  return rest.success ? { file: rest.data, broken: new Set(broken.map(entryId)) } : undefined;
}

export const entryId = (entry: Path): string => JSON.stringify(entry);

interface Finding {
  readonly path: Path;
  readonly message: string;
  /** A field that does not exist: without it, the rest of its map is sound. */
  readonly isStray: boolean;
}

function flatten(issue: Issue, prefix: Path): Finding[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      message: messages[index] ?? issue.message,
      isStray: true,
    }));
  }
  const branch = issue.code === "invalid_union" ? issue.errors.find(isMeant) : undefined;
  return branch === undefined
    ? [{ path, message: issue.message, isStray: false }]
    : branch.flatMap((each) => flatten(each, path));
}

/** Of a short and a long form, the one that was meant is the one whose kind of value was written. */
const isMeant = (issues: readonly Issue[]): boolean =>
  !issues.some(
    ({ code, path, input }) =>
      path.length === 0 &&
      (code === "invalid_type" || (code === "invalid_value" && typeof input === "object")),
  );

const kinds = new Map([
  ["string", "a text"],
  ["boolean", "true or false"],
  ["array", "a list"],
]);

/** Words what the fields themselves have no words for. */
function wordIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") {
    if (issue.input === undefined) return "is missing";
    return `must be ${kinds.get(String(issue.expected)) ?? "a map"}, not ${shown(issue.input)}`;
  }
  if (issue.code === "invalid_value") return oneOf(namesOf(issue.values), issue.input);
  if (issue.code === "invalid_union" && typeof issue.discriminator === "string" && isMap(issue.input))
    return oneOf(namesOf(issue.options), issue.input[issue.discriminator]);
  return undefined;
}

const namesOf = (values: unknown): string[] => (Array.isArray(values) ? values.map(String) : []);

function oneOf(allowed: readonly string[], given: unknown): string {
  if (given === undefined) return `is missing; it is one of ${listed(allowed)}`;
  const guess = typeof given === "string" ? nearest(given, allowed) : undefined;
  return `must be one of ${listed(allowed)}, not ${shown(given)}${guess === undefined ? "" : `; did you mean ${guess}?`}`;
}
