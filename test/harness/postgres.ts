import type { TestProject } from "vitest/node";
import { startPostgres } from "./startPostgres.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** A real PostgreSQL for this run, without a database's name; tests make databases of their own in it. */
    postgresUrl: string;
  }
}

/** Starts one PostgreSQL for all test files, and stops it after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startPostgres();
  project.provide("postgresUrl", url);
  return stop;
}
