import type { PlanOperation, Quote } from "@scrip/sdk";
import { decimal } from "./amounts.js";
import { type Attributes, aThirdMore, attributesOf, choicesOf } from "./attributes.js";
import { type Call, labelOf, type PricedCall } from "./calls.js";
import type { Tourist } from "./tourist.js";

/** One operation: its usual call first, then those that differ from it in what the price depends on. */
export interface Dish {
  readonly of: PlanOperation;
  readonly usual: PricedCall;
  readonly others: readonly PricedCall[];
}

/** More of one operation or of one catalogue would only fill the screen. */
const othersMax = 8;
const operationsMax = 40;

export async function menuOf(tourist: Tourist): Promise<Dish[]> {
  const dishes = tourist.plan.operations.slice(0, operationsMax).map((of) => dishOf(tourist, of));
  return (await Promise.all(dishes)).filter((dish) => dish !== null);
}

/** What is usual comes first, then what is particular. */
export const allCalls = (menu: readonly Dish[]): PricedCall[] => [
  ...menu.map(({ usual }) => usual),
  ...menu.flatMap(({ others }) => others),
];

async function dishOf(tourist: Tourist, of: PlanOperation): Promise<Dish | null> {
  const usual = await priced(tourist, of, { chosen: {}, quantity: "1" });
  if (usual === null) return null;
  const candidates = of.operation.attributes.flatMap((attribute) =>
    choicesOf(attribute, of.price)
      .slice(1, 1 + othersMax)
      .map((value) => priced(tourist, of, { chosen: { [attribute.name]: value }, quantity: "1" })),
  );
  const derivation = JSON.stringify(usual.explanation);
  const others = (await Promise.all(candidates))
    .filter((other) => other !== null)
    .filter(({ explanation }) => JSON.stringify(explanation) !== derivation);
  return { of, usual, others: others.slice(0, othersMax) };
}

/** Null when the price has no answer for it, as a table with holes. */
export async function priced(
  tourist: Tourist,
  { operation, price }: PlanOperation,
  { chosen, quantity }: Pick<PricedCall, "chosen" | "quantity">,
): Promise<PricedCall | null> {
  const attributes = attributesOf(operation.attributes, price, chosen);
  const call = { operation: operation.key, attributes, quantity };
  const quote = await quoteOf(tourist, call);
  if (quote === null) return null;
  const { amount, explanation } = quote;
  const label = labelOf(operation, { ...call, chosen });
  return { ...call, chosen, per: operation.per, price: decimal(amount), explanation, label };
}

export async function quoteOf(
  { sdk, id }: Tourist,
  { operation, attributes, quantity }: Call,
): Promise<Quote | null> {
  const quote = await sdk.quote({ customerId: id, operation, attributes, quantity });
  return quote.__typename === "Quote" ? quote : null;
}

export interface Showpiece {
  readonly call: Call;
  readonly label: string;
}

/** Three of the call with the most to explain: each choice at its dearest, and a number off the beaten track. */
export function showpieceOf(menu: readonly Dish[], main: PricedCall): Showpiece | undefined {
  const mains = menu.filter(({ of }) => of.operation.key === main.operation);
  const [dish] = [...mains, ...menu].sort((a, b) => b.others.length - a.others.length);
  if (dish === undefined) return undefined;
  const { operation, price } = dish.of;
  let dearest: Attributes = {};
  for (const other of [...dish.others].sort((a, b) => a.price.comparedTo(b.price)))
    if (other.price.greaterThan(dish.usual.price)) dearest = { ...dearest, ...other.chosen };
  const usual = attributesOf(operation.attributes, price, dearest);
  const attributes = aThirdMore(operation.attributes, price, usual);
  const call = { operation: operation.key, attributes, quantity: "3" };
  return { call, label: labelOf(operation, { ...call, chosen: dearest, quantity: "1" }) };
}
