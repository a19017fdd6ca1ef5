import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** The server that is killed, as JavaScript: it starts in half the time, and it starts after every kill. */
export interface CompiledServer {
  readonly script: string;
  remove(): Promise<void>;
}

export async function compileServer(): Promise<CompiledServer> {
  // Below the package's own folder, where its dependencies are found, and where nothing is committed from.
  await mkdir(join(root, "dist"), { recursive: true });
  const folder = await mkdtemp(join(root, "dist", "crash-"));
  const settings = {
    extends: "../../tsconfig.json",
    compilerOptions: { noEmit: false, allowJs: true, noCheck: true, rootDir: "../..", outDir: "." },
    files: ["../../test/crash/server.ts", "../../test/crash/executioner.js"],
    include: [],
  };
  const project = join(folder, "tsconfig.json");
  await writeFile(project, JSON.stringify(settings));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  await run(process.execPath, [compiler, "-p", project], { cwd: root });
  return {
    script: join(folder, "test", "crash", "server.js"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
