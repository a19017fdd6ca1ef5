import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { afterEach, expect, test } from "vitest";
import { nameLookup } from "../server/events/names.js";
import { makeSend } from "../server/events/send.js";
import { startReceiver } from "./harness/receiver.js";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const typeA = 1;

/** The answer to a question: an address for those who ask for one, and else that there is none. */
function answerTo(query: Buffer, address: readonly number[] | null): Buffer {
  const answer = Buffer.from(query);
  const isAsked = query.readUInt16BE(endOfName(query)) === typeA && address !== null;
  // A response; recursion is available; the code says that it went well, or that there is no such name.
  answer.writeUInt16BE(isAsked ? 0x8180 : address === null ? 0x8183 : 0x8180, 2);
  answer.writeUInt16BE(isAsked ? 1 : 0, 6);
  // What was asked comes back without the additional records that a question may have.
  answer.writeUInt16BE(0, 10);
  const question = answer.subarray(0, endOfName(query) + 4);
  if (!isAsked || address === null) return question;
  // The name that stands at 12, of type A and class IN, for a minute, in four bytes.
  return Buffer.concat([question, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address])]);
}

function endOfName(query: Buffer): number {
  let at = 12;
  while (query[at] !== 0) at += 1 + (query[at] ?? 0);
  return at + 1;
}

/** A name server of this machine. "silent" never answers. */
async function nameServer(knows: readonly number[] | "nothing" | "silent"): Promise<string> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port }) => {
    if (knows === "silent") return;
    socket.send(answerTo(query, knows === "nothing" ? null : knows), port, "127.0.0.1");
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  ends.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return `127.0.0.1:${socket.address().port}`;
}

const post = (url: string) => ({ url, headers: {}, body: "{}", signal: new AbortController().signal });

test("a name is asked of the name servers, and what they say is connected to", async () => {
  const hooks = await startReceiver();
  ends.push(hooks.close);
  const resolve = nameLookup({ servers: [await nameServer([127, 0, 0, 1])] });
  hooks.behave("take");
  const send = makeSend({ allowPrivate: true, resolve });
  const url = hooks.url.replace("127.0.0.1", "hooks.example.com");
  expect(await send(post(url))).toMatchObject({ statusCode: 204, error: null });
  // The same answer does not lead anywhere where private addresses are not allowed.
  const careful = makeSend({ allowPrivate: false, resolve });
  expect((await careful(post("https://hooks.example.com/"))).error).toContain("has no public address");
});

test("name servers that hang fail their own endpoint, and every other name is found meanwhile", async () => {
  const resolve = nameLookup({ servers: [await nameServer("silent")], timeoutMs: 300 });
  const send = makeSend({ allowPrivate: true, resolve });
  const hanging = Array.from({ length: 16 }, (_, n) => send(post(`http://hooks-${n}.example.com/`)));
  const order: string[] = [];
  const all = Promise.all(hanging).then((results) => {
    order.push("hanging");
    return results;
  });
  // By the system's two threads this would have to wait for sixteen names that nobody answers.
  await lookup("localhost");
  order.push("other");
  for (const { error } of await all)
    expect(error).toMatch(/^The name servers of hooks-\d+\.example\.com do not answer/);
  expect(order).toEqual(["other", "hanging"]);
});

test("a name that no name server knows is looked for where the system looks", async () => {
  const resolve = nameLookup({ servers: [await nameServer("nothing")] });
  const asked = (name: string) =>
    new Promise((found) =>
      resolve(name, { all: true }, (error, addresses) => found(error?.code ?? addresses)),
    );
  expect(await asked("no-such-host.invalid")).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  expect(await asked("localhost")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) }),
    ]),
  );
});
