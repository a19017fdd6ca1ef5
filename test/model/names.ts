/** The server's ids and the model's names for the same things, as they come up. */
export interface Names {
  learn(id: string, name: string): void;
  nameOf(id: string): string;
  nameOrNull(id: string | null): string | null;
  /** An id that the server has never given out, when the model knows no such thing. */
  idOf(name: string): string;
}

const words: Readonly<Record<string, string>> = {
  grant: "supply",
  inv_subscription: "fee",
  inv_usage: "calls",
};

export function newNames(): Names {
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  /** One period has one supply and one invoice of each kind, and their ids say which. */
  const supplied = (id: string): string => {
    const [, what, stay, kind = "", index] =
      /^(grant|inv)_(.+?)(_subscription|_usage|)_(\d{5})$/.exec(id) ?? [];
    if (what === undefined) return `unknown ${id}`;
    return `${words[`${what}${kind}`]} ${Number(index)} of ${nameOf(`sub_${stay}`)}`;
  };
  /** The other way round, for invoices. */
  const derived = (name: string): string | undefined => {
    const [, what, index = "", stay = ""] = /^(fee|calls) (\d+) of (.+)$/.exec(name) ?? [];
    const id = ids.get(stay)?.replace(/^sub_/, "");
    const kind = what === "fee" ? "subscription" : "usage";
    return id === undefined ? undefined : `inv_${id}_${kind}_${index.padStart(5, "0")}`;
  };
  const nameOf = (id: string): string => names.get(id) ?? supplied(id);
  return {
    nameOf,
    nameOrNull: (id) => (id === null ? null : nameOf(id)),
    idOf: (name) => ids.get(name) ?? derived(name) ?? `none_${name.replaceAll(" ", "_")}`,
    learn: (id, name) => {
      if ((names.get(id) ?? name) !== name || (ids.get(name) ?? id) !== id)
        throw new Error(`${id} is ${names.get(id)}, and ${name} is ${ids.get(name)}.`);
      names.set(id, name);
      ids.set(name, id);
    },
  };
}
