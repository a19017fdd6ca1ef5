import { writeFileSync } from "node:fs";
import { sdkEvents } from "./sdkEvents.js";

writeFileSync(new URL("../../sdk/src/events.ts", import.meta.url), sdkEvents());
