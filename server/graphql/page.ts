import { type ClassType, Field, ObjectType } from "type-graphql";
import { badInput } from "../domain/errors.js";
import { isStorableText } from "./scalars.js";

@ObjectType()
export class PageInfo {
  @Field(() => Boolean) hasNextPage!: boolean;
  @Field(() => Boolean) hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true }) startCursor!: string | null;
  @Field(() => String, { nullable: true }) endCursor!: string | null;
}

/** Declares the Relay types of a list: XConnection and XEdge. */
export function connectionOf<Node extends object>(
  name: string,
  node: ClassType<Node> | (abstract new () => Node),
) {
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field(() => String) cursor!: string;
    @Field(() => node) node!: Node;
  }
  @ObjectType(`${name}Connection`)
  class Connection {
    @Field(() => [Edge]) edges!: Edge[];
    @Field(() => [node]) nodes!: Node[];
    @Field(() => PageInfo) pageInfo!: PageInfo;
  }
  return Connection;
}

/** A cursor is the place of an item in a total order, as text that clients must not read anything into. */
type Place = readonly (string | number)[];

const encodeCursor = (place: Place): string => Buffer.from(JSON.stringify(place)).toString("base64url");

export function decodeCursor(cursor: string | null | undefined, shape: Place): Place | null {
  if (cursor === null || cursor === undefined) return null;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (
      Array.isArray(place) &&
      place.length === shape.length &&
      place.every((part, index) => fits(part, shape[index]))
    )
      return place as Place;
  } catch {
    // Falls through to the one message for everything that is no cursor.
  }
  throw badInput("after", "must be the endCursor of an earlier page of this list.");
}

const fits = (part: unknown, sample: unknown): boolean =>
  typeof part === typeof sample &&
  (typeof part === "string" ? isStorableText(part) : Number.isSafeInteger(part));

interface Shown<Item, Node> {
  readonly node: (item: Item) => Node;
  readonly place: (item: Item) => Place;
  readonly after: string | null | undefined;
  /** Where to go on when the page ended early; by default after its last item. */
  readonly endsAt?: Place | null;
}

export function connection<Item, Node>(
  page: { readonly items: readonly Item[]; readonly hasNextPage: boolean },
  { node, place, after, endsAt = null }: Shown<Item, Node>,
) {
  const edges = page.items.map((item) => ({ cursor: encodeCursor(place(item)), node: node(item) }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: after !== null && after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: endsAt === null ? (edges.at(-1)?.cursor ?? null) : encodeCursor(endsAt),
    },
  };
}
