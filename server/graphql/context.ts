import DataLoader from "dataloader";
import type { Caller } from "../access/keys.js";
import { Fault } from "../domain/errors.js";
import type { CreditGrant } from "../domain/grant.js";
import type { Services } from "./services.js";

/** Which grant: ids are looked up within their customer. */
interface GrantRef {
  readonly customerId: string;
  readonly grantId: string;
}

export interface RequestContext extends Caller {
  readonly requestId: string;
  readonly services: Services;
  readonly grants: DataLoader<GrantRef, CreditGrant, string>;
}

export function requestContext(caller: Caller, requestId: string, services: Services): RequestContext {
  return { ...caller, requestId, services, grants: grantLoader(services) };
}

/** Grants at hand need not be read again. */
export function prime({ grants }: RequestContext, customerId: string, atHand: readonly CreditGrant[]): void {
  for (const grant of atHand) grants.prime({ customerId, grantId: grant.id }, grant);
}

export function requireAdmin({ role }: RequestContext): void {
  if (role !== "ADMIN")
    throw new Fault("FORBIDDEN", `This needs an admin key; the key given is a ${role.toLowerCase()} key.`);
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
