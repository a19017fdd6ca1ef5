import { SingleBar } from "cli-progress";

type Update = (done: number) => void;

/** A bar while calls are being made, for those who watch; what came of them is then printed in its place. */
export async function withProgress<Result>(
  label: string,
  total: number,
  work: (update: Update) => Promise<Result>,
): Promise<Result> {
  if (!process.stdout.isTTY || total <= 1) return work(() => {});
  const bar = new SingleBar({
    format: "   {bar}  {value} of {total} calls  {label}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stdout,
  });
  bar.start(total, 0, { label });
  try {
    return await work((done) => bar.update(done));
  } finally {
    bar.stop();
  }
}
