import type { Event } from "../domain/event.js";
import type { EventRow } from "../storage/rows/events.js";

/** In the place of a customer where an event is about none; no customer has an id like that. */
export const nobody = "";

export const eventOf = ({ customerId, ...row }: EventRow): Event => ({
  ...row,
  customerId: customerId === nobody ? null : customerId,
});
