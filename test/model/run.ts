import { parseArgs } from "node:util";
import { newPostgres } from "../harness/ownPostgres.js";
import { type Engine, openEngine } from "./engine.js";
import { playMany } from "./session.js";
import { all, newTally, type Tally } from "./tally.js";

const { values } = parseArgs({
  options: {
    commands: { type: "string", default: "100000" },
    seed: { type: "string" },
    engines: { type: "string", default: "sqlite" },
    length: { type: "string", default: "120" },
    path: { type: "string" },
  },
});

/** Histories that share a database; then a new one keeps memory and tables small. */
const histories = 40;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const wanted = Number(values.commands);
  const firstSeed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
  const names = values.engines.split(",");
  const postgres = names.includes("postgres") ? await newPostgres() : null;
  await postgres?.start();
  const tally = newTally();
  say(`Seed ${firstSeed}, ${wanted} commands, on ${names.join(" and ")}.`);
  try {
    for (let seed = firstSeed; all(tally.commands) < wanted; seed += 1) {
      const engines = await open(names, await postgres?.createDatabase(`model_${seed}`));
      const commandsMax = Number(values.length);
      const failure = await playMany(engines, {
        ...{ histories, commandsMax, seed, tally },
        ...(values.path !== undefined && { path: values.path }),
      });
      for (const engine of engines) await engine.close();
      if (failure !== null) {
        say(failure);
        return 1;
      }
      say(`${all(tally.commands)} commands; seed ${seed} is done.`);
    }
    report(tally);
    return 0;
  } finally {
    await postgres?.remove();
  }
}

const open = (names: readonly string[], url: string | undefined): Promise<Engine[]> =>
  Promise.all(
    names.map((name) =>
      name === "postgres" && url !== undefined
        ? openEngine({ engine: "postgres", url, poolSize: 4 })
        : openEngine({ engine: "sqlite", path: ":memory:" }),
    ),
  );

function report({ commands, answers }: Tally): void {
  for (const [title, counts] of [
    ["Commands", commands],
    ["Answers", answers],
  ] as const) {
    say(`\n${title}: ${all(counts)}`);
    for (const [what, times] of [...counts].toSorted()) say(`  ${String(times).padStart(8)} ${what}`);
  }
}

process.exitCode = await main();
