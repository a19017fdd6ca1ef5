import { advance, withNextDue } from "./advance.js";
import type { Hold } from "./hold.js";
import { endHold } from "./holding.js";
import type { Instant } from "./instant.js";
import type { WalletState } from "./wallet.js";

/** Ends a hold at its owner's wish. What it gives back may fall due before anything that was due until now. */
export const releaseHold = (state: WalletState, hold: Hold, now: Instant): WalletState =>
  advance(withNextDue(endHold(state, hold, { status: "RELEASED", at: now })), now);
