import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createScripClient, type ScripClient } from "@scrip/sdk";
import { expect } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A Scrip of its own process, as `npm start` runs it but from the sources. */
export interface ScripProcess {
  readonly pid: number | undefined;
  /** The first line on stdout that the pattern fits; rejects when the process ends without one. */
  line(pattern: RegExp): Promise<string>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  signal(signal: NodeJS.Signals): void;
  readonly exited: Promise<Exit>;
}

/** For `SCRIP_ADMIN_KEY`. */
export const fixedKey = "the-key-that-the-operator-fixed";

export const clientAt = (url: string, apiKey: string): ScripClient =>
  createScripClient({ url, apiKey, attemptsMax: 1, timeoutMs: 20_000 });

/** Waits until the process says where it answers. */
export async function addressOf(scrip: ScripProcess): Promise<string> {
  const [url] = /http:\S+\/graphql/.exec(await scrip.line(/Scrip answers at/)) ?? [];
  return url ?? "";
}

export async function stop(scrip: ScripProcess): Promise<void> {
  scrip.signal("SIGTERM");
  expect(await scrip.exited).toEqual({ code: 0, signal: null });
}

/** Folders and processes of one test file; `end` removes the ones and kills the others, each by its own id. */
export function workshop() {
  const children: ChildProcess[] = [];
  const folders: string[] = [];
  const newFolder = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "scrip-test-"));
    folders.push(folder);
    return folder;
  };
  return {
    folder: newFolder,
    /** The address of a database that does not exist yet, in a folder that does not exist yet. */
    emptyDatabase: async () => {
      const folder = await newFolder();
      return { folder, DATABASE_URL: `sqlite:${join(folder, "data", "scrip.db")}` };
    },
    start: (args: readonly string[], environment: Readonly<Record<string, string>>): ScripProcess => {
      const child = spawn(process.execPath, ["--import", "tsx", "server/main.ts", ...args], {
        cwd: root,
        // Only what the test says: a PORT or a key from outside would decide its outcome.
        env: { PATH: process.env.PATH, PORT: "0", HOST: "127.0.0.1", ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      });
      children.push(child);
      return watched(child);
    },
    end: async (): Promise<void> => {
      for (const child of children) child.kill("SIGKILL");
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}

function watched(child: ChildProcess): ScripProcess {
  const output = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const)
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
      for (const listener of listeners) listener();
    });
  // "close" comes when the output has been read to its end as well.
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = output.stdout.split("\n").find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
        };
        listeners.add(look);
        look();
        void exited.then(({ code }) =>
          reject(new Error(`It ended with ${code} before ${pattern}:\n${output.stdout}${output.stderr}`)),
        );
      }),
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    signal: (signal) => void child.kill(signal),
    exited,
  };
}
