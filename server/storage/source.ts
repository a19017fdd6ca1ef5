import { SnakeCaseNames } from "./columns.js";
import { Foundation1700000000001 } from "./migrations/0001-foundation.js";
import * as accessRows from "./rows/access.js";
import * as billingRows from "./rows/billing.js";
import * as catalogRows from "./rows/catalog.js";
import * as customerRows from "./rows/customers.js";
import * as ledgerRows from "./rows/ledger.js";
import * as meteringRows from "./rows/metering.js";

/** What both engines have in common: the rows, the migrations that make their tables, and how columns are named. */
export const sourceOptions = {
  entities: [accessRows, billingRows, catalogRows, customerRows, ledgerRows, meteringRows].flatMap((area) =>
    Object.values(area),
  ),
  migrations: [Foundation1700000000001],
  namingStrategy: new SnakeCaseNames(),
};
