import type {
  DeleteBudgetInput,
  DeleteBudgetResult,
  SetBalanceAlertInput,
  SetBalanceAlertResult,
  SetBudgetInput,
  SetBudgetResult,
} from "./generated.js";
import type { KeyOptional } from "./keys.js";
import type { RequestOptions } from "./options.js";

/** What limits spending, and what is told before it hurts. */
export interface ScripBudgets {
  /**
   * Sets a budget, or with `budgetId` all terms of one that there is: how much calls may spend in a window. What was
   * used in the present window counts. With `action: "BLOCK"` calls that would pass it are refused as
   * `BudgetExceeded`. Refused as `BudgetNotFound`, `BudgetSetByOperator` (on behalf of the customer, what the operator
   * has set), `UnitNotFound`, `CustomerNotFound` or `IdempotencyConflict`. Needs an admin
   * key or the customer's token, which sets for the customer.
   *
   * @example
   * await scrip.setBudget({ customerId: "acme", name: "A month", window: "MONTH", limit: "100", action: "BLOCK" });
   */
  setBudget(input: KeyOptional<SetBudgetInput>, options?: RequestOptions): Promise<SetBudgetResult>;

  /** Deletes a budget; its alerts stay. Refused as `setBudget`. Needs an admin key or the customer's token. */
  deleteBudget(input: KeyOptional<DeleteBudgetInput>, options?: RequestOptions): Promise<DeleteBudgetResult>;

  /**
   * Says what of a wallet is to be told by an alert: when less than `below` is available, and `daysBeforeExpiry`; what
   * is left out is not told any more. The operator and the customer each say it for themselves. Refused as
   * `UnitNotFound`, `CustomerNotFound` or `IdempotencyConflict`. Needs an admin key or the customer's token, which asks
   * for the customer.
   */
  setBalanceAlert(
    input: KeyOptional<SetBalanceAlertInput>,
    options?: RequestOptions,
  ): Promise<SetBalanceAlertResult>;
}
