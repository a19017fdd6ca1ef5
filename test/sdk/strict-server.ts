import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema, getVariableValues, Kind, type OperationDefinitionNode, parse, validate } from "graphql";

const contract = buildSchema(await readFile(new URL("../../schema.graphql", import.meta.url), "utf8"));

/** A key that is easy to find wherever it should not be. */
export const apiKey = "sk_test_never_to_be_seen";

interface Received {
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage["headers"];
  /** Whether the client hung up before it was answered. */
  gone: boolean;
}

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is when it is a text. */
  readonly body?: unknown;
  readonly delayMs?: number;
}

/** `hang` never answers; `break` closes the connection, as a restarting proxy does. */
export type Behaviour = Reply | "hang" | "break";

export interface StrictServer {
  readonly url: string;
  readonly received: Received[];
  /** What the client did that the contract does not allow. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** A real HTTP server that judges each request by the contract; it answers by script, the last reply again and again. */
export async function startStrictServer(
  ...script: readonly [Behaviour, ...Behaviour[]]
): Promise<StrictServer> {
  const received: Received[] = [];
  const complaints: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    complaints.push(...judge(request, body));
    const entry: Received = { ...body, headers: request.headers, gone: false };
    response.on("close", () => {
      entry.gone = !response.writableEnded;
    });
    const behaviour = script[Math.min(received.push(entry), script.length) - 1] ?? "hang";
    await behave(behaviour, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    received,
    complaints,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(
  request: IncomingMessage,
): Promise<{ operationName: string; query: string; variables: Record<string, unknown> }> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return JSON.parse(text);
}

function judge(request: IncomingMessage, body: Awaited<ReturnType<typeof readBody>>): string[] {
  const { authorization, accept, "content-type": contentType } = request.headers;
  return [
    ...expectSame("the request line", `${request.method} ${request.url}`, "POST /graphql"),
    ...expectSame("authorization", authorization, `Bearer ${apiKey}`),
    ...expectSame("content-type", contentType, "application/json"),
    ...expectSame("accept", accept, "application/graphql-response+json, application/json"),
    ...expectSame("the body's fields", Object.keys(body).join(), "operationName,query,variables"),
    ...judgeOperation(body),
  ];
}

const expectSame = (what: string, found: string | undefined, expected: string): string[] =>
  found === expected ? [] : [`${what} is ${found}, not ${expected}`];

function judgeOperation({ operationName, query, variables }: Awaited<ReturnType<typeof readBody>>): string[] {
  const document = parse(query);
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === operationName,
  );
  if (operation === undefined) return [`no operation is named ${operationName}`];
  const { errors = [] } = getVariableValues(contract, operation.variableDefinitions ?? [], variables);
  return [...validate(contract, document), ...errors].map(({ message }) => message);
}

async function behave(behaviour: Behaviour, response: ServerResponse): Promise<void> {
  if (behaviour === "hang") return;
  if (behaviour === "break") {
    response.destroy();
    return;
  }
  const { status = 200, headers = {}, body = {}, delayMs = 0 } = behaviour;
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "req_42", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
