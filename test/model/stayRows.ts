import type { Engine } from "./engine.js";
import type { Play } from "./history.js";
import { same } from "./same.js";

type Row = Readonly<Record<string, unknown>>;

/** In the order of their making. */
const rowsOf = (engine: Engine, customer: string): Promise<Row[]> =>
  engine.database.read((tx) =>
    tx.query<Row>("SELECT * FROM subscriptions WHERE customer_id = $1 ORDER BY subscription_id", [customer]),
  );

/** Takes note of the subscriptions that there are, under the names that the model has given. */
export async function learnStays({ engines, cast, names }: Play): Promise<void> {
  const [engine] = engines;
  if (engine === undefined) return;
  for (const { id, stays } of cast) {
    if (stays.every(({ name }) => !names.idOf(name).startsWith("none_"))) continue;
    for (const [place, row] of (await rowsOf(engine, id)).entries())
      names.learn(
        String(row.subscription_id),
        stays[place]?.name ?? `stay ${place + 1} of ${id}, unheard of`,
      );
  }
}

/** Every subscription as it is stored, those that nothing will be due of included. */
export async function compareStays({ cast, names }: Play, engine: Engine): Promise<void> {
  for (const { id, stays } of cast) {
    const seen = (await rowsOf(engine, id)).map((row) => ({
      name: names.nameOf(String(row.subscription_id)),
      ...{ plan: row.plan_key, from: row.starts_at, anchor: row.anchor_at, until: row.ends_at },
      ...{ cancelledAt: row.cancelled_at, firstSupply: row.first_supply, gone: row.settled_at !== null },
    }));
    const expected = stays.map(({ name, terms, from, anchor, until, cancelledAt, firstSupply, ...stay }) => ({
      ...{ name, plan: terms.key, from, anchor, until, cancelledAt, firstSupply },
      gone: stay.gone,
    }));
    same(seen, expected, `The subscriptions of ${id} on ${engine.name} are others.`);
  }
}
