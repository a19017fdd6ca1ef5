import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What users are promised: each of these runs on both engines. */
const stories = [
  "test/{scenario-units,scenario-payg,scenario-year,scrollsequence,imagine,ximilar}.test.ts",
  "test/{bad-input,bad-requests,keys,occurred-at,period-usage,stripe,stripe-invoices,stripe-webhooks,stripe-money-back}.test.ts",
  "test/{plan-change,plan-change-preview,subscription,being-late,dunning}.test.ts",
  "test/{unused-time,upcoming,document-numbers,start-at-a-date,test-clocks}.test.ts",
  "test/{idempotency,holds,reversal,past,upgrade,verify,crash,metrics}.test.ts",
  "test/{billing-details,coupons,invoice-documents,credit-note-documents,issue-invoice}.test.ts",
  "test/{auto-top-up,auto-top-up-processes,payment-processes}.test.ts",
  "test/{calculator,forecast,compare-plans}.test.ts",
  "test/{refunds,credit-notes,on-purchase,leaving-plans}.test.ts",
  "test/{usage-report,usage-history,exports,many-tokens,report-bounds}.test.ts",
  "test/reports/laws.test.ts",
  "test/{events,webhook-delivery}.test.ts",
  "test/{budgets,budget-processes,alerts}.test.ts",
  "test/ledger/{keys,time,write}.test.ts",
  "test/{live,live-connections,live-reconnects,customer-tokens}.test.ts",
];

/** About a PostgreSQL that is shared, goes away, is reached by TLS, or is compared with the other engine. */
const shared = [
  "test/{two-servers,live-processes,lost-connections,lost-commit,silent-postgres}.test.ts",
  "test/{concurrency,postgres-restart,postgres-tls,model/engines}.test.ts",
];

export default defineConfig({
  resolve: {
    alias: {
      // graphql ships a CommonJS and an ES module build; loaded twice, its instanceof checks fail.
      graphql: here("./node_modules/graphql/index.js"),
      "@scrip/sdk": here("./sdk/src/index.ts"),
    },
  },
  test: {
    server: { deps: { inline: [/graphql/, /@apollo/, /@as-integrations/] } },
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "sqlite", include: ["test/**/*.test.ts"], exclude: shared } },
      {
        extends: true,
        test: {
          name: "postgres",
          include: [...stories, ...shared],
          env: { SCRIP_TEST_ENGINE: "postgres" },
          globalSetup: "test/harness/postgres.ts",
        },
      },
    ],
  },
});
