import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

const hourSeconds = 3_600;

/**
 * Lets pages of these origins call the API with a customer's token. Cookies mean nothing here, so none are allowed, and
 * other pages are told nothing: their browsers keep the answers from them.
 */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  // With nobody to allow, a browser's question finds nothing there, as ever.
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ["GET", "POST"],
    exposedHeaders: ["x-request-id", "x-export-as-of", "content-disposition"],
    maxAge: hourSeconds,
  });
}
