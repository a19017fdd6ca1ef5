import type { MigrationInterface, QueryRunner } from "typeorm";
import type { UnchainedEntry } from "../../domain/chain.js";
import { entryHash } from "../chain.js";
import { addColumn, statements } from "./ddl.js";

/** Ledger entries form a chain of hashes; those of older versions are chained here, wallet by wallet. */
export class HashChain1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, "ledger_entries", { column: "hash text", value: "" });
    await addColumn(runner, "wallets", { column: "hash text?" });
    const wallets = (await runner.query("SELECT customer_id, unit FROM wallets")) as WalletKey[];
    for (const wallet of wallets) await chainWallet(runner, wallet);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE wallets DROP COLUMN hash");
    await runner.query("ALTER TABLE ledger_entries DROP COLUMN hash");
  }
}

interface WalletKey {
  readonly customer_id: string;
  readonly unit: string;
}

const entriesAtOnce = 5_000;

async function chainWallet(runner: QueryRunner, { customer_id, unit }: WalletKey): Promise<void> {
  const run = statements(runner);
  let last: string | null = null;
  for (let sequence = 0; ; ) {
    const entries: UnchainedEntry[] = await run(
      `SELECT customer_id AS "customerId", unit, sequence, type, amount, balance_after AS "balanceAfter",
              grant_id AS "grantId", usage_record_id AS "usageRecordId", occurred_at AS "occurredAt",
              recorded_at AS "recordedAt"
       FROM ledger_entries WHERE customer_id = $1 AND unit = $2 AND sequence > $3
       ORDER BY sequence LIMIT ${entriesAtOnce}`,
      [customer_id, unit, sequence],
    );
    for (const entry of entries) {
      last = entryHash(last, entry);
      await run(
        "UPDATE ledger_entries SET hash = $4 WHERE customer_id = $1 AND unit = $2 AND sequence = $3",
        [customer_id, unit, entry.sequence, last],
      );
      sequence = entry.sequence;
    }
    if (entries.length < entriesAtOnce) break;
  }
  await run("UPDATE wallets SET hash = $3 WHERE customer_id = $1 AND unit = $2", [customer_id, unit, last]);
}
