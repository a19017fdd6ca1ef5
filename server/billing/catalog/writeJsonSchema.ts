import { writeFileSync } from "node:fs";
import { catalogJsonSchema } from "./jsonSchema.js";

writeFileSync(new URL("../../../catalogs/catalog.schema.json", import.meta.url), catalogJsonSchema());
