import type { Linked } from "../access/documentLinks.js";
import type { RequestContext } from "./context.js";

/** Where documents are. */
export const documentPaths: Readonly<Record<Linked["kind"], string>> = {
  invoice: "/invoices",
  "credit note": "/credit-notes",
};

/** Opens one document to whoever has it; a path on this server. */
export const linkTo = async (
  linked: Linked,
  format: "html" | "pdf",
  { services }: RequestContext,
): Promise<string> => {
  const token = await services.documentLinks.sign(linked);
  return `${documentPaths[linked.kind]}/${encodeURIComponent(linked.id)}.${format}?token=${token}`;
};
