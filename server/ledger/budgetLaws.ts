import { type Law, within } from "./law.js";

/** What can be told of budgets by a query; what they have come to is recomputed by `findBudgetDrifts`. */
export const budgetLaws: readonly Law[] = [
  {
    name: "a budget is counted in its wallet's row",
    broken: `SELECT b.customer_id, b.unit, b.budget_id FROM budgets b
             LEFT JOIN wallets w ON w.customer_id = b.customer_id AND w.unit = b.unit
             WHERE ${within("b")} AND b.deleted_at IS NULL AND w.budget_counts IS NULL`,
  },
  {
    name: "hours are kept of rolling budgets that are there",
    broken: `SELECT h.customer_id, h.budget_id, h.hour, h.amount FROM budget_hours h
             LEFT JOIN budgets b ON b.customer_id = h.customer_id AND b.budget_id = h.budget_id
               AND b.deleted_at IS NULL AND b.span_kind = 'ROLLING'
             WHERE ${within("h")} AND b.budget_id IS NULL`,
  },
];
