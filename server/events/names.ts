import { type LookupAddress, lookup } from "node:dns";
import { Resolver } from "node:dns/promises";
import type { Resolve } from "./addresses.js";

/** A name server that does not answer is asked again this often, each time for so long. */
const patience = { timeout: 2_000, tries: 2 };

/**
 * Finds addresses by questions of its own to the name servers. The system's way has two threads for all of the
 * process: a few endpoints whose name servers hang would keep every other name from being found, the database's
 * included. It is asked only for what the name servers do not know, such as the names of the machine's hosts file.
 */
export const lookUp: Resolve = (hostname, options, found) => {
  const bySystem = () => lookup(hostname, options, found);
  if (/(^|\.)localhost$/i.test(hostname)) return bySystem();
  void addressesOf(hostname).then((addresses) => {
    if (addresses === "hangs") found(new Error(`The name servers of ${hostname} do not answer.`), []);
    else if (addresses.length === 0) bySystem();
    else found(null, addresses);
  });
};

async function addressesOf(hostname: string): Promise<LookupAddress[] | "hangs"> {
  const resolver = new Resolver(patience);
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addresses = [...ofFamily(four, 4), ...ofFamily(six, 6)];
  return addresses.length === 0 && (hangs(four) || hangs(six)) ? "hangs" : addresses;
}

type Answer = PromiseSettledResult<string[]>;

const ofFamily = (answer: Answer, family: 4 | 6): LookupAddress[] =>
  answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];

const hangs = (answer: Answer): boolean =>
  answer.status === "rejected" && (answer.reason as NodeJS.ErrnoException).code === "ETIMEOUT";
