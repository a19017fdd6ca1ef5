import { readFileSync } from "node:fs";

/** What of Node's TLS options is used here; each defaults to the stricter way. */
interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
  readonly checkServerIdentity?: () => undefined;
}

interface Target {
  readonly url: string;
  /** Left out when the URL says nothing about it. */
  readonly ssl?: Tls | false;
}

/**
 * Takes out of a database's URL how the connection is encrypted: `sslmode` and the files beside it, with the meaning
 * they have to libpq, and so on every provider's page. The driver's own reading is another one (to it, `require`
 * verifies), is about to change, and would read the files again for each connection.
 */
export function targetOf(text: string): Target {
  const url = new URL(text);
  const take = (name: string): string | null => {
    const value = url.searchParams.get(name);
    url.searchParams.delete(name);
    return value;
  };
  const mode = take("sslmode");
  const files = { ca: take("sslrootcert"), cert: take("sslcert"), key: take("sslkey") };
  const read = Object.entries(files).flatMap(([name, path]) =>
    path === null ? [] : [[name, readFileSync(path, "utf8")]],
  );
  if (mode === null && read.length === 0) return { url: url.href };
  if (mode === "disable") return { url: url.href, ssl: false };
  return { url: url.href, ssl: { ...Object.fromEntries(read), ...checks(mode, files.ca !== null) } };
}

/** What of the server's certificate is not checked. Without an authority of its own, Node's list of public ones holds. */
function checks(mode: string | null, hasAuthority: boolean): Tls {
  const anyName: Tls = { checkServerIdentity: () => undefined };
  switch (mode) {
    case "require":
      return hasAuthority ? anyName : { rejectUnauthorized: false };
    case "verify-ca":
      return anyName;
    default:
      return {};
  }
}
