import type { Definition } from "./definition.js";

/** A product before a slash, and what divides it: `width * height / basePixels`. */
const quotients = /((?:\w+\s*\*\s*)*\w+)\s*\/\s*(\w+)/g;

type Chosen = Readonly<Record<string, string | number | boolean>>;

/**
 * The value of a numeric attribute that a formula is built around: in `steps / 30` it is 30, and in `width * height /
 * 262144` it is 512. There the price is the one that its author prints first. Undefined when the formula names none.
 */
export function usualNumber(definition: Definition, attribute: string, chosen: Chosen): number | undefined {
  for (const [, product = "", divisor = ""] of definition.formula.matchAll(quotients)) {
    const factors = product.split("*").map((factor) => factor.trim());
    if (!factors.includes(attribute)) continue;
    const whole = divisorOf(divisor, definition, chosen);
    const unknown = factors.filter((factor) => !/^\d/.test(factor) && !(factor in definition.tables));
    if (whole > 0) return Math.round(whole ** (1 / unknown.length));
  }
  return undefined;
}

/** A number that is written out or looked up; 0 when it is neither. */
function divisorOf(name: string, { tables }: Definition, chosen: Chosen): number {
  const table = tables[name];
  const text = table === undefined ? name : table.values[String(chosen[table.by])];
  return Number(text ?? 0) || 0;
}
