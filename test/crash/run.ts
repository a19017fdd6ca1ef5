import { parseArgs } from "node:util";
import { type Progress, runCampaign } from "./campaign.js";
import { databaseFor } from "./databases.js";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    engine: { type: "string", default: "sqlite" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    minutes: { type: "string", default: "60" },
  },
});
const [kills, seed, minutes] = [values.kills, values.seed, values.minutes].map(Number);
if (!isWhole(kills) || !isWhole(seed) || !isWhole(minutes))
  throw new Error("--kills, --seed and --minutes are whole numbers.");

function isWhole(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0;
}

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
  const signal = AbortSignal.timeout(minutes * 60_000);
  const {
    violations,
    tallies,
    acknowledged,
    kills: done,
  } = await runCampaign({ database, kills, seed, onKill, signal });
  say("\n");
  console.table([...tallies].map(([killed, tally]) => ({ killed, ...tally })));
  for (const violation of violations) say(`VIOLATION ${violation}\n`);
  if (violations.length === 0)
    say(`${done} kills; all ${acknowledged} acknowledged calls are there, each once.\n`);
  else {
    say(`Failed with seed ${seed}.\n`);
    process.exitCode = 1;
  }
} finally {
  await drop();
}
