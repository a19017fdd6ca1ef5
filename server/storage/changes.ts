/** The customers that a commit has changed; "anything" when nobody knows which. */
export type Changed = ReadonlySet<string> | "anything";

export type OnChange = (changed: Changed) => void;

/** Those who want to hear of commits. */
export interface Listeners {
  add(listener: OnChange): () => void;
  tell(changed: Changed): void;
  readonly size: number;
}

export function changeListeners(): Listeners {
  const listeners = new Set<OnChange>();
  return {
    add: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (changed) => {
      if (changed === "anything" || changed.size > 0) for (const listener of listeners) listener(changed);
    },
    get size() {
      return listeners.size;
    },
  };
}

/**
 * Does a transaction's work and then tells whom it has changed. Also when it fails: a COMMIT whose answer was lost may
 * have happened, and who is told in vain only looks once more.
 */
export async function telling<Result>(
  tell: (changed: ReadonlySet<string>) => void,
  work: (changed: Set<string>) => Promise<Result>,
): Promise<Result> {
  const changed = new Set<string>();
  try {
    return await work(changed);
  } finally {
    if (changed.size > 0) tell(changed);
  }
}
