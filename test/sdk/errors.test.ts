import { createScripClient } from "@scrip/sdk";
import { describe, expect, test } from "vitest";
import { call, caught, scripAgainst } from "./harness.js";
import { apiKey, type Behaviour } from "./strict-server.js";

describe("errors hold facts, and never the API key or what was sent", () => {
  const secret = "a-very-private-operation";
  const failures: readonly [string, Behaviour, string][] = [
    [
      "a proxy's page that quotes the request",
      { status: 502, body: `<pre>${apiKey} ${secret}</pre>` },
      "UNEXPECTED_ANSWER",
    ],
    ["JSON that is no GraphQL", { status: 200, body: { authorization: apiKey } }, "UNEXPECTED_ANSWER"],
    ["no data and no errors", { status: 200, body: { data: null } }, "UNEXPECTED_ANSWER"],
    ["an empty answer", { status: 204, body: "" }, "UNEXPECTED_ANSWER"],
    ["errors without a code", { status: 500, body: { errors: [{}] } }, "UNEXPECTED_ANSWER"],
    ["a broken connection", "break", "CONNECTION_FAILED"],
    ["no answer", "hang", "TIMEOUT"],
  ];
  for (const [why, behaviour, code] of failures)
    test(why, async () => {
      const { scrip } = await scripAgainst([behaviour], {
        attemptsMax: 1,
        timeoutMs: behaviour === "hang" ? 100 : 20_000,
      });
      const error = await caught(scrip.consume({ ...call, operation: secret }));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(/^[A-Z].*[.?]$/s);
      const shown = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      expect(shown).not.toContain(apiKey);
      expect(shown).not.toContain(secret);
    });

  test("the reason of a failed connection is kept", async () => {
    const { server, scrip } = await scripAgainst(["hang"], { attemptsMax: 1 });
    await server.close();
    expect((await caught(scrip.plans())).message).toContain("(ECONNREFUSED)");
  });

  test.each([
    ["an API key with a line's end", { apiKey: `${apiKey}\n` }, "apiKey"],
    ["an empty API key", { apiKey: "" }, "apiKey"],
    ["a header with a line's end", { headers: { "x-trace": "a\r\nb" } }, "x-trace"],
    ["an address without a protocol", { url: "localhost:4000" }, "url"],
    ["an address with a password", { url: `http://user:${apiKey}@localhost/graphql` }, "url"],
    ["a timeout of zero", { timeoutMs: 0 }, "timeoutMs"],
    ["too many attempts", { attemptsMax: 11 }, "attemptsMax"],
  ])("%s is refused when the client is made", (_, options, name) => {
    const make = () => createScripClient({ url: "http://localhost:4000/graphql", apiKey, ...options });
    expect(make).toThrow(name);
    expect(make).not.toThrow(apiKey);
  });
});
