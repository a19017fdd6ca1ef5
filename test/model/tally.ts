/** How often what happened, so that one sees that every branch is reached. */
export interface Tally {
  readonly commands: Map<string, number>;
  readonly answers: Map<string, number>;
}

export const newTally = (): Tally => ({ commands: new Map(), answers: new Map() });

export const count = (counts: Map<string, number>, what: string): void => {
  counts.set(what, (counts.get(what) ?? 0) + 1);
};

export const all = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, one) => sum + one, 0);
