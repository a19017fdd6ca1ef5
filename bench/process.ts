import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const apiKey = "an-admin-key-for-the-bench";

export interface ServerProcess {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts a server on a database and waits until it tells its port. */
export async function startServer(mode: "real" | "empty", databaseUrl: string): Promise<ServerProcess> {
  const script = fileURLToPath(new URL("./server.ts", import.meta.url));
  // With the options of this process: tsx, and the memory for young objects that `npm start` gives its server.
  const child = spawn(process.execPath, [...process.execArgv, script, mode], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      SCRIP_ADMIN_KEY: apiKey,
      HOST: "127.0.0.1",
      PORT: "0",
    },
  });
  const exited = once(child, "exit");
  const [line] = (await Promise.race([once(child.stdout, "data"), exited])) as [unknown];
  const port = Number(String(line));
  if (!Number.isInteger(port) || port <= 0) throw new Error(`The ${mode} server did not start.`);
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
