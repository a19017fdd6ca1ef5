/** Of every document. It stands in the page itself, which asks for nothing else. */
export const style = `
:root { --ink: #16202e; --soft: #556173; --line: #d8dde4; --tint: #f4f6f8; --accent: #1d4e89;
  --good: #17694a; --bad: #b3261e; --warning: #8a5300; --neutral: #475467; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #e9ecf0; color: var(--ink); font: 14px/1.5 Inter, system-ui, -apple-system,
  "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Noto Sans CJK SC", Arial, sans-serif; }
main { max-width: 62rem; margin: 2rem auto; padding: 3.5rem 4rem; background: #fff; border-radius: 4px;
  box-shadow: 0 1px 2px rgb(22 32 46 / 8%), 0 12px 32px rgb(22 32 46 / 10%); }
h1, h2, p, dl, dd, address { margin: 0; font-style: normal; }
bdi, .notes, .remark { overflow-wrap: anywhere; }
.tools { max-width: 62rem; margin: 1.25rem auto -1rem; padding: 0 .25rem; text-align: right; }
.tools a { color: var(--accent); }
.head { display: flex; justify-content: space-between; align-items: flex-start; gap: 3rem; }
.head h1 { font-size: 2rem; line-height: 1.15; font-weight: 600; letter-spacing: -.02em; }
.head .title { text-align: right; flex: none; max-width: 60%; }
.stamp { display: inline-block; margin-top: .6rem; padding: .2rem .7rem; border: 2px solid; border-radius: 4px;
  font-weight: 700; font-size: .8rem; letter-spacing: .12em; }
.good { color: var(--good); } .bad { color: var(--bad); } .warning { color: var(--warning); }
.neutral { color: var(--neutral); }
.party { font-size: .86rem; line-height: 1.55; color: var(--soft); }
.party b { display: block; color: var(--ink); font-size: 1rem; font-weight: 600; }
.party span { display: block; }
.about { display: flex; justify-content: space-between; gap: 3rem; margin-top: 2.75rem; }
.about > * { flex: 1 1 0; min-width: 0; }
h2 { font-size: .72rem; font-weight: 600; color: var(--soft); margin-bottom: .3rem; }
.facts { display: grid; grid-template-columns: auto 1fr; gap: .12rem 1.5rem; align-content: start; font-size: .86rem; }
.facts dt { color: var(--soft); } .facts dd { text-align: right; overflow-wrap: anywhere; }
.demand { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem 1.25rem; margin-top: 2.25rem;
  padding: .9rem 1.1rem; background: var(--tint); border-radius: 4px; }
.demand strong { font-size: 1.5rem; font-weight: 600; letter-spacing: -.01em; white-space: nowrap; }
.demand .remark { margin-left: auto; color: var(--soft); font-size: .86rem; }
.scroll { overflow-x: auto; margin-top: 1.75rem; }
table { width: 100%; border-collapse: collapse; font-size: .86rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th { font-weight: inherit; text-align: left; }
th, td { padding: .5rem 0 .5rem 1.1rem; vertical-align: top; }
th:first-child, td:first-child { padding-left: 0; }
thead th { color: var(--soft); font-size: .74rem; font-weight: 600; vertical-align: bottom; line-height: 1.3;
  border-bottom: 1.5px solid var(--ink); }
tbody tr { border-bottom: 1px solid var(--line); }
.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums lining-nums; }
thead .figure { white-space: normal; }
[data-pad]::after { content: attr(data-pad); visibility: hidden; }
.remark { display: block; color: var(--soft); font-size: .92em; }
.items tbody th { min-width: 14rem; }
.items thead .figure { white-space: nowrap; }
.items td:last-child { font-weight: 500; }
.totals { width: auto; min-width: 22rem; margin: 1.1rem 0 0 auto; }
.totals tr { border: 0; } .totals th, .totals td { padding-top: .22rem; padding-bottom: .22rem; }
.totals td { padding-left: 2.5rem; }
.totals .sum th, .totals .sum td { border-top: 1px solid var(--line); font-weight: 600; padding-top: .4rem; }
.totals .aside th, .totals .aside td { color: var(--soft); font-size: .92em; }
.totals .demanded th, .totals .demanded td { border-top: 1.5px solid var(--ink); font-weight: 700; font-size: 1rem;
  padding-top: .5rem; }
.notes { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft);
  font-size: .8rem; max-width: 46rem; }
.notes p + p { margin-top: .35rem; }
.statement { margin-top: 4rem; padding-top: 2.25rem; border-top: 1px solid var(--line); }
.statement h2 { font-size: 1.3rem; color: var(--ink); letter-spacing: -.01em; margin: 0; }
.statement > p { color: var(--soft); font-size: .86rem; margin-top: .25rem; }
.statement .scroll { margin-top: 1rem; }
.statement table { font-size: .8rem; }
.statement th, .statement td { padding-top: .36rem; padding-bottom: .36rem; }
.statement tbody th { min-width: 9rem; }
.statement .group th { font-weight: 600; border: 0; padding-top: 1rem; }
.statement tbody.titled tr:not(.group, .together) > th { padding-left: 1rem; }
.statement .together th, .statement .together td { font-weight: 600; }
.statement tfoot th, .statement tfoot td { font-weight: 700; border-top: 1.5px solid var(--ink); }
@media (max-width: 46rem) {
  main { margin: 0; padding: 1.5rem 1.1rem; border-radius: 0; }
  .head, .about { flex-direction: column; gap: 1.5rem; }
  .head .title { order: -1; text-align: left; max-width: none; }
  .facts dd { text-align: left; }
  .items tbody th { min-width: 9rem; }
  .totals { min-width: 0; width: 100%; }
  .demand .remark { margin-left: 0; }
}
@page { size: A4; margin: 17mm 16mm 19mm;
  @bottom-right { content: counter(page) " of " counter(pages); font: 8pt system-ui, sans-serif; color: #556173; } }
@page wide { size: A4 landscape; }
@media print {
  html { font-size: 9pt; }
  body { background: none; font-size: 9pt; }
  main { max-width: none; margin: 0; padding: 0; box-shadow: none; }
  .tools { display: none; }
  .scroll { overflow: visible; }
  .demand { background: none; border: 1px solid var(--line); margin-top: 1.75rem; }
  .about { margin-top: 2rem; }
  th, td { padding-top: .38rem; padding-bottom: .38rem; }
  .notes { margin-top: 1.75rem; }
  tfoot { display: table-row-group; }
  tr, .demand, .totals, .party { break-inside: avoid; }
  .group { break-after: avoid; }
  .statement { break-before: page; margin: 0; padding: 0; border: 0; }
  .statement.wide { page: wide; }
}
`;
