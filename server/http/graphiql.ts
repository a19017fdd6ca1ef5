import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

interface GraphiqlPageOptions {
  /** The folder with the built page: what `vite build web/graphiql` writes. */
  readonly root: string;
}

// The editor writes style elements and carries its fonts as data; its workers are files of ours. Everything else,
// above all another origin, stays shut, so that a script from elsewhere can neither run here nor send a key away.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

// Files in assets/ carry a hash of their content in their names; index.html names them and must be asked for anew.
const cachingFor = (file: string): string =>
  file.startsWith("assets") ? "public, max-age=31536000, immutable" : "no-cache";

/** Serves the GraphiQL page at /graphiql from the server's own files. */
export async function graphiqlPage(app: FastifyInstance, { root }: GraphiqlPageOptions): Promise<void> {
  // Relative, so that it also holds behind a proxy; a #key=… survives it, because a browser carries fragments along.
  app.get("/graphiql", (_request, reply) => reply.redirect("graphiql/", 302));

  // A scope of its own, so that its 404 and its headers are not those of the whole server.
  await app.register(
    async (page) => {
      page.setNotFoundHandler((_request, reply) => {
        const built = existsSync(join(root, "index.html"));
        reply
          .code(built ? 404 : 503)
          .type("text/plain; charset=utf-8")
          .send(
            built
              ? "The GraphiQL page has no such file.\n"
              : "The GraphiQL page is not built yet: run npm run build.\n",
          );
      });
      await page.register(fastifyStatic, {
        root,
        prefix: "/",
        // Another part of the server may serve files too, and a reply can be decorated only once.
        decorateReply: false,
        // The page may be built while the server runs, so its absence is answered per request, not warned of.
        suppressWarning: true,
        preCompressed: true,
        cacheControl: false,
        setHeaders: (reply, path) => {
          reply.header("content-security-policy", contentSecurityPolicy);
          reply.header("cache-control", cachingFor(relative(root, path)));
        },
      });
    },
    { prefix: "/graphiql" },
  );
}
