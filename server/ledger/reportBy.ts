import type { DataSource } from "typeorm";
import type { Instant } from "../domain/instant.js";
import { type ReportBy, reportByOf } from "../domain/reportBy.js";
import type { Tx } from "../storage/database.js";
import { OperationRow } from "../storage/rows/catalog.js";

/** How long another process that has not heard of a new catalogue may go on adding up by the old one. */
const trustMs = 5_000;

interface Known {
  readonly reportBy: ReportBy;
  readonly at: Instant;
}

const known = new WeakMap<DataSource, Known>();

/** By which attributes reports tell usage apart: read once in a few seconds, not with every call. */
export async function loadReportBy(tx: Tx, now: Instant): Promise<ReportBy> {
  const { connection } = tx.manager;
  const trusted = known.get(connection);
  if (trusted !== undefined && Math.abs(now - trusted.at) < trustMs) return trusted.reportBy;
  // Those that are archived too: subscribers of older plan versions still call them.
  const rows = await tx.manager.find(OperationRow);
  const reportBy = reportByOf(rows.map((row) => row.definition));
  known.set(connection, { reportBy, at: now });
  return reportBy;
}

/** For whoever has changed the catalogue. */
export const forgetReportBy = (tx: Tx): void => void known.delete(tx.manager.connection);
