import { existsSync } from "node:fs";
import { type FileHandle, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Admin } from "./app/admin.js";
import type { Shell } from "./cli.js";
import type { ChainedEntry } from "./domain/chain.js";
import { type Instant, instantFrom, toIso } from "./domain/instant.js";
import type { UsageRecord } from "./domain/usage.js";
import {
  type ExportFormat,
  exportFormats,
  ledgerWriter,
  usageWriter,
  type Writer,
} from "./exports/format.js";
import type { Export, ExportQuestion } from "./ledger/exporting.js";
import { UserError } from "./userError.js";

interface Options {
  readonly customer?: string;
  readonly unit?: string;
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly format: ExportFormat;
  readonly output?: string;
  readonly resume?: true;
}

type WithAdmin = (work: (admin: Admin) => Promise<void>) => Promise<void>;

/** `scrip export usage` and `scrip export ledger`. */
export function addExportCommands(scrip: Command, shell: Shell, withAdmin: WithAdmin): void {
  const group = scrip.command("export").description("write usage records or ledger entries to a file");
  for (const what of ["usage", "ledger"] as const) {
    const command = group
      .command(what)
      .description(
        what === "usage"
          ? "every call, from the oldest to the newest"
          : "every change of a balance, in order",
      )
      .option("--customer <id>", "only this customer; by default all")
      .option("--from <time>", "only what happened at or after this")
      .option("--to <time>", "only what happened before this")
      .option("--as-of <time>", "only what was written by then; by default by now")
      .addOption(new Option("--format <format>", "csv or jsonl").choices(exportFormats).default("csv"))
      .option("--output <file>", "where to; by default to standard output")
      .option("--resume", "go on where an export to the same file was interrupted");
    if (what === "ledger") command.option("--unit <unit>", "only this unit's wallet; by default all");
    command.action((options: Options) =>
      withAdmin((admin) =>
        what === "usage" ? exportUsage(admin, shell, options) : exportLedger(admin, shell, options),
      ),
    );
  }
}

function exportUsage(admin: Admin, shell: Shell, options: Options): Promise<void> {
  return run<UsageRecord, UsagePlace>(shell, options, {
    what: "usage records",
    writer: usageWriter(options.format),
    open: (question, after) => admin.exportUsage({ ...question, after }),
    place: ({ customerId, id }) => ({ customerId, id }),
  });
}

function exportLedger(admin: Admin, shell: Shell, options: Options): Promise<void> {
  return run<ChainedEntry, LedgerPlace>(shell, options, {
    what: "ledger entries",
    writer: ledgerWriter(options.format),
    open: (question, after) => admin.exportLedger({ ...question, unit: options.unit ?? null, after }),
    place: ({ customerId, unit, sequence }) => ({ customerId, unit, sequence }),
  });
}

interface UsagePlace {
  readonly customerId: string;
  readonly id: string;
}

interface LedgerPlace {
  readonly customerId: string;
  readonly unit: string;
  readonly sequence: number;
}

interface Exported<Item, Place> {
  readonly what: string;
  readonly writer: Writer<Item>;
  readonly open: (question: ExportQuestion, after: Place | null) => Promise<Export<Item>>;
  readonly place: (item: Item) => Place;
}

type Told = UsageRecord | ChainedEntry;

async function run<Item extends Told, Place>(
  shell: Shell,
  options: Options,
  exported: Exported<Item, Place>,
): Promise<void> {
  const question = questionOf(options);
  if (options.output === undefined) await toStandardOutput(shell, options, { exported, question });
  else await toFile(shell, { ...options, output: options.output }, { exported, question });
}

interface Asked<Item, Place> {
  readonly exported: Exported<Item, Place>;
  readonly question: ExportQuestion;
}

async function toStandardOutput<Item extends Told, Place>(
  shell: Shell,
  { resume }: Options,
  { exported, question }: Asked<Item, Place>,
): Promise<void> {
  if (resume) throw new UserError("--resume needs --output, the file to go on with.");
  const { writer, open, what } = exported;
  const { pages } = await open(question, null);
  if (writer.head !== "") shell.print(printed(writer.head));
  const told = progress(shell, what, 0);
  for await (const page of pages) {
    shell.print(printed(writer.lines(page)));
    told.add(page);
  }
  told.end();
}

/** The line feed that printing adds is left out; what else ends a line belongs to its format. */
const printed = (lines: string): string => lines.slice(0, -1);

