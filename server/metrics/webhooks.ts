import { Gauge, type Registry } from "prom-client";

interface Needs {
  readonly registry: Registry;
  /** Is asked whenever somebody looks. */
  readonly endpoints: () => Promise<Readonly<Record<string, number>>>;
  readonly onFailure: (error: unknown) => void;
}

/** An endpoint that was given up is no part of any lag any more, so it is counted here. */
export function webhookMetrics({ registry, endpoints, onFailure }: Needs): void {
  new Gauge({
    name: "scrip_webhook_endpoints",
    help: "Webhook endpoints by status; DISABLED ones get nothing until somebody enables them.",
    labelNames: ["status"] as const,
    registers: [registry],
    async collect() {
      const found = await endpoints().catch((error: unknown) => {
        onFailure(error);
        return {};
      });
      this.reset();
      for (const [status, count] of Object.entries(found)) this.set({ status }, count);
    },
  });
}
