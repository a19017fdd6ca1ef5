import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Unpacked once, beside the package it comes from, so that a new installation unpacks anew.
const cacheDir = here("../../node_modules/.cache/scrip-chromium");

const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // The network is unplugged: no name resolves, and only this machine can be reached.
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

/**
 * A real Chromium from npm: @sparticuz/chromium packs the program, fonts and the few libraries that a bare machine
 * lacks. On other systems than Linux on x64, a Chrome that is installed there takes its place.
 */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return chromium.launch({ channel: "chrome", args });
  const dir = await unpacked();
  return chromium.launch({
    executablePath: join(dir, "chromium"),
    args,
    env: {
      ...process.env,
      FONTCONFIG_FILE: join(dir, "fonts.conf"),
      LD_LIBRARY_PATH: [join(dir, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
    },
  });
}

/** A fresh profile that can reach one origin; what it asked of any other is listed in `strays`, and refused. */
export async function openContext(
  browser: Browser,
  origin: string,
): Promise<{ context: BrowserContext; strays: string[] }> {
  const strays: string[] = [];
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.route(
    (url) => url.origin !== origin,
    (route) => {
      strays.push(route.request().url());
      return route.abort();
    },
  );
  return { context, strays };
}

async function unpacked(): Promise<string> {
  const { version }: { version: string } = createRequire(import.meta.url)(
    "../../node_modules/@sparticuz/chromium/package.json",
  );
  const target = join(cacheDir, version);
  if (existsSync(join(target, "chromium"))) return target;
  // Where an installation was removed under a running browser, only what that browser wrote is left.
  await rm(target, { recursive: true, force: true });
  await mkdir(cacheDir, { recursive: true });
  const draft = await mkdtemp(join(cacheDir, "draft-"));
  await unpackInto(draft);
  await writeFile(join(draft, "fonts.conf"), fontsConf(target));
  // Test files run side by side; whoever comes second finds the finished folder and throws its own away.
  await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }));
  return target;
}

// The package unpacks into the folder for temporary files, and its libraries only where it believes to be on AWS;
// both are read from the environment, which is put back afterwards because child processes would inherit it.
async function unpackInto(dir: string): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, { TMPDIR: dir, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" });
  try {
    const { default: packed } = await import("@sparticuz/chromium");
    await packed.executablePath();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

const fontsConf = (dir: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(dir, "fonts/fonts")}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(dir, "fonts-cache")}</cachedir>
</fontconfig>
`;
