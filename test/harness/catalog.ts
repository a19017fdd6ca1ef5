import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningScrip, type StartOptions, startScrip } from "./scenario.js";

/** A server with a catalogue of the test's own. */
export async function startWith(yaml: string, options: StartOptions = {}): Promise<RunningScrip> {
  const folder = mkdtempSync(join(tmpdir(), "scrip-catalog-"));
  const file = join(folder, "catalog.yaml");
  writeFileSync(file, yaml);
  try {
    return await startScrip(file, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
