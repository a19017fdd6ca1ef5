import type { PageInfo } from "./generated.js";
import type { RequestOptions } from "./options.js";

/** One page of a list, as `usageRecords`, `ledgerEntries` and `invoices` answer it. */
export interface Page<Node> {
  /** The items of this page. */
  readonly nodes: readonly Node[];
  /** How to go on. */
  readonly pageInfo: PageInfo;
}

/** A client's method that answers pages. */
export type PagedMethod<Input, Node> = (input: Input, options?: RequestOptions) => Promise<Page<Node>>;

/**
 * Goes through all items of a list, loading the next page when the one before has been used up. `first` sets
 * the page size, 1 to 100; leaving the loop loads nothing more. The options hold for each page.
 *
 * @throws {@link ScripError} as the method does.
 * @example
 * for await (const record of iterate(scrip.usageRecords, { customerId: "acme" })) console.log(record.amount);
 */
export async function* iterate<Input extends { readonly after?: string | null | undefined }, Node>(
  method: PagedMethod<Input, Node>,
  input: Input,
  options?: RequestOptions,
): AsyncGenerator<Node, void, undefined> {
  let after = input.after;
  do {
    const { nodes, pageInfo } = await method({ ...input, after }, options);
    yield* nodes;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
}
