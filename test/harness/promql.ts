import { readFileSync } from "node:fs";
import { parser } from "@prometheus-io/lezer-promql";
import { expect } from "vitest";

/** Each query is PromQL, and the metrics of ours that it names exist. */
export function checkPromql(code: string): void {
  const documented = readFileSync("docs/metrics.md", "utf8");
  for (const query of queriesOf(code)) {
    const broken: string[] = [];
    parser.parse(query).iterate({
      enter: ({ type, from, to }) => {
        if (type.isError) broken.push(query.slice(0, to) || query);
        if (type.name !== "Identifier") return;
        const name = query.slice(from, to);
        if (!name.startsWith("scrip_")) return;
        const metric = name.replace(/_(?:bucket|sum|count)$/, "");
        expect(documented, `${name} is no metric`).toContain(`| \`${metric}\` |`);
      },
    });
    expect(broken, query).toEqual([]);
  }
}

/** An indented line goes on with the query before it; comments stand on lines of their own. */
const queriesOf = (code: string): string[] =>
  code.split(/\n(?! )/).filter((query) => query.trim() !== "" && !query.startsWith("#"));
