import fc from "fast-check";
import { type Micros, micros } from "../../server/domain/amount.js";
import type { AttributeSpec, Catalog, Operation } from "../../server/domain/catalog.js";
import { dayMs, hourMs } from "../../server/domain/instant.js";

/** Whom a command is about; the last of them does not exist. */
const people = ["ann", "bob", "on-a-test-clock", "without-a-plan", "nobody"] as const;

export interface Usage {
  readonly operation: string;
  readonly quantity: Micros;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly lateBy: number | null;
}

export type Burst = readonly { readonly who: string; readonly usage: Usage }[];

export type Command =
  | { readonly kind: "consume"; readonly who: string; readonly usage: Usage }
  | {
      readonly kind: "grant";
      readonly who: string;
      readonly amount: Micros;
      readonly startsIn: number | null;
      readonly lasts: number | null;
      readonly priority: number;
      readonly operations: readonly string[] | null;
    }
  | {
      readonly kind: "purchase";
      readonly who: string;
      readonly creditPack: string;
      readonly quantity: number;
    }
  /** Many calls at once: in one request, or each in its own. */
  | { readonly kind: "burst"; readonly calls: Burst; readonly inOneRequest: boolean }
  | { readonly kind: "wait"; readonly ms: number; readonly clock: "wall" | "test" }
  | { readonly kind: "look"; readonly who: string }
  /** Sends an earlier command again, under its own key. */
  | { readonly kind: "retry"; readonly which: number; readonly differently: boolean };

const lapse = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((days) => days * dayMs),
  fc.integer({ min: 0, max: 40 * dayMs }),
  fc.integer({ min: 0, max: 2 * hourMs }),
);
const who = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...people.slice(0, 3)) },
  fc.constantFrom(...people),
);
const credits = fc.oneof(
  fc.integer({ min: 1, max: 200_000_000 }).map(micros),
  fc.integer({ min: 1, max: 300 }).map((whole) => micros(whole * 1_000_000)),
);

function attributeValue({ type, values, min, max }: AttributeSpec): fc.Arbitrary<unknown> {
  if (values !== undefined) return fc.constantFrom(...values);
  if (type === "BOOLEAN") return fc.boolean();
  if (type === "STRING") return fc.string();
  return fc.integer({ min: Number(min ?? 0), max: Number(max ?? 1_000) });
}

/** Mostly calls that have a price, and some with an attribute that is missing, wrong or unknown. */
function callsOf({ key: operation, attributes: specs }: Operation): fc.Arbitrary<Usage> {
  const good = fc.record(
    Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, attributeValue(spec)])),
  );
  const bad = fc.dictionary(
    fc.constantFrom("model", "style", "steps", "nonsense"),
    fc.constantFrom("?", -1, true),
  );
  return fc.record({
    operation: fc.constant(operation),
    attributes: fc.oneof(
      { weight: 12, arbitrary: good },
      fc.tuple(good, bad).map(([right, wrong]) => ({ ...right, ...wrong })),
      bad,
    ),
    quantity: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }).map((whole) => micros(whole * 1_000_000)) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 900 }).map((whole) => micros(whole * 1_000_000)) },
      fc.integer({ min: 1, max: 5_000_000 }).map(micros),
    ),
    lateBy: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, lapse),
  });
}

/** Of all operations of the catalogue, and now and then of one that it does not have. */
function usages({ operations }: Catalog): fc.Arbitrary<Usage> {
  const unknown: Operation = { key: "nothing-we-sell", name: "", per: "", attributes: {} };
  return fc.oneof({ weight: 15, arbitrary: fc.oneof(...operations.map(callsOf)) }, callsOf(unknown));
}

export const burstsFor = (catalog: Catalog, maxLength: number): fc.Arbitrary<Burst> =>
  fc.array(fc.record({ who, usage: usages(catalog) }), { minLength: 1, maxLength });

export function commandsFor(catalog: Catalog): fc.Arbitrary<readonly Command[]> {
  const { operations, creditPacks } = catalog;
  const keys = operations.map(({ key }) => key);
  const consume = fc.record({ kind: fc.constant("consume" as const), who, usage: usages(catalog) });
  const burst = fc.record({
    kind: fc.constant("burst" as const),
    calls: burstsFor(catalog, 6),
    inOneRequest: fc.boolean(),
  });
  const grant = fc.record({
    kind: fc.constant("grant" as const),
    who,
    amount: credits,
    startsIn: fc.option(lapse),
    lasts: fc.option(lapse.map((ms) => ms + 1)),
    priority: fc.integer({ min: -1, max: 1 }),
    operations: fc.option(fc.subarray(keys, { minLength: 1 })),
  });
  const purchase = fc.record({
    kind: fc.constant("purchase" as const),
    who,
    creditPack: fc.constantFrom(...creditPacks.map(({ key }) => key), "no-such-pack"),
    quantity: fc.integer({ min: 1, max: 10 }),
  });
  const wait = fc.record({
    kind: fc.constant("wait" as const),
    ms: lapse,
    clock: fc.constantFrom("wall" as const, "wall" as const, "test" as const),
  });
  const look = fc.record({ kind: fc.constant("look" as const), who });
  const retry = fc.record({
    kind: fc.constant("retry" as const),
    which: fc.nat(),
    differently: fc.boolean(),
  });
  const command = fc.oneof(
    { weight: 6, arbitrary: consume },
    { weight: 2, arbitrary: burst },
    { weight: 2, arbitrary: grant },
    { weight: 1, arbitrary: purchase },
    { weight: 3, arbitrary: wait },
    { weight: 1, arbitrary: look },
    { weight: 4, arbitrary: retry },
  );
  return fc.array(command, { maxLength: 50, size: "max" });
}
