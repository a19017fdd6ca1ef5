import type { CatalogChange, ChangedValue } from "../../domain/catalogDiff.js";

const signs = { ADDED: "+", CHANGED: "~", REMOVED: "-" } as const;
const nouns = {
  ...{ unit: "unit", operation: "operation", plan: "plan", creditPack: "credit pack" },
  ...{ operator: "operator", taxRate: "tax rate", dunning: "dunning", coupon: "coupon" },
} as const satisfies Record<CatalogChange["what"], string>;

/** Says of one change what differs, and of what is new or gone only its name: the rest stands in the file. */
export function formatDiff(changes: readonly CatalogChange[]): string {
  if (changes.length === 0) return "No changes.\n";
  const nounWidth = widest(changes.map(({ what }) => nouns[what]));
  const keyWidth = widest(changes.map(({ key }) => key));
  const lines = changes.flatMap((change) => {
    const head = `${signs[change.kind]} ${nouns[change.what].padEnd(nounWidth)}  ${change.key.padEnd(keyWidth)}  ${nameOf(change)}`;
    return [head.trimEnd(), ...(change.kind === "CHANGED" ? formatValues(change) : [])];
  });
  return `${[...lines, "", summary(changes)].join("\n")}\n`;
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));

const nameOf = ({ kind, details }: CatalogChange): string => {
  const name = kind === "CHANGED" ? undefined : details.find(({ path }) => path === "name");
  return name?.after ?? name?.before ?? "";
};

function formatValues({ what, details }: CatalogChange): readonly string[] {
  const own = details.filter(({ path }) => what !== "plan" || operationOf(path) === undefined);
  const pathWidth = widest(own.map(({ path }) => path));
  const lines = own.map(({ path, before, after }) => {
    const sign = before === null ? "+" : after === null ? "-" : "~";
    const change = before !== null && after !== null ? `${before} → ${after}` : `${after ?? before}`;
    return `    ${sign} ${path.padEnd(pathWidth)}  ${change.replace(/\s+/g, " ")}`;
  });
  return what === "plan" && holdsChangedOperation(details) ? [...lines, `    ~ ${operationsAsAbove}`] : lines;
}

const operationsAsAbove = "the operations above, as it prices them";

/** A plan holds a copy of each operation that it prices. Its changes are told once, where the operation is. */
const operationOf = (path: string): string | undefined => /^operations\..*\.operation\./.exec(path)?.[0];

/** Where the copy's key has changed too, the plan has begun or ceased to price the operation, which its price tells. */
function holdsChangedOperation(details: readonly ChangedValue[]): boolean {
  const paths = new Set(details.map(({ path }) => path));
  return details.some(({ path }) => {
    const operation = operationOf(path);
    return operation !== undefined && !paths.has(`${operation}key`);
  });
}

function summary(changes: readonly CatalogChange[]): string {
  const count = (kind: CatalogChange["kind"]) => changes.filter((change) => change.kind === kind).length;
  return `${count("ADDED")} added, ${count("CHANGED")} changed, ${count("REMOVED")} removed.`;
}
