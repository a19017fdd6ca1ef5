/** A GraphQL document with the types of what it answers and what it asks for. */
export interface TypedDocument<Data, Variables> {
  /** The operation's name, which the server can log and count by. */
  readonly name: string;
  /** The operation with all fragments it uses. */
  readonly text: string;
  /** Never set: it carries the types to where the document is sent. */
  readonly types?: { readonly data: Data; readonly variables: Variables };
}
