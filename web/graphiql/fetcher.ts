import type { Fetcher, FetcherResultPayload } from "@graphiql/toolkit";
import { readKey } from "./api-key.js";

const problem = (message: string): FetcherResultPayload => ({ errors: [{ message }] });

/** Posts to the server that served this page, with the key of the bar as it is at this moment. */
export const makeFetcher =
  (askForKey: () => void): Fetcher =>
  async (request) => {
    const key = readKey();
    if (key === "") {
      askForKey();
      return problem("Enter an API key in the bar at the top first.");
    }
    const response = await fetch("/graphql", {
      method: "POST",
      headers: {
        accept: "application/graphql-response+json, application/json",
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(request),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      // A proxy or an overloaded server may answer in plain text or HTML; its words are better than a parse error.
      return problem(`HTTP ${response.status} without JSON: ${text.slice(0, 500)}`);
    }
  };
