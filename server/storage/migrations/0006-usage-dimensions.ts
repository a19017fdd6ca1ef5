import type { MigrationInterface, QueryRunner } from "typeorm";
import { addColumn, createTable, dropColumns } from "./ddl.js";

/**
 * Hourly sums are kept by plan, API key and the attributes that reports tell apart, and say who paid. They are added up
 * again from the records, which say it all; only what reports tell apart begins with the catalogue that says so.
 */
export class UsageDimensions1700000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, "usage_records", { column: "reported_attributes text", value: "{}" });
    await runner.query("DROP TABLE usage_rollups");
    await createTable(runner, "usage_rollups", {
      columns: `customer_id text, hour bigint, operation text, unit text, plan_key text, api_key_id text,
                attributes text, calls bigint, quantity total, amount total, allowance total, postpaid total,
                reversed total`,
      primaryKey: "customer_id, hour, operation, unit, plan_key, api_key_id, attributes",
    });
    await runner.query(addUp);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE usage_rollups RENAME TO usage_rollups_by_all");
    await createTable(runner, "usage_rollups", {
      columns: `customer_id text, hour bigint, operation text, unit text, calls bigint, quantity bigint,
                amount bigint, postpaid bigint`,
      primaryKey: "customer_id, hour, operation, unit",
    });
    await runner.query(
      `INSERT INTO usage_rollups (customer_id, hour, operation, unit, calls, quantity, amount, postpaid)
       SELECT customer_id, hour, operation, unit, SUM(calls), SUM(quantity), SUM(amount), SUM(postpaid)
       FROM usage_rollups_by_all GROUP BY customer_id, hour, operation, unit`,
    );
    await runner.query("DROP TABLE usage_rollups_by_all");
    await dropColumns(runner, "usage_records", ["reported_attributes"]);
  }
}

const hourMs = 3_600_000;

const sumOf = "u.customer_id, u.occurred_at - u.occurred_at % ";
const parts = (figures: string): string =>
  `SELECT ${sumOf}${hourMs} AS hour, u.operation, u.unit, u.plan_key, COALESCE(u.api_key_id, '') AS api_key_id,
          ${figures}`;
const columns = "customer_id, hour, operation, unit, plan_key, api_key_id";

const addUp = `
  INSERT INTO usage_rollups (${columns}, attributes, calls, quantity, amount, allowance, postpaid, reversed)
  SELECT ${columns}, '{}', SUM(calls), SUM(quantity), SUM(amount), SUM(allowance), SUM(postpaid), SUM(reversed)
  FROM (
    ${parts("1 AS calls, u.quantity, u.amount, 0 AS allowance, u.postpaid, 0 AS reversed")}
    FROM usage_records u
    UNION ALL
    ${parts("0, 0, 0, d.amount, 0, 0")}
    FROM usage_records u
    JOIN draws d ON d.customer_id = u.customer_id AND d.usage_record_id = u.usage_record_id
    JOIN credit_grants g ON g.customer_id = d.customer_id AND g.grant_id = d.grant_id AND g.source = 'SUPPLY'
    UNION ALL
    ${parts("0, 0, -r.amount, 0, -r.postpaid, r.amount")}
    FROM reversals r
    JOIN usage_records u ON u.customer_id = r.customer_id AND u.usage_record_id = r.usage_record_id
    UNION ALL
    ${parts("0, 0, 0, -d.amount, 0, 0")}
    FROM reversal_draws d
    JOIN usage_records u ON u.customer_id = d.customer_id AND u.usage_record_id = d.usage_record_id
    JOIN credit_grants g ON g.customer_id = d.customer_id AND g.grant_id = d.grant_id AND g.source = 'SUPPLY'
  ) AS added
  GROUP BY ${columns}`;
