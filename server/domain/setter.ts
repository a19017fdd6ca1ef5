/** Who has set a budget, or asks to be told of a balance. What the operator has set, its customer cannot change. */
export const budgetSetters = ["OPERATOR", "CUSTOMER"] as const;
export type BudgetSetter = (typeof budgetSetters)[number];

/**
 * Counts up when a thing is told and when it may be told again, so that an odd number says that it was told, and each
 * telling has a number of its own.
 */
export const wasTold = (turns: number): boolean => turns % 2 === 1;

/** Likewise, for each of those who are told. */
export type Turns = Readonly<Partial<Record<BudgetSetter, number>>>;

export const turnsOf = (turns: Turns | null, setter: BudgetSetter): number => turns?.[setter] ?? 0;

export const turned = (turns: Turns | null, setter: BudgetSetter): Turns => ({
  ...turns,
  [setter]: turnsOf(turns, setter) + 1,
});

/** Whoever was told is to be told again. */
export const untold = (turns: Turns | null): Turns | null =>
  budgetSetters.reduce((now, setter) => (wasTold(turnsOf(now, setter)) ? turned(now, setter) : now), turns);
