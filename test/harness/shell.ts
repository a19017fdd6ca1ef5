import { runCli } from "../../server/cli.js";
import { instantFrom } from "../../server/domain/instant.js";
import { timeOrderedId } from "../../server/ids.js";

export interface Ran {
  readonly code: number;
  readonly printed: string;
  readonly complaints: string;
}

export const shellTime = "2026-04-15T10:00:00.000Z";

/** A command line of its own: it knows only the environment given, and its clock stands still. */
export function shellWith(environment: Readonly<Record<string, string>>) {
  const run = async (args: readonly string[], parts: ShellParts = {}): Promise<Ran> => {
    const printed: string[] = [];
    const complaints: string[] = [];
    const code = await runCli(args, {
      environment,
      outside: { clock: () => instantFrom(shellTime), newId: timeOrderedId },
      print: (text) => {
        printed.push(text);
        parts.hear?.(text);
      },
      printError: (text) => void complaints.push(text),
      untilStopped: () => parts.stopped ?? Promise.reject(new Error("Nobody stops this command.")),
    });
    return { code, printed: printed.join("\n"), complaints: complaints.join("\n") };
  };
  return {
    /** Runs `scrip …` as somebody would write it; arguments hold no spaces. */
    scrip: (line: string) => run(line.split(" ").filter((word) => word !== "")),
    /** Starts a server; `stop` ends it as SIGTERM does. */
    serve: async () => {
      let stop: (signal: string) => void = () => undefined;
      const stopped = new Promise<string>((resolve) => {
        stop = resolve;
      });
      let ended: Promise<Ran> | undefined;
      const url = await new Promise<string>((resolve, reject) => {
        const hear = (text: string) => {
          const [found] = /http:\S+\/graphql/.exec(text) ?? [];
          if (found !== undefined) resolve(found);
        };
        ended = run(["serve"], { hear, stopped });
        ended.then(({ complaints }) => reject(new Error(complaints)), reject);
      });
      return {
        url,
        stop: () => {
          stop("SIGTERM");
          return ended;
        },
      };
    },
  };
}

interface ShellParts {
  readonly hear?: (text: string) => void;
  readonly stopped?: Promise<string>;
}
