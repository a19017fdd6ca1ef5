import type { LookupAddress, LookupOptions } from "node:dns";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Public by its number, and yet a cloud's own: Azure answers virtual machines there. */
const reserved = new Set(["168.63.129.16"]);

/**
 * Whether an address is one of the public internet's: neither this machine nor the network it is in, nor a way around
 * that, such as an IPv4 address written as an IPv6 one.
 */
export function isPublic(text: string): boolean {
  // The library takes abbreviations as well, which nothing connects to.
  if (isIP(text) === 0 || !ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  // Of IPv6, 2000::/3 is what is given out; other addresses may hold one of IPv4, such as ::127.0.0.1.
  if (address instanceof ipaddr.IPv6 && (address.parts[0] ?? 0) >> 13 !== 1) return false;
  return address.range() === "unicast" && !reserved.has(address.toString());
}

/** Where clouds hand out credentials to whoever asks; nobody's receiver is there, whatever else is allowed. */
const isLinkLocal = (text: string): boolean =>
  isIP(text) !== 0 && ipaddr.isValid(text) && ipaddr.process(text).range() === "linkLocal";

const isAllowed = (address: string, allowPrivate: boolean): boolean =>
  allowPrivate ? !isLinkLocal(address) : isPublic(address);

export type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Names are looked up where the connection is made, and only what passes here is connected to: a name that means
 * something else a moment later means nothing.
 */
export const lookupWith =
  (resolve: Resolve, { allowPrivate }: { allowPrivate: boolean }) =>
  (hostname: string, options: LookupOptions, found: Found): void =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return found(error, []);
      const [first, ...rest] = addresses.filter(({ address }) => isAllowed(address, allowPrivate));
      if (first === undefined) return found(new Error(notAllowed(hostname, allowPrivate)), []);
      return options.all === true ? found(null, [first, ...rest]) : found(null, first.address, first.family);
    });

const notAllowed = (host: string, allowPrivate: boolean): string =>
  allowPrivate
    ? `${host} is a link-local address, to which nothing is ever sent.`
    : `${host} has no public address; set WEBHOOKS_ALLOW_PRIVATE=true to send to private ones.`;

/** What can be told of a URL before anything is connected to; null when nothing is wrong with it. */
export function urlProblem(text: string, { allowPrivate }: { allowPrivate: boolean }): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return "must be a URL such as https://example.com/webhooks.";
  const isPlain = url.protocol === "http:" && allowPrivate;
  if (url.protocol !== "https:" && !isPlain) return "must begin with https://";
  if (url.username !== "" || url.password !== "") return "must not hold a name or a password.";
  if (url.hash !== "") return "must not have a fragment.";
  // An address is not looked up, so it is judged here. The URL has written it in the usual way by now.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isAllowed(host, allowPrivate)) return notAllowed(host, allowPrivate);
  return null;
}
