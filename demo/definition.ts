import type { Price } from "@scrip/sdk";
import { z } from "zod";

/** What of a price's definition tells which attributes it looks at, and with which values. */
const shape = z.object({
  by: z.array(z.string()).default([]),
  cells: z.unknown().optional(),
  formula: z.string().default(""),
  tables: z
    .record(z.string(), z.object({ by: z.string(), values: z.record(z.string(), z.string()) }))
    .default({}),
});

export type Definition = z.infer<typeof shape>;

const definitions = new WeakMap<Price, Definition>();

export function definitionOf(price: Price): Definition {
  const known = definitions.get(price) ?? shape.parse(price.definition);
  definitions.set(price, known);
  return known;
}

/** The values that a price has a cell or a table entry for; none when it does not look this attribute up. */
export function keysOf({ by, cells, tables }: Definition, attribute: string): string[] {
  const depth = by.indexOf(attribute);
  if (depth >= 0) return Object.keys(firstBranch(cells, depth)).filter((key) => key !== "*");
  return Object.values(tables).flatMap((table) => (table.by === attribute ? Object.keys(table.values) : []));
}

function firstBranch(cells: unknown, depth: number): object {
  if (typeof cells !== "object" || cells === null) return {};
  return depth === 0 ? cells : firstBranch(Object.values(cells)[0], depth - 1);
}
