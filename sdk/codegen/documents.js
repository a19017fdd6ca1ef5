import { Kind, print, stripIgnoredCharacters, visit } from "graphql";

// A plugin of graphql-codegen, named in codegen.yml: one typed text for each operation. The ready-made one
// (typed-document-node in string mode) repeats every fragment in every document, three and a half times the
// bytes, and takes its types from a package whose peer is `graphql`, while this SDK depends on nothing.

/** @type {import("@graphql-codegen/plugin-helpers").PluginFunction} */
export const plugin = (_schema, files) => {
  const definitions = files.flatMap(({ document }) => document?.definitions ?? []);
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  return {
    prepend: [
      "// Written by `npm run codegen` from schema.graphql and sdk/operations; never edited by hand.",
      'import type { TypedDocument } from "./document.js";',
    ],
    content: [
      ...fragments.map(fragmentText),
      ...operations.map((operation) => document(operation, byName)),
    ].join("\n"),
  };
};

const text = (node) => JSON.stringify(stripIgnoredCharacters(print(node)));
const constant = (fragmentName) => `${fragmentName}Fragment`;

const fragmentText = (fragment) => `const ${constant(fragment.name.value)} = ${text(fragment)};`;

function document(operation, byName) {
  const name = operation.name.value;
  const parts = [text(operation), ...[...spreadsOf(operation, byName)].sort().map(constant)];
  return `
export const ${name}Document: TypedDocument<${name}Data, ${name}Variables> = {
  name: "${name}",
  text: ${parts.join(" + ")},
};`;
}

/** The names of all fragments that a definition needs, through other fragments too. */
function spreadsOf(definition, byName, found = new Set()) {
  visit(definition, {
    FragmentSpread({ name }) {
      const fragment = byName.get(name.value);
      if (fragment === undefined || found.has(name.value)) return;
      found.add(name.value);
      spreadsOf(fragment, byName, found);
    },
  });
  return found;
}
