export interface Bar {
  readonly name: string;
  readonly perSecond: number;
  /** Ours and what else was measured in the same run are filled; what others published is only outlined. */
  readonly kind: "ours" | "measured" | "quoted";
}

const width = 900;
const labelWidth = 380;
const rowHeight = 30;
const top = 92;

/** Bars of consumes a second, readable in light and in dark mode. */
export function chart(bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ perSecond }) => perSecond));
  const scale = (width - labelWidth - 110) / most;
  const height = top + bars.length * rowHeight + 18;
  const figures = bars.map(({ name, perSecond }) => `${name}: ${figure(perSecond)}`).join("; ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">
  <title id="title">Consumes a second</title>
  <desc id="desc">
${wrapped(`${figures}.`)}
  </desc>
${style}
  <rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="14" fill="var(--ground)" stroke="var(--line)" />
  <text class="head" x="24" y="36">Consumes a second, 64 in flight, on two cores</text>
${legend}
${bars.map((bar, index) => row(bar, top + index * rowHeight, scale)).join("\n")}
</svg>
`;
}

const style = `  <style>
    svg { --ground: #ffffff; --line: #afb8c1; --text: #1f2328; --quiet: #59636e; --ours: #0969da; --measured: #8c959f; }
    @media (prefers-color-scheme: dark) {
      svg { --ground: #0d1117; --line: #4d5561; --text: #f0f6fc; --quiet: #9fa8b2; --ours: #58a6ff; --measured: #767e89; }
    }
    text { font: 14px system-ui, -apple-system, "Segoe UI", "Open Sans", Helvetica, Arial, sans-serif; fill: var(--text); }
    .head { font-weight: 600; font-size: 17px; }
    .quiet { fill: var(--quiet); }
    .end { text-anchor: end; }
    .ours { fill: var(--ours); stroke: var(--ours); }
    .measured { fill: var(--measured); stroke: var(--measured); }
    .quoted { fill: none; stroke: var(--measured); stroke-dasharray: 4 3; }
  </style>
`;

const legend = [
  ["ours", "Scrip, measured here", 24],
  ["measured", "another way, measured here", 210],
  ["quoted", "published figures of such a machine, not measured here", 430],
]
  .map(
    ([kind, text, x]) =>
      `  <rect class="${kind}" x="${x}" y="56" width="12" height="12" rx="2" />\n  <text class="quiet" x="${Number(x) + 20}" y="67">${text}</text>`,
  )
  .join("\n");

function row({ name, perSecond, kind }: Bar, y: number, scale: number): string {
  const length = Math.max(1, Math.round(perSecond * scale));
  return `  <text class="end" x="${labelWidth}" y="${y + 17}">${name}</text>
  <rect class="${kind}" x="${labelWidth + 12}" y="${y + 4}" width="${length}" height="18" rx="3" />
  <text x="${labelWidth + 20 + length}" y="${y + 18}">${figure(perSecond)}</text>`;
}

const figure = (value: number): string => Math.round(value).toLocaleString("en-US");

/** Lines of the repository end at 120 columns. */
const wrapped = (text: string): string =>
  (text.match(/.{1,100}(?:\s|$)/g) ?? []).map((line) => `    ${line.trimEnd()}`).join("\n");
