import { createScripClient, ScripError } from "@scrip/sdk";
import { afterEach, expect } from "vitest";
import { apiKey, type Behaviour, type StrictServer, startStrictServer } from "./strict-server.js";

const servers: StrictServer[] = [];

// A test that breaks the contract fails, whatever else it looks at.
afterEach(async () => {
  const complaints = servers.flatMap((server) => server.complaints);
  await Promise.all(servers.splice(0).map((server) => server.close()));
  expect(complaints).toEqual([]);
});

type Options = Partial<Parameters<typeof createScripClient>[0]>;

export async function scripAgainst(script: readonly [Behaviour, ...Behaviour[]], options: Options = {}) {
  const server = await startStrictServer(...script);
  servers.push(server);
  return { server, scrip: createScripClient({ url: server.url, apiKey, ...options }) };
}

export const data = (value: unknown) => ({ body: { data: value } });
export const fault = (status: number, code: string, extensions: object = {}) => ({
  status,
  body: { errors: [{ message: `It is ${code}.`, extensions: { code, ...extensions } }], data: null },
});
export const call = { customerId: "acme", operation: "image.generate" };

export const caught = async (promise: Promise<unknown>): Promise<ScripError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScripError)) throw new Error(`Expected a ScripError, got ${String(error)}.`);
  return error;
};
