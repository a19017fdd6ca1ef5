import { Command, CommanderError } from "commander";
import { readCatalogFile, shippedCatalogs } from "../server/catalogFile.js";
import { UserError } from "../server/userError.js";
import { withServer } from "./server.js";
import { tellStory } from "./story.js";

const program = new Command("npm run demo --")
  .description("Plays one customer's two months on a server in memory, through the SDK.")
  .argument("[catalogue]", `a file, or one of ${shippedCatalogs().join(", ")}`, "scenario-payg")
  .exitOverride()
  .action(async (nameOrPath: string) => {
    const catalog = readCatalogFile(nameOrPath);
    await withServer(catalog, (sdk, url) => tellStory({ sdk, url, title: catalog.title ?? catalog.name }));
  });

// Whoever reads may stop reading, as `head` does.
process.stdout.once("error", () => process.exit(0));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
  if (error instanceof UserError) console.error(error.message);
  else if (!(error instanceof CommanderError))
    console.error(`The tour ended early: ${error instanceof Error ? error.message : error}`);
}
