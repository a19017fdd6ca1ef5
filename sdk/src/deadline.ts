/** What ends an attempt early. */
export interface Limits {
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/** Ends an attempt when its time is up or the caller gives up, whichever is first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Gives it all of its time again. */
  restart(): void;
  /** Lets no time pass until it is started again: nobody is waiting. */
  pause(): void;
  /** Whether it was the time that ended it. */
  expired(): boolean;
  /** Gives it so much time from now on. */
  extend(timeoutMs: number): void;
  /** To be called when the attempt is over, or a long-lived signal would collect listeners. */
  close(): void;
}

export function openDeadline({ timeoutMs, signal: given }: Limits): Deadline {
  const controller = new AbortController();
  let expired = false;
  const start = (ms = timeoutMs) =>
    setTimeout(() => {
      expired = true;
      controller.abort();
    }, ms);
  let timer = start();
  const giveUp = () => controller.abort(given?.reason);
  given?.addEventListener("abort", giveUp, { once: true });
  return {
    signal: controller.signal,
    restart() {
      clearTimeout(timer);
      timer = start();
    },
    pause: () => clearTimeout(timer),
    expired: () => expired,
    extend(moreMs) {
      clearTimeout(timer);
      timer = start(moreMs);
    },
    close() {
      clearTimeout(timer);
      given?.removeEventListener("abort", giveUp);
    },
  };
}

/** Waits, or rejects with the caller's reason as soon as the caller gives up. */
export async function sleep(ms: number, given: AbortSignal | undefined): Promise<void> {
  given?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const giveUp = () => {
      clearTimeout(timer);
      reject(given?.reason);
    };
    const timer = setTimeout(() => {
      given?.removeEventListener("abort", giveUp);
      resolve();
    }, ms);
    given?.addEventListener("abort", giveUp, { once: true });
  });
}
