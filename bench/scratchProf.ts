import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeSetBudget } from "../server/billing/setBudget.js";
import { callOf, openBooks } from "./books.js";
import { five, setBudgets } from "./budgets.js";
import { drive, median } from "./drive.js";
import { withFolder } from "./folder.js";
import { startPostgres } from "./postgres.js";

const engine = process.argv[2] ?? "sqlite";
const rounds = Number(process.argv[3] ?? 20);
const customers = Number(process.argv[4] ?? 1000);

function postgresCpu(root: number): number {
  let total = 0;
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const rest = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
      if (name !== "postgres") continue;
      // descendant of us
      let p = Number(rest[1]);
      let mine = false;
      for (let d = 0; d < 6 && p > 1; d += 1) {
        if (p === root) {
          mine = true;
          break;
        }
        const s = readFileSync(`/proc/${p}/stat`, "utf8");
        p = Number(s.slice(s.lastIndexOf(")") + 2).split(" ")[1]);
      }
      if (!mine) continue;
      total += Number(rest[11]) + Number(rest[12]) + Number(rest[13]) + Number(rest[14]);
    } catch {}
  }
  return total * 10_000;
}
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function run(open: (name: string) => Promise<Awaited<ReturnType<typeof openBooks>>>) {
  const limited = await open("limited");
  const free = await open("free");
  await setBudgets(limited);
  const one = async (books: typeof free) => {
    let calls = 0;
    const before = cpu();
    const pgBefore = engine === "postgres" ? postgresCpu(process.pid) : 0;
    await drive({
      inFlight: 64,
      seconds: 1,
      call: async (n) => {
        calls += 1;
        await books.consume(callOf(n, customers));
      },
    });
    return {
      node: (cpu() - before) / calls,
      pg: (engine === "postgres" ? postgresCpu(process.pid) - pgBefore : 0) / calls,
    };
  };
  if (process.env.PROFILE) {
    const { Session } = await import("node:inspector/promises");
    const s = new Session();
    s.connect();
    await s.post("Profiler.enable");
    await s.post("Profiler.setSamplingInterval", { interval: 250 });
    const tot: Record<string, Map<string, number>> = { limited: new Map(), free: new Map() };
    const calls: Record<string, number> = { limited: 0, free: 0 };
    for (let r = 0; r < 24; r += 1) {
      for (const [name, books] of [
        ["limited", limited],
        ["free", free],
      ] as const) {
        if (r >= 4) await s.post("Profiler.start");
        let n = 0;
        await drive({
          inFlight: 64,
          seconds: 0.7,
          call: async (k) => {
            n += 1;
            await books.consume(callOf(k, customers));
          },
        });
        if (r < 4) continue;
        const { profile } = await s.post("Profiler.stop");
        calls[name] = (calls[name] ?? 0) + n;
        const byId = new Map(profile.nodes.map((x) => [x.id, x]));
        profile.samples?.forEach((id) => {
          const x = byId.get(id);
          if (!x) return;
          const k = `${x.callFrame.functionName} ${x.callFrame.url.split("/").slice(-2).join("/")}`;
          const m = tot[name];
          m?.set(k, (m.get(k) ?? 0) + 1);
        });
      }
    }
    console.log(calls);
    const keys = new Set([...(tot.limited?.keys() ?? []), ...(tot.free?.keys() ?? [])]);
    const rows = [...keys].map((k) => {
      const a = ((tot.limited?.get(k) ?? 0) * 250) / (calls.limited ?? 1);
      const b = ((tot.free?.get(k) ?? 0) * 250) / (calls.free ?? 1);
      return { k, a, b, d: a - b };
    });
    rows.sort((x, y) => Math.abs(y.d) - Math.abs(x.d));
    for (const { k, a, b, d } of rows.slice(0, 34))
      console.log(d.toFixed(2).padStart(8), a.toFixed(2).padStart(8), b.toFixed(2).padStart(8), k);
    const sum = (f: (r: (typeof rows)[number]) => number) =>
      rows
        .filter((r) => !r.k.startsWith("(idle)") && !r.k.startsWith("(program)"))
        .reduce((t, r) => t + f(r), 0);
    console.log(
      "sum",
      sum((r) => r.a),
      sum((r) => r.b),
    );
    process.exit();
  }
  const ratios: number[] = [];
  const a: number[] = [];
  const b: number[] = [];
  const pa: number[] = [];
  const pb: number[] = [];
  for (let r = 0; r < rounds; r += 1) {
    const [x, y] =
      r % 2 === 0
        ? [await one(limited), await one(free)]
        : await (async () => {
            const y = await one(free);
            return [await one(limited), y] as const;
          })();
    if (r < 3) continue;
    ratios.push((y.node + y.pg) / (x.node + x.pg));
    a.push(x.node);
    b.push(y.node);
    pa.push(x.pg);
    pb.push(y.pg);
  }
  console.log({
    engine,
    customers,
    ratio: median(ratios),
    limited: median(a),
    free: median(b),
    pgLimited: median(pa),
    pgFree: median(pb),
  });
  await limited.close();
  await free.close();
}
void makeSetBudget;
void five;
if (engine === "sqlite")
  await withFolder((folder) =>
    run((name) => openBooks({ engine: "sqlite", path: join(folder, `${name}.db`) }, customers)),
  );
else {
  const postgres = await startPostgres();
  try {
    await run(async (name) =>
      openBooks({ engine: "postgres", url: await postgres.createDatabase(name), poolSize: 8 }, customers),
    );
  } finally {
    await postgres.stop();
  }
}
