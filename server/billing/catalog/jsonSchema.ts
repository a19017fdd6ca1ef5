import * as z from "zod";
import { catalogFile } from "./schema/file.js";

/** For editors: completion and checks while a catalogue is written. `readCatalog` checks more. */
export function catalogJsonSchema(): string {
  const schema = z.toJSONSchema(catalogFile, { target: "draft-7", io: "input" });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
