/** A part of a list, and whether there is more of it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasNextPage: boolean;
}

/** From a selection that asked for one item more than the page shows. */
export const pageOf = <Item>(selected: readonly Item[], first: number): Page<Item> => ({
  items: selected.slice(0, first),
  hasNextPage: selected.length > first,
});
