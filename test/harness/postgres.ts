import type { TestProject } from "vitest/node";
import { newPostgres } from "./ownPostgres.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** A real PostgreSQL for this run, without a database's name; tests make databases of their own in it. */
    postgresUrl: string;
  }
}

/** Starts one PostgreSQL for all test files, and stops it after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await newPostgres();
  await postgres.start();
  project.provide("postgresUrl", postgres.url);
  return postgres.remove;
}
