import { expect, test } from "vitest";
import { files, read, sourcesUnder } from "./sources.js";

const text = files.filter((file) =>
  /\.(?:[cm]?[jt]sx?|json|ya?ml|md|graphql|css|html|sql|sh)$|^\.[a-z]+$/.test(file),
);
const code = text.filter((file) => /\.(?:[cm]?[jt]sx?|css|graphql|sql|sh)$/.test(file));
const ours = sourcesUnder("server", "sdk/src").filter((file) => !file.endsWith("/generated.ts"));
const typescript = sourcesUnder("server", "sdk", "web", "test", "bench", "demo");

interface Find {
  readonly in: readonly string[];
  readonly pattern: RegExp;
  readonly advice: string;
}

/** Where a pattern occurs, as `file:line: advice`. */
const find = ({ in: places, pattern, advice }: Find): string[] =>
  places.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${advice}`] : [])),
  );

test("files stay below 300 lines", () => {
  const long = ours.filter((file) => read(file).trimEnd().split("\n").length > 300);
  expect(long.map((file) => `${file} does more than one thing: find the seam and split it.`)).toEqual([]);
});

test("lines stay within 120 columns, but for a message, which is found by searching only in one piece", () => {
  const pattern = /^(?!.*["`']).{121,}$/u;
  expect(find({ in: ours, pattern, advice: "break the line, or say it shorter." })).toEqual([]);
});

test("nothing is left to do", () => {
  expect(
    find({ in: code, pattern: /\b(?:TO[D]O|FIX[M]E)\b/, advice: "do it now, or open an issue." }),
  ).toEqual([]);
});

test("folders are named after what they hold", () => {
  const vague = files.filter((file) => /(?:^|\/)(?:utils?|helpers?|common|misc)\//i.test(file));
  expect(vague.map((file) => `${file}: name the folder after what is in it.`)).toEqual([]);
});

test("nothing depends on one machine or one registry", () => {
  // The brackets keep these lines from finding themselves.
  const paths = /(?<![\w.-])\/(?:[w]ork|[r]oot|[h]ome|[U]sers)\//;
  const registries = /\b[r]egistry(?:\.[a-z0-9-]+){2,}|\b(?:[n]pmmirror|[v]erdaccio|[a]rtifactory)\b/i;
  expect([
    ...find({ in: text, pattern: paths, advice: "use a path from the repository's root." }),
    ...find({ in: text, pattern: registries, advice: "leave the registry to npm's configuration." }),
    ...find({
      in: ["package-lock.json"],
      pattern: /"resolved": "[a-z+]+:/,
      advice: "install with omit-lockfile-registry-resolved, so that any registry will do.",
    }),
  ]).toEqual([]);
});

test("no test is run alone or passed over, and no type is cast away", () => {
  expect([
    ...find({
      in: typescript,
      pattern: /\b(?:test|it|describe|bench)[.](?:only|skip|todo)\(/,
      advice: "run them all.",
    }),
    ...find({
      in: typescript,
      pattern: /\bas [a]ny\s*(?:[^\w\s]|$)|<[a]ny>/,
      advice: "say what it is, or unknown.",
    }),
    ...find({
      in: typescript,
      pattern: /@ts-[i]gnore|@ts-[n]ocheck/,
      advice: "use @ts-expect-error with a reason.",
    }),
  ]).toEqual([]);
});
