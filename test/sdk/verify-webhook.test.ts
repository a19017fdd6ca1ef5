import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { ScripWebhookError, verifyWebhook, type WebhookRequest } from "@scrip/sdk";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { transformWithOxc } from "vite";
import { describe, expect, test } from "vitest";
import { newSecret } from "../../server/events/signature.js";
import { launchBrowser } from "../harness/browser.js";

const now = new Date("2026-04-15T10:00:00Z");
const secret = newSecret();

/** A request as the library that Scrip signs with makes it. */
function signed(body: string, { by = secret, at = now, id = "event_1" } = {}): WebhookRequest {
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(by).sign(id, at, body),
  };
  return { payload: body, headers, secret, now };
}

const event = {
  id: "event_1",
  type: "INVOICE_PAID",
  customerId: "Zürich",
  sequence: 3,
  createdAt: "2026-04-15T09:59:59.000Z",
  data: { invoiceId: "inv_1", number: "2026-000001", amountDue: "59" },
};
const body = JSON.stringify(event);
const request = signed(body);
const headersOf = ({ headers }: WebhookRequest) => headers as Record<string, string>;

const refusal = async (altered: WebhookRequest): Promise<string> => {
  const error = await verifyWebhook(altered).then(
    () => new Error("It was taken."),
    (reason: unknown) => reason,
  );
  return error instanceof ScripWebhookError ? error.code : String(error);
};

describe("verifyWebhook takes what the standardwebhooks library has signed", () => {
  test("and answers with the event", async () => {
    expect(await verifyWebhook(request)).toEqual(event);
  });

  test("whatever the text, as text or as bytes", () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme-ascii" }),
        async (text, id) => {
          const given = JSON.stringify({ ...event, data: { text } });
          const one = signed(given, { id: id.trim() === "" ? "event_2" : id });
          expect(await verifyWebhook(one)).toEqual(JSON.parse(given));
          const bytes = new TextEncoder().encode(given);
          expect(await verifyWebhook({ ...one, payload: bytes })).toEqual(JSON.parse(given));
        },
      ),
    ));

  test("with headers in any form", async () => {
    const plain = headersOf(request);
    const loud = Object.fromEntries(
      Object.entries(plain).map(([name, value]) => [name.toUpperCase(), value]),
    );
    const lists = Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, [value]]));
    for (const headers of [new Headers(plain), new Map(Object.entries(plain)), loud, lists])
      expect(await verifyWebhook({ ...request, headers: headers as WebhookRequest["headers"] })).toEqual(
        event,
      );
  });

  test("while a secret is replaced: several signatures, or several secrets", async () => {
    const other = newSecret();
    const both = {
      ...headersOf(request),
      "webhook-signature": `v2,abc v1,${"A".repeat(43)}= ${headersOf(signed(body, { by: other }))["webhook-signature"]} ${headersOf(request)["webhook-signature"]}`,
    };
    expect(await verifyWebhook({ ...request, headers: both })).toEqual(event);
    expect(await verifyWebhook({ ...request, headers: both, secret: other })).toEqual(event);
    expect(await verifyWebhook({ ...request, secret: [other, secret] })).toEqual(event);
    expect(await verifyWebhook({ ...request, secret: secret.replace("whsec_", "") })).toEqual(event);
  });

  test("within the tolerated time, to the second", async () => {
    const sentAt = (seconds: number) => signed(body, { at: new Date(now.getTime() + seconds * 1_000) });
    for (const seconds of [-300, -1, 0, 1, 300]) expect(await verifyWebhook(sentAt(seconds))).toEqual(event);
    for (const seconds of [-301, 301, -86_400])
      expect(await refusal(sentAt(seconds))).toBe("TIME_OUT_OF_RANGE");
    expect(await verifyWebhook({ ...sentAt(-3_600), toleranceSeconds: 3_600 })).toEqual(event);
    expect(await refusal({ ...sentAt(-2), toleranceSeconds: 1 })).toBe("TIME_OUT_OF_RANGE");
  });
});

describe("verifyWebhook refuses", () => {
  const withHeader = (name: string, value: string | undefined) =>
    ({ ...request, headers: { ...headersOf(request), [name]: value } }) satisfies WebhookRequest;

  test.each(["webhook-id", "webhook-timestamp", "webhook-signature"])(
    "a request without %s",
    async (name) => {
      expect(await refusal(withHeader(name, undefined))).toBe("HEADERS_MISSING");
      expect(await refusal(withHeader(name, ""))).toBe("HEADERS_MISSING");
    },
  );

  test.each(["soon", "1e9", "-1", "1776247200.5", "0x10", "NaN", "9".repeat(30)])(
    "the time %s",
    async (time) => {
      expect(await refusal(withHeader("webhook-timestamp", time))).toBe("TIME_OUT_OF_RANGE");
    },
  );

  test("another secret, another body, another id, and signatures that are none", async () => {
    expect(await refusal({ ...request, secret: newSecret() })).toBe("SIGNATURE_WRONG");
    expect(await refusal({ ...request, secret: [] })).toBe("SIGNATURE_WRONG");
    expect(await refusal({ ...request, payload: body.replace("59", "95") })).toBe("SIGNATURE_WRONG");
    expect(await refusal({ ...request, payload: `${body} ` })).toBe("SIGNATURE_WRONG");
    expect(await refusal(withHeader("webhook-id", "event_2"))).toBe("SIGNATURE_WRONG");
    const right = headersOf(request)["webhook-signature"] ?? "";
    for (const wrong of [
      "v1,",
      "v1",
      ",",
      "v1,***",
      right.replace("v1", "v2"),
      right.slice(0, -2),
      `v1a,${right}`,
    ])
      expect(await refusal(withHeader("webhook-signature", wrong))).toBe("SIGNATURE_WRONG");
  });

  test("what was signed and is no event", async () => {
    for (const text of ["", "no json", "null", "[]", "{}", '{"type":1,"data":{}}', '{"type":"X"}'])
      expect(await refusal(signed(text))).toBe("NOT_AN_EVENT");
  });

  test("a secret that cannot be one, as a mistake of whoever calls", async () => {
    for (const wrong of ["", "whsec_", "whsec_?!"])
      expect(await refusal({ ...request, secret: wrong })).toMatch(/TypeError: The secret is the text/);
  });
});

test("it works in a browser, which has nothing of Node", async () => {
  const file = fileURLToPath(new URL("../../sdk/src/verifyWebhook.ts", import.meta.url));
  const { code } = await transformWithOxc(await readFile(file, "utf8"), file);
  // Web Crypto is there on a page that is served, be it from this machine.
  const page = '<script type="module">import * as sdk from "/sdk.js"; globalThis.sdk = sdk;</script>';
  const server = createServer(({ url }, response) => {
    const isScript = url === "/sdk.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? code : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const browser = await launchBrowser();
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${typeof address === "object" && address?.port}/`);
    await tab.waitForFunction(() => "sdk" in globalThis);
    const given = { ...request, now: now.toISOString() };
    const answers = await tab.evaluate(async (one) => {
      const { verifyWebhook: verify } = Reflect.get(globalThis, "sdk");
      const ask = (payload: string) =>
        verify({ ...one, payload, now: new Date(one.now) }).catch((error: { code: string }) => error.code);
      return [await ask(String(one.payload)), await ask(`${one.payload} `)];
    }, given);
    expect(answers).toEqual([event, "SIGNATURE_WRONG"]);
  } finally {
    await browser.close();
    server.close();
  }
}, 120_000);
