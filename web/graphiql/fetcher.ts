import type { Fetcher, FetcherParams, FetcherResultPayload } from "@graphiql/toolkit";
import { getOperationAST, parse } from "graphql";
import { createClient } from "graphql-sse";
import { readKey } from "./api-key.js";

/** By the text that is sent: what the editor has read of it may be a moment old. */
function isSubscription({ query, operationName }: FetcherParams): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === "subscription";
  } catch {
    // The server says what is wrong with it.
    return false;
  }
}

/** What is followed shows each message as it comes, until the stop button is pressed. */
const stream = ({ query, variables, operationName }: FetcherParams, key: string) =>
  createClient({
    url: "/graphql/stream",
    headers: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
  }).iterate({
    query,
    variables: variables as Record<string, unknown>,
    ...(operationName != null && { operationName }),
  });

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
    if (isSubscription(request)) return stream(request, key);
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
