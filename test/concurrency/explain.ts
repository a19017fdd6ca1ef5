/** When a call was sent and answered, on a clock that only counts. */
export interface Span {
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A change of a wallet's balance, in the order that the ledger gives, and the call that made it. */
export interface Change extends Span {
  readonly id: string;
  readonly amount: number;
  readonly balanceAfter: number;
}

/** What a call that changed nothing saw of a balance. */
export interface Sight extends Span {
  readonly what: string;
  readonly fits: (balance: number) => boolean;
  /** The change that it must come after: a repeated call sees its own effect. */
  readonly after?: string;
}

/**
 * Whether one order of all calls explains every answer: the changes in the ledger's order, each sight somewhere between
 * them, and nobody before a call that had been answered when they were sent. Empty, or what cannot be explained.
 */
export function unexplained(changes: readonly Change[], sights: readonly Sight[]): string[] {
  return [...wrongBalances(changes), ...wrongTimes(changes), ...impossibleSights(changes, sights)];
}

function wrongBalances(changes: readonly Change[]): string[] {
  let balance = 0;
  return changes.flatMap(({ id, amount, balanceAfter }) => {
    balance += amount;
    if (balance !== balanceAfter) return [`${id} leaves ${balance}, and was answered with ${balanceAfter}`];
    return balance < 0 ? [`${id} leaves ${balance}`] : [];
  });
}

function wrongTimes(changes: readonly Change[]): string[] {
  let latest: Change | null = null;
  const wrong: string[] = [];
  for (const change of changes) {
    if (latest !== null && change.answeredAt < latest.sentAt)
      wrong.push(`${change.id} was answered before ${latest.id} was sent, and comes after it`);
    if (latest === null || change.sentAt > latest.sentAt) latest = change;
  }
  return wrong;
}

/** Each sight takes the earliest place that it can, which leaves the most room to those that come after it. */
function impossibleSights(changes: readonly Change[], sights: readonly Sight[]): string[] {
  const balances = [0, ...changes.map(({ balanceAfter }) => balanceAfter)];
  const placed: (Span & { place: number })[] = [];
  return sights
    .toSorted((one, other) => one.sentAt - other.sentAt)
    .flatMap((sight) => {
      const first = Math.max(
        changes.findLastIndex(({ id, answeredAt }) => answeredAt < sight.sentAt || id === sight.after) + 1,
        ...placed.filter(({ answeredAt }) => answeredAt < sight.sentAt).map(({ place }) => place),
      );
      const later = changes.findIndex(({ sentAt }) => sentAt > sight.answeredAt);
      const last = later === -1 ? changes.length : later;
      const place = balances.findIndex((balance, at) => at >= first && at <= last && sight.fits(balance));
      if (place === -1)
        return [`${sight.what} fits none of the balances ${balances.slice(first, last + 1).join(", ")}`];
      placed.push({ ...sight, place });
      return [];
    });
}
