import { type LookupAddress, lookup } from "node:dns";
import { Resolver } from "node:dns/promises";
import type { Resolve } from "./addresses.js";

interface Asking {
  /** With their ports; by default those of the system. */
  readonly servers?: readonly string[];
  /** A server that does not answer is asked once more, and then for longer. */
  readonly timeoutMs?: number;
}

/**
 * Finds addresses by questions of its own to the name servers. The system's way has two threads for all of the
 * process: a few endpoints whose name servers hang would keep every other name from being found, the database's
 * included. It is asked only for what the name servers do not know, such as the names of the machine's hosts file.
 */
export const nameLookup =
  (asking: Asking = {}): Resolve =>
  (hostname, options, found) => {
    const bySystem = () => lookup(hostname, options, found);
    if (/(^|\.)localhost$/i.test(hostname)) return bySystem();
    void addressesOf(hostname, asking).then((addresses) => {
      if (addresses === "hangs") found(new Error(`The name servers of ${hostname} do not answer.`), []);
      else if (addresses.length === 0) bySystem();
      else found(null, addresses);
    });
  };

async function addressesOf(
  hostname: string,
  { servers, timeoutMs = 2_000 }: Asking,
): Promise<LookupAddress[] | "hangs"> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addresses = [...ofFamily(four, 4), ...ofFamily(six, 6)];
  return addresses.length === 0 && (hangs(four) || hangs(six)) ? "hangs" : addresses;
}

type Answer = PromiseSettledResult<string[]>;

const ofFamily = (answer: Answer, family: 4 | 6): LookupAddress[] =>
  answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];

const hangs = (answer: Answer): boolean =>
  answer.status === "rejected" && (answer.reason as NodeJS.ErrnoException).code === "ETIMEOUT";