/** What is known of an export that is not complete, beside its file. */
interface Begun<Place> {
  /** The options that it was begun with. */
  readonly asked: string;
  readonly asOf: Instant;
  readonly rows: number;
  /** How much of the file is known to be on disk, and what its last row is of. */
  readonly bytes: number;
  readonly after: Place | null;
}

/** Pages after which what was written is synced, and told beside the file. */
const pagesBetweenNotes = 10;

async function toFile<Item extends Told, Place>(
  shell: Shell,
  { output, resume, ...options }: Options & { output: string },
  { exported, question }: Asked<Item, Place>,
): Promise<void> {
  const [part, note] = [`${output}.part`, `${output}.resume`];
  if (existsSync(output)) throw new UserError(`${output} exists already; nothing was written.`);
  const asked = JSON.stringify({ what: exported.what, ...options });
  const begun = existsSync(note) ? (JSON.parse(await readFile(note, "utf8")) as Begun<Place>) : null;
  if (begun !== null && !resume)
    throw new UserError(`${output} was begun and not completed; go on with --resume, or delete ${note}.`);
  if (begun !== null && begun.asked !== asked)
    throw new UserError(`${output} was begun with other options: ${begun.asked}`);
  const { writer, open: openExport, what, place } = exported;
  const { asOf, pages } = await openExport(
    begun === null ? question : { ...question, asOf: begun.asOf },
    begun?.after ?? null,
  );
  const file = await open(part, begun === null ? "w" : "r+");
  let now: Begun<Place> = begun ?? { asked, asOf, rows: 0, bytes: 0, after: null };
  const told = progress(shell, what, now.rows);
  try {
    // What was written after the last note may be there in part.
    await file.truncate(now.bytes);
    if (begun === null) now = { ...now, bytes: await append(file, writer.head, 0) };
    let unnoted = 0;
    for await (const page of pages) {
      const bytes = await append(file, writer.lines(page), now.bytes);
      const last = page.at(-1);
      now = {
        ...now,
        bytes,
        rows: now.rows + page.length,
        after: last === undefined ? now.after : place(last),
      };
      unnoted += 1;
      if (unnoted >= pagesBetweenNotes) {
        await keepNote(file, note, now);
        unnoted = 0;
      }
      told.add(page);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(part, output);
  await rm(note, { force: true });
  told.end();
  shell.print(`${output} has ${now.rows} ${what}, as of ${toIso(asOf)}.`);
}

async function append(file: FileHandle, text: string, at: number): Promise<number> {
  const bytes = Buffer.from(text);
  // On a full disk or a network file system, fewer may be written than were given, without an error.
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    if (bytesWritten === 0) throw new UserError("The file could not be written any further.");
    done += bytesWritten;
  }
  return at + bytes.length;
}

/** The file first, so that a note never tells of what a power cut could take back; and at once or not at all. */
async function keepNote(file: FileHandle, note: string, begun: Begun<unknown>): Promise<void> {
  await file.datasync();
  await writeFile(`${note}.new`, JSON.stringify(begun), { flush: true });
  await rename(`${note}.new`, note);
}

const rowsBetweenReports = 10_000;

function progress(shell: Shell, what: string, done: number) {
  let rows = done;
  let reported = done;
  let where = "";
  const report = () => {
    shell.printError(`${rows} ${what}${where}`);
    reported = rows;
  };
  return {
    add: (page: readonly Told[]) => {
      rows += page.length;
      const last = page.at(-1);
      if (last !== undefined) where = `, up to ${toIso(last.occurredAt)} of ${last.customerId}`;
      if (rows - reported >= rowsBetweenReports) report();
    },
    end: () => {
      if (rows !== reported) report();
    },
  };
}

function questionOf({ customer, from, to, asOf }: Options): ExportQuestion {
  const range = { from: timeOf("--from", from), to: timeOf("--to", to) };
  if (range.from !== null && range.to !== null && range.from >= range.to)
    throw new UserError("--from must be before --to.");
  return { customerId: customer ?? null, ...range, asOf: timeOf("--as-of", asOf), signal: null };
}

function timeOf(option: string, text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (!isTime || !(Date.parse(text) >= 0))
    throw new UserError(
      `${option} must be a day or a time, such as 2026-04-15 or 2026-04-15T12:00:00Z; got "${text}".`,
    );
  return instantFrom(text);
}
