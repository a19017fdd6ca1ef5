import type { LookupAddress } from "node:dns";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isPublic, type Resolve, urlProblem } from "../server/events/addresses.js";
import { makeSend } from "../server/events/send.js";
import { type Receiver, startReceiver } from "./harness/receiver.js";

const privateOnes = {
  "this machine": ["127.0.0.1", "127.255.255.254", "::1", "0.0.0.0", "::"],
  "private networks": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd00:ec2::254"],
  "carriers' own": ["100.64.0.1", "100.100.100.200"],
  "the link": ["169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0"],
  "clouds' metadata": ["169.254.169.254", "168.63.129.16", "192.0.0.192"],
  "IPv4 in IPv6's clothes": [
    "::ffff:127.0.0.1",
    "::ffff:a00:1",
    "::ffff:169.254.169.254",
    "0:0:0:0:0:ffff:c0a8:1",
  ],
  "ways around": ["64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:53aa:64c:0:0:80ff:fffe", "::7f00:1"],
  "many at once": ["224.0.0.1", "255.255.255.255", "ff02::1"],
  "what is for documents and tests": [
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "2001:db8::1",
  ],
  "no address": ["", "localhost", "1.2.3", "1.2.3.4.5", "300.1.1.1", "::g"],
};

describe("only the public internet is sent to", () => {
  test.each(Object.entries(privateOnes))("not %s", (_, addresses) => {
    expect(addresses.filter(isPublic)).toEqual([]);
  });

  test("but the rest of it", () => {
    const addresses = [
      "1.1.1.1",
      "8.8.8.8",
      "93.184.216.34",
      "172.32.0.1",
      "2606:4700:4700::1111",
      "2a00:1450::1",
    ];
    expect(addresses.filter((address) => !isPublic(address))).toEqual([]);
    expect(isPublic("::ffff:8.8.8.8")).toBe(true);
  });

  test("however an address of a private network is written in a URL", () => {
    const part = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        part,
        part,
        part,
        fc.constantFrom("dotted", "whole", "hex", "octal", "mapped"),
        (b, c, d, form) => {
          const whole = ((10 * 256 + b) * 256 + c) * 256 + d;
          const written = {
            dotted: `10.${b}.${c}.${d}`,
            whole: String(whole),
            hex: `0x${whole.toString(16)}`,
            octal: `012.${b}.${c}.${d}`,
            mapped: `[::ffff:10.${b}.${c}.${d}]`,
          }[form];
          expect(urlProblem(`https://${written}/`, { allowPrivate: false })).toMatch(/no public address/);
          expect(urlProblem(`https://${written}/`, { allowPrivate: true })).toBeNull();
        },
      ),
    );
  });
});

describe("what a name means is judged where the connection is made", () => {
  let hooks: Receiver;
  beforeAll(async () => {
    hooks = await startReceiver();
  });
  afterAll(() => hooks.close());

  const signal = new AbortController().signal;
  const { port } = new URL("http://127.0.0.1:0");
  const post = (host: string) => {
    const url = new URL(hooks.url);
    return { url: `https://${host}:${url.port || port}/`, headers: {}, body: "{}", signal };
  };

  /** A name server that answers in turn. */
  const answering = (...answers: readonly (readonly string[])[]) => {
    let asked = 0;
    const resolve: Resolve = (_, __, callback) => {
      const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      callback(
        null,
        addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    };
    return { resolve, asked: () => asked };
  };

  test("a name of this machine gets nothing", async () => {
    for (const addresses of [["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["10.0.0.1", "127.0.0.1"], []]) {
      const { resolve } = answering(addresses);
      const result = await makeSend({ allowPrivate: false, resolve, timeoutMs: 1_000 })(
        post("inside.example"),
      );
      expect(result).toMatchObject({ statusCode: null, error: expect.stringMatching(/no public address/) });
    }
    expect(hooks.received).toEqual([]);
  });

  test("a name that becomes another one after it was judged is not looked up again", async () => {
    const { resolve, asked } = answering(["203.0.114.1"], ["127.0.0.1"]);
    const result = await makeSend({ allowPrivate: false, resolve, timeoutMs: 100 })(
      post("rebinding.example"),
    );
    expect(result.error).toMatch(/\S/);
    expect(asked()).toBe(1);
    // It means this machine by the next attempt, which looks anew.
    const again = await makeSend({ allowPrivate: false, resolve, timeoutMs: 100 })(post("rebinding.example"));
    expect(again.error).toMatch(/no public address/);
    expect(hooks.received).toEqual([]);
  });

  test("of a name with public and private addresses only the public ones are tried", async () => {
    const { resolve } = answering(["127.0.0.1", "203.0.114.1"]);
    const result = await makeSend({ allowPrivate: false, resolve, timeoutMs: 100 })(post("both.example"));
    expect(result.error).not.toMatch(/127\.0\.0\.1|no public address/);
    expect(hooks.received).toEqual([]);
  });

  test("an address in the URL, or plain http, that was stored when it was allowed gets nothing now", async () => {
    const send = makeSend({ allowPrivate: false });
    expect(await send({ ...post("x"), url: hooks.url })).toMatchObject({
      error: "The URL must begin with https://",
    });
    const direct = hooks.url.replace("http:", "https:");
    expect(await send({ ...post("x"), url: direct })).toMatchObject({
      error: expect.stringMatching(/no public address/),
    });
    expect(hooks.received).toEqual([]);
  });

  test("a name that cannot be looked up, and a receiver without TLS, are failures as others", async () => {
    const resolve: Resolve = (name, _, callback) => callback(new Error(`No such name: ${name}`), []);
    const send = makeSend({ allowPrivate: true, resolve, timeoutMs: 1_000 });
    expect((await send(post("nowhere.example"))).error).toBe("No such name: nowhere.example");
    const plain = { ...post("x"), url: hooks.url.replace("http:", "https:") };
    expect((await makeSend({ allowPrivate: true, timeoutMs: 1_000 })(plain)).error).toMatch(/\S/);
  });
});
