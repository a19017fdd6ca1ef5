import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { progress } from "./result.js";

export interface Filled {
  readonly path: string;
  readonly startsAt: number;
  readonly stepMs: number;
  /** Of the process that filled it, after 100,000 and after 1,000,000 records. */
  readonly residentBytes: readonly number[];
}

interface Filling {
  readonly path: string;
  readonly pattern: string;
  readonly records: number;
  readonly startsAt: number;
  readonly spanMs: number;
}

/** A database with so many records of one customer, spread evenly over a span, made by a process of its own. */
export async function filled({ path, pattern, records, startsAt, spanMs }: Filling): Promise<Filled> {
  const stepMs = spanMs / records;
  progress(`${pattern}: filling in ${records} records`);
  const script = fileURLToPath(new URL("./fill.ts", import.meta.url));
  const settings = { path, pattern, records, start: startsAt, stepMs };
  const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const residentBytes: number[] = [];
  for await (const line of createInterface(child.stdout)) residentBytes.push(JSON.parse(line).residentBytes);
  const [code] = await exited;
  if (code !== 0) throw new Error(`Filling in ${records} records failed.`);
  return { path, startsAt, stepMs, residentBytes };
}
