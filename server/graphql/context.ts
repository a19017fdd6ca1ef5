import DataLoader from "dataloader";
import type { Caller } from "../access/keys.js";
import type { Operation } from "../domain/catalog.js";
import type { ChainedEntry } from "../domain/chain.js";
import type { CreditGrant } from "../domain/grant.js";
import type { Invoice } from "../domain/invoice.js";
import type { UsageRecord } from "../domain/usage.js";
import type { Services } from "./services.js";

/** Which grant: ids are looked up within their customer. */
interface GrantRef {
  readonly customerId: string;
  readonly grantId: string;
}

interface UsageRecordRef {
  readonly customerId: string;
  readonly usageRecordId: string;
}

export interface RequestContext extends Caller {
  readonly requestId: string;
  readonly services: Services;
  readonly grants: DataLoader<GrantRef, CreditGrant, string>;
  readonly usageRecords: DataLoader<UsageRecordRef, UsageRecord, string>;
  /** The invoices that ledger entries belong to. */
  readonly entryInvoices: DataLoader<ChainedEntry, Invoice | null>;
  /** The catalogue's operations by key, read when they are first asked for. */
  readonly operations: () => Promise<ReadonlyMap<string, Operation>>;
}

/** The customer whose own token it is; null for an API key. */
export const viewerOf = ({ role, customerId }: Caller): string | null =>
  role === "CUSTOMER" ? customerId : null;

/** For a stream, which goes on until it is ended. */
export interface StreamContext extends RequestContext {
  readonly signal: AbortSignal;
}

export function requestContext(caller: Caller, requestId: string, services: Services): RequestContext {
  let operations: Promise<ReadonlyMap<string, Operation>> | null = null;
  return {
    ...caller,
    requestId,
    services,
    grants: grantLoader(services),
    usageRecords: usageRecordLoader(services),
    entryInvoices: entryInvoiceLoader(services),
    operations: () => {
      operations ??= services.operations().then((all) => new Map(all.map((one) => [one.key, one])));
      return operations;
    },
  };
}

/** Grants at hand need not be read again. */
export function prime({ grants }: RequestContext, customerId: string, atHand: readonly CreditGrant[]): void {
  for (const grant of atHand) grants.prime({ customerId, grantId: grant.id }, grant);
}

/** A page of usage records names the same few grants again and again; they are read once, customer by customer. */
const grantLoader = (services: Services) =>
  new DataLoader<GrantRef, CreditGrant, string>(
    async (refs) => {
      const found = new Map<string, CreditGrant>();
      for (const customerId of new Set(refs.map((ref) => ref.customerId))) {
        const ids = refs.filter((ref) => ref.customerId === customerId).map((ref) => ref.grantId);
        for (const grant of await services.grantsById(customerId, ids))
          found.set(`${customerId}/${grant.id}`, grant);
      }
      return refs.map(
        ({ customerId, grantId }) =>
          found.get(`${customerId}/${grantId}`) ?? new Error(`Grant ${grantId} is missing.`),
      );
    },
    { cacheKeyFn: ({ customerId, grantId }) => `${customerId}/${grantId}` },
  );

/** Likewise, as one page's entries are of one customer and many belong to the same record. */
const usageRecordLoader = (services: Services) =>
  new DataLoader<UsageRecordRef, UsageRecord, string>(
    async (refs) => {
      const found = new Map<string, UsageRecord>();
      for (const customerId of new Set(refs.map((ref) => ref.customerId))) {
        const ids = refs.filter((ref) => ref.customerId === customerId).map((ref) => ref.usageRecordId);
        for (const [id, record] of await services.usageRecordsById(customerId, ids)) found.set(id, record);
      }
      return refs.map(
        ({ usageRecordId: id }) => found.get(id) ?? new Error(`Usage record ${id} is missing.`),
      );
    },
    { cacheKeyFn: ({ customerId, usageRecordId }) => `${customerId}/${usageRecordId}` },
  );

const entryInvoiceLoader = (services: Services) =>
  new DataLoader<ChainedEntry, Invoice | null>(async (entries) => {
    const found = new Map<ChainedEntry, Invoice | null>();
    for (const customerId of new Set(entries.map((entry) => entry.customerId))) {
      const ofCustomer = entries.filter((entry) => entry.customerId === customerId);
      const invoices = await services.invoicesOfEntries(customerId, ofCustomer);
      for (const [index, entry] of ofCustomer.entries()) found.set(entry, invoices[index] ?? null);
    }
    return entries.map((entry) => found.get(entry) ?? null);
  });
