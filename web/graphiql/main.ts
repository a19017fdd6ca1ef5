import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./bar.css";
import { GraphiQL } from "graphiql";
import { buildSchema } from "graphql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
// The server refuses to start when its schema differs from this file, so the page knows the schema without a request:
// documentation and completion work before a key is given, and where introspection is switched off.
import contract from "../../schema.graphql?raw";
import { askForKey, startBar } from "./bar.js";
import { examples } from "./examples.js";
import { makeFetcher } from "./fetcher.js";

startBar(() => {
  // GraphiQL prefers the tabs it has stored over its defaults.
  for (const name of ["tabState", "query", "variables"]) localStorage.removeItem(`graphiql:${name}`);
  location.reload();
});

const root = document.getElementById("graphiql");
if (root === null) throw new Error("index.html has no element with the id graphiql.");

createRoot(root).render(
  createElement(GraphiQL, {
    fetcher: makeFetcher(askForKey),
    schema: buildSchema(contract),
    dangerouslyAssumeSchemaIsValid: true,
    // What the scalars look like as JSON, without which the variables editor marks them as errors.
    customScalarSchemas: {
      DateTime: { type: "string" },
      Decimal: { type: ["string", "integer"] },
      JSONObject: { type: "object" },
    },
    defaultTabs: examples.map(({ query, variables }) => ({
      query,
      variables: Object.keys(variables).length === 0 ? null : JSON.stringify(variables, null, 2),
    })),
    // Shown even though the first tab has none, so that nobody has to find them in the others.
    defaultEditorToolsVisibility: "variables",
    // The one header that matters is the key, and that must not end in GraphiQL's storage.
    isHeadersEditorEnabled: false,
    shouldPersistHeaders: false,
  }),
);
