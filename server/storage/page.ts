/** A part of a list, and whether there is more of it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasNextPage: boolean;
}

/** A page of a list that was searched without an index: it may have ended before it was full, at a place of its own. */
export interface SearchedPage<Item, Place> extends Page<Item> {
  /** The last place that was looked at; null when the page ends with its last item. */
  readonly endsAt: Place | null;
}

/** From a selection that asked for one item more than the page shows. */
export const pageOf = <Item>(selected: readonly Item[], first: number): Page<Item> => ({
  items: selected.slice(0, first),
  hasNextPage: selected.length > first,
});

/** Rows that one page reads when it searches: so that nobody else has to wait for long. */
export const searchedMax = 20_000;

/** The same of a selection that went no further than to a place, or to the list's end when that is null. */
export function searchedPage<Item, Place>(
  selected: readonly Item[],
  first: number,
  endsAt: Place | null,
): SearchedPage<Item, Place> {
  const page = pageOf(selected, first);
  if (page.hasNextPage || endsAt === null) return { ...page, endsAt: null };
  return { ...page, hasNextPage: true, endsAt };
}
