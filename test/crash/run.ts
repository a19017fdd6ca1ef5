import { parseArgs } from "node:util";
import { type Progress, runCampaign } from "./campaign.js";
import { databaseFor } from "./databases.js";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    engine: { type: "string", default: "sqlite" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed))
  throw new Error("--kills and --seed are whole numbers.");

const say = (text: string) => process.stderr.write(text);
// On a terminal one line that changes, elsewhere one line for each ten.
const onKill = ({ kills: done, acknowledged }: Progress) => {
  const line = `${done} of ${kills} kills, ${acknowledged} calls acknowledged`;
  if (process.stderr.isTTY) say(`\r${line}`);
  else if (done % 10 === 0) say(`${line}\n`);
};

say(`${kills} kills on ${values.engine}, seed ${seed}\n`);
const { options: database, drop } = await databaseFor(values.engine);
try {
  const { violations, tallies, acknowledged } = await runCampaign({ database, kills, seed, onKill });
  say("\n");
  console.table([...tallies].map(([killed, tally]) => ({ killed, ...tally })));
  for (const violation of violations) say(`VIOLATION ${violation}\n`);
  if (violations.length === 0) say(`All ${acknowledged} acknowledged calls are there, each once.\n`);
  else {
    say(`Failed with seed ${seed}.\n`);
    process.exitCode = 1;
  }
} finally {
  await drop();
}
