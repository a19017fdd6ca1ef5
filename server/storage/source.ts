import { SnakeCaseNames } from "./columns.js";
import { Foundation1700000000001 } from "./migrations/0001-foundation.js";
import { HoldsAndReversals1700000000002 } from "./migrations/0002-holds-and-reversals.js";
import { HashChain1700000000003 } from "./migrations/0003-hash-chain.js";
import { Billing1700000000004 } from "./migrations/0004-billing.js";
import { Events1700000000005 } from "./migrations/0005-events.js";
import { UsageDimensions1700000000006 } from "./migrations/0006-usage-dimensions.js";
import { Budgets1700000000007 } from "./migrations/0007-budgets.js";
import { Webhooks1700000000008 } from "./migrations/0008-webhooks.js";
import * as accessRows from "./rows/access.js";
import * as billingRows from "./rows/billing.js";
import * as budgetRows from "./rows/budgets.js";
import * as catalogRows from "./rows/catalog.js";
import * as customerRows from "./rows/customers.js";
import * as eventRows from "./rows/events.js";
import * as ledgerRows from "./rows/ledger.js";
import * as meteringRows from "./rows/metering.js";

/** What both engines have in common: the rows, the migrations that make their tables, and how columns are named. */
export const sourceOptions = {
  entities: [
    accessRows,
    billingRows,
    budgetRows,
    catalogRows,
    customerRows,
    eventRows,
    ledgerRows,
    meteringRows,
  ].flatMap((area) => Object.values(area)),
  migrations: [
    Foundation1700000000001,
    HoldsAndReversals1700000000002,
    HashChain1700000000003,
    Billing1700000000004,
    Events1700000000005,
    UsageDimensions1700000000006,
    Webhooks1700000000008,
    Budgets1700000000007,
  ],
  namingStrategy: new SnakeCaseNames(),
};
