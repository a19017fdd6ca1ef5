import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { instantFrom } from "../server/domain/instant.js";
import { openDatabase } from "../server/storage/database.js";
import { type Receiver, startReceiver } from "./harness/receiver.js";
import { shellTime, shellWith } from "./harness/shell.js";
import { type SenderProcess, senderOn } from "./harness/webhooks.js";

let folder: string;
let shell: ReturnType<typeof shellWith>;
let hooks: Receiver;
let sender: SenderProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "scrip-webhooks-"));
  const path = join(folder, "scrip.db");
  shell = shellWith({ DATABASE_URL: `sqlite:${path}` });
  hooks = await startReceiver();
  const database = await openDatabase({ engine: "sqlite", path });
  sender = senderOn({ database, clock: () => instantFrom(shellTime) });
  await sender.prepare();
  await sender.customer("ada");
});
afterEach(async () => {
  await sender.dispatch.stop();
  await sender.database.close();
  await hooks.close();
  rmSync(folder, { recursive: true });
});

const done = (printed: string, complaints = "") => ({ code: 0, printed, complaints });

test("scrip webhooks list, deliveries and replay", async () => {
  expect(await shell.scrip("webhooks list")).toEqual(done("There are no webhook endpoints."));
  const { endpoint } = await sender.createEndpoint(hooks.url, ["CREDITS_GRANTED"]);
  const id = endpoint.endpointId;
  expect(await shell.scrip(`webhooks deliveries ${id}`)).toEqual(done("There are no deliveries."));
  hooks.behave(({ sequence }) => (sequence === 2 ? "refuse" : "take"));
  for (const amount of [1, 2, 3]) await sender.happen("ada", amount);
  await sender.work();
  expect(await shell.scrip("webhooks list")).toEqual(
    done(`${id}  enabled  CREDITS_GRANTED  ${hooks.url}  failing since ${shellTime}`),
  );
  expect(await shell.scrip(`webhooks deliveries ${id}`)).toEqual(
    done(
      [
        `${shellTime}  pending    CREDITS_GRANTED  ada  0 attempts`,
        `${shellTime}  failing    CREDITS_GRANTED  ada  1 attempt  Status 500.`,
        `${shellTime}  delivered  CREDITS_GRANTED  ada  1 attempt`,
      ].join("\n"),
    ),
  );
  const failing = await shell.scrip(`webhooks deliveries ${id} --status failing`);
  expect(failing.printed.split("\n")).toHaveLength(1);
  // What is delivered is sent once more; what waits is sent anyway.
  expect(await shell.scrip(`webhooks replay ${id} --from 2026-01-01T00:00:00Z`)).toEqual(
    done(`1 events are in line for ${id}; servers send them now.`, "3 events looked at, 1 in line"),
  );
  hooks.behave("take");
  await sender.updateEndpoint({ endpointId: id, changes: { status: "ENABLED" } });
  await sender.work();
  expect(hooks.taken().map(({ sequence }) => sequence)).toEqual([1, 1, 2, 3]);
});

test.each([
  ["deliveries endpoint_1", "No webhook endpoint has the id endpoint_1."],
  ["replay endpoint_1 --from 2026-01-01T00:00:00Z", "No webhook endpoint has the id endpoint_1."],
  [
    "replay endpoint_1 --from yesterday",
    '--from must be a time such as 2026-04-15T00:00:00Z, got "yesterday".',
  ],
  ["replay endpoint_1", "error: required option '--from <time>' not specified"],
])("scrip webhooks %s is refused with a line that says why", async (line, why) => {
  expect(await shell.scrip(`webhooks ${line}`)).toEqual({ code: 1, printed: "", complaints: why });
});
