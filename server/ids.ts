import { v7 } from "uuid";
import type { NewId } from "./domain/ids.js";

/** Ids that sort by the time they were made, so that new rows land at the end of their index. */
export const timeOrderedId: NewId = (prefix) => `${prefix}_${v7().replaceAll("-", "")}`;
