import type { ScripClient } from "./api.js";
import { makeMutations } from "./mutations.js";
import { type ScripClientOptions, settingsFrom } from "./options.js";
import { makeQueries } from "./queries.js";
import { makeStreams } from "./streams.js";
import { makeWebhooks } from "./webhooks.js";

/**
 * Makes a client of the Scrip server at `url`. It holds no connection and no state, so one is enough for a
 * whole program.
 *
 * @throws TypeError when an option is not allowed; its message never contains the key.
 * @example
 * const scrip = createScripClient({ url: "http://localhost:4000/graphql", apiKey: process.env.SCRIP_API_KEY ?? "" });
 */
export function createScripClient(options: ScripClientOptions): ScripClient {
  const settings = settingsFrom(options);
  return {
    ...makeQueries(settings),
    ...makeMutations(settings),
    ...makeStreams(settings),
    ...makeWebhooks(settings),
  };
}
