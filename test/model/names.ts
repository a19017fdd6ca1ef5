/** The server's ids and the model's names for the same things, as they come up. */
export interface Names {
  learn(id: string, name: string): void;
  nameOf(id: string): string;
  nameOrNull(id: string | null): string | null;
  /** An id that the server has never given out, when the model knows no such thing. */
  idOf(name: string): string;
}

export function newNames(): Names {
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  /** One period has one supply, and its id says which. */
  const supplied = (id: string): string => {
    const [, stay, index] = /^grant_(.+)_(\d{5})$/.exec(id) ?? [];
    return index === undefined ? `unknown ${id}` : `supply ${Number(index)} of ${nameOf(`sub_${stay}`)}`;
  };
  const nameOf = (id: string): string => names.get(id) ?? supplied(id);
  return {
    nameOf,
    nameOrNull: (id) => (id === null ? null : nameOf(id)),
    idOf: (name) => ids.get(name) ?? `none_${name.replaceAll(" ", "_")}`,
    learn: (id, name) => {
      if ((names.get(id) ?? name) !== name || (ids.get(name) ?? id) !== id)
        throw new Error(`${id} is ${names.get(id)}, and ${name} is ${ids.get(name)}.`);
      names.set(id, name);
      ids.set(name, id);
    },
  };
}
