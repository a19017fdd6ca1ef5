import { Command, CommanderError, Option } from "commander";
import { roles } from "./access/keys.js";
import type { Admin } from "./app/admin.js";
import type { Outside } from "./app/core.js";
import { formatDiff } from "./billing/catalog/formatDiff.js";
import { readCatalogFile } from "./catalogFile.js";
import { addWebhookCommands } from "./cliWebhooks.js";
import { type CompareOptions, compareQuestion, comparisonText } from "./compare.js";
import { ConfigError, readConfig } from "./config.js";
import { diffCatalogs } from "./domain/catalogDiff.js";
import { Fault } from "./domain/errors.js";
import { toIso } from "./domain/instant.js";
import { addExportCommands } from "./exportCommand.js";
import { openOrExplain, serve } from "./serve.js";
import { UserError } from "./userError.js";

/** What the command line needs of the process that runs it; tests give their own. */
export interface Shell {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly outside: Outside;
  print(text: string): void;
  printError(text: string): void;
  /** Resolves when the process is asked to stop, with the signal's name. */
  untilStopped(): Promise<string>;
}

/** Runs one command and tells the exit code: 0 when it did what was asked, 1 when not, with a line that says why. */
export async function runCli(args: readonly string[], shell: Shell): Promise<number> {
  try {
    await program(shell).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (error instanceof ConfigError) for (const problem of error.problems) shell.printError(problem);
    else if (error instanceof Fault) shell.printError(error.message.replace(/^input\.(?=[a-z])/, "--"));
    else shell.printError(error instanceof UserError ? error.message : `scrip: ${messageOf(error)}`);
    return 1;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function program(shell: Shell): Command {
  const scrip = new Command("scrip")
    .description("Self-hosted credit billing with a GraphQL API.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.print(text.trimEnd()),
      writeErr: (text) => shell.printError(text.trimEnd()),
    });
  scrip
    .command("serve", { isDefault: true })
    .description("open the database and answer requests until SIGTERM")
    .option("--catalog <name or file>", "apply this catalogue first: a name in catalogs/, or a path")
    // It is the default, so whatever is no command lands here.
    .allowExcessArguments()
    .action((options: { catalog?: string }, { args: [stray] }: Command) => {
      if (stray !== undefined)
        throw new UserError(`There is no command "${stray}"; there are ${namesOf(scrip)}.`);
      return serve(shell, options.catalog ?? null);
    });
  scrip
    .command("migrate")
    .description("create the database, or bring it up to date")
    .action(() => withAdmin(shell, async () => shell.print("The database is up to date.")));
  scrip
    .command("verify")
    .description("recompute every law of the books from the stored rows; exit code 1 when one is broken")
    .action(() => withAdmin(shell, (admin) => verify(admin, shell)));
  addCatalogCommands(scrip, shell);
  addCompareCommand(scrip, shell);
  addKeyCommands(scrip, shell);
  addExportCommands(scrip, shell, (work) => withAdmin(shell, work));
  addWebhookCommands(scrip, shell, (work) => withAdmin(shell, work));
  return scrip;
}

const namesOf = ({ commands }: Command): string => commands.map((command) => command.name()).join(", ");

async function withAdmin(shell: Shell, work: (admin: Admin) => Promise<void>): Promise<void> {
  const config = readConfig(shell.environment);
  const admin = await openOrExplain(config, shell);
  try {
    await work(admin);
  } finally {
    await admin.close();
  }
}

async function verify(admin: Admin, shell: Shell): Promise<void> {
  let customers = 0;
  const drifts = await admin.verify((progress) => {
    customers = progress.customers;
    shell.printError(`${progress.checked} of ${customers} customers, ${progress.entries} ledger entries`);
  });
  for (const { law, row } of drifts) shell.print(`Broken: ${law}\n  ${JSON.stringify(row)}`);
  if (drifts.length > 0)
    throw new UserError(`The books of ${customers} customers have ${drifts.length} drifts.`);
  shell.print(`The books of ${customers} customers are right.`);
}

function addCatalogCommands(scrip: Command, shell: Shell): void {
  const catalog = scrip.command("catalog").description("check, compare and apply price catalogues");
  catalog
    .command("check <file>")
    .description("say everything that is wrong with a catalogue")
    .action((file: string) => {
      const { plans, operations, creditPacks } = readCatalogFile(file);
      shell.print(
        `${file} is fine: ${plans.length} plans, ${operations.length} operations, ${creditPacks.length} credit packs.`,
      );
    });
  catalog
    .command("diff <file>")
    .description("show what applying a catalogue would change")
    .action((file: string) => {
      const wanted = readCatalogFile(file);
      return withAdmin(shell, async (admin) => {
        const changes = diffCatalogs(await admin.loadCatalog(), wanted);
        shell.print(changes.length === 0 ? "Nothing would change." : formatDiff(changes).trimEnd());
      });
    });
  catalog
    .command("apply <file>")
    .description("make a catalogue what is on offer; subscribers keep the plan version they have")
    .action((file: string) => {
      const wanted = readCatalogFile(file);
      return withAdmin(shell, async (admin) => {
        const changes = await admin.applyCatalog(wanted);
        shell.print(
          changes.length === 0 ? "Nothing has changed." : `${formatDiff(changes).trimEnd()}\n\nApplied.`,
        );
      });
    });
}

/** Calls are replayed by the hundreds; a line for each would say nothing. */
const callsPerLine = 5_000;

function addCompareCommand(scrip: Command, shell: Shell): void {
  scrip
    .command("compare")
    .description("replay a customer's real usage against every plan, and rank what it would have cost")
    .requiredOption("--customer <id>", "whose usage")
    .requiredOption("--from <time>", "from when on, such as 2026-04-01 or 2026-04-01T00:00:00Z")
    .requiredOption("--to <time>", "until when, not included: at most 366 days later")
    .option("--draft <name or file>", "compare the plans of this catalogue too; it is not applied")
    .action((options: CompareOptions) => {
      const question = compareQuestion(options);
      return withAdmin(shell, async (admin) => {
        const outcome = await admin.comparePlans(question, ({ replayed, calls }) => {
          if (replayed % callsPerLine === 0 || replayed === calls)
            shell.printError(`${replayed} of ${calls} calls`);
        });
        shell.print(comparisonText(outcome));
      });
    });
}

/** A name is one line of the list. */
const keyName = /^[^\p{Cc}\u2028\u2029]{1,100}$/u;

function addKeyCommands(scrip: Command, shell: Shell): void {
  const keys = scrip.command("keys").description("create, list and revoke API keys");
  keys
    .command("create <name>")
    .description("make a key and print it, this once")
    .addOption(
      new Option("--role <role>", "admin may do everything; meter may quote, consume and read")
        .choices(roles.map((role) => role.toLowerCase()))
        .default("meter"),
    )
    .action((name: string, options: { role: string }) => {
      if (!keyName.test(name))
        throw new UserError("A key's name has 1 to 100 characters, none of them a line's end or the like.");
      return withAdmin(shell, async (admin) => {
        const role = options.role === "admin" ? "ADMIN" : "METER";
        const { apiKey, text } = await admin.createKey({ name, role });
        shell.print(
          `${apiKey.keyId} (${options.role}) was created. This is the only time the key is shown:\n${text}`,
        );
      });
    });
  keys
    .command("list")
    .description("list keys, without their secrets")
    .action(() =>
      withAdmin(shell, async (admin) => {
        const all = await admin.listKeys();
        if (all.length === 0) shell.print("There are no keys.");
        for (const { keyId, role, name, createdAt, revokedAt } of all) {
          const state = revokedAt === null ? "in use" : `revoked ${toIso(revokedAt)}`;
          shell.print(`${keyId}  ${role.toLowerCase().padEnd(5)}  ${toIso(createdAt)}  ${state}  ${name}`);
        }
      }),
    );
  keys
    .command("revoke <id>")
    .description("take a key back; running servers notice within 5 seconds")
    .action((id: string) =>
      withAdmin(shell, async (admin) => {
        if (!(await admin.revokeKey(id))) throw new UserError(`No key has the id ${id}.`);
        shell.print(`${id} is revoked.`);
      }),
    );
}
