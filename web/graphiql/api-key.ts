// The key opens the operator's whole ledger, so it lives in this tab alone: sessionStorage ends with the tab,
// and localStorage, which GraphiQL uses for its tabs and history, never sees it.
const storageName = "scrip:api-key";

export const readKey = (): string => sessionStorage.getItem(storageName) ?? "";

export function keepKey(key: string): void {
  if (key === "") sessionStorage.removeItem(storageName);
  else sessionStorage.setItem(storageName, key);
}

/** A link may carry the key as `#key=…`; it leaves the address bar, and so the browser's history, at once. */
export function takeKeyFromFragment(): void {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key === null) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  keepKey(key.trim());
}
