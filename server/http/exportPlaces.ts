import type { Caller } from "../access/keys.js";
import { Fault } from "../domain/errors.js";

/** Exports under way at a time: each holds some memory and asks the database for one page after the other. */
const placesMax = 8;
/** The rest is kept for API keys, however many customers export what is theirs. */
const placesOfCustomersMax = 6;
const placesOfCustomerMax = 2;

/** Who exports at the moment. */
export interface ExportPlaces {
  /** Takes a place, and answers how to give it back, which may be done more than once. */
  take(caller: Caller | null): () => void;
}

export function exportPlaces(): ExportPlaces {
  const taken = new Set<{ readonly customerId: string | null }>();
  return {
    take: (caller) => {
      const customerId = caller?.role === "CUSTOMER" ? caller.customerId : null;
      const ofCustomers = [...taken].filter((place) => place.customerId !== null);
      const own = ofCustomers.filter((place) => place.customerId === customerId);
      if (customerId !== null && own.length >= placesOfCustomerMax)
        throw new Fault(
          "OVERLOADED",
          `${placesOfCustomerMax} exports of this customer are under way; ask again when one has ended.`,
        );
      const isFull =
        taken.size >= placesMax || (customerId !== null && ofCustomers.length >= placesOfCustomersMax);
      if (isFull)
        throw new Fault("OVERLOADED", `${taken.size} exports are under way; ask again when one has ended.`);
      const place = { customerId };
      taken.add(place);
      return () => void taken.delete(place);
    },
  };
}
