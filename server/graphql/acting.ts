import type { BudgetSetter } from "../domain/setter.js";
import type { RequestContext } from "./context.js";

/**
 * On whose behalf limits and alerts are set. An admin key is the operator's and may act for the customer; a customer's
 * token is the customer, whatever it says.
 */
export const actingFor = ({ role }: RequestContext, said: BudgetSetter | null): BudgetSetter =>
  role === "CUSTOMER" ? "CUSTOMER" : (said ?? "OPERATOR");
