import { decimalsByColumn, paddingAfter } from "../columns.js";
import type { BillingDocument, Demand, Group, Party, Row, Statement, Table, Total } from "../document.js";
import { html, Markup } from "./markup.js";
import { style } from "./style.js";

/** A document as one page of HTML that needs no other file, no script and no network. */
export function htmlPage(document: BillingDocument, pdfUrl: string | null): string {
  const { title, name, stamp, seller, statement, notes } = document;
  return html`<!doctype html>
<html lang="en">
<head>
${metaElements}
<title>${seller === null ? name : `${name} – ${seller.name}`}</title>
${styleElement}
</head>
<body>
${pdfUrl === null ? null : html`<nav class="tools"><a href="${pdfUrl}">Download as PDF</a></nav>\n`}<main>
<header class="head">
${seller === null ? html`<div></div>` : party(seller)}
<div class="title"><h1>${title}</h1>${
    stamp === null ? null : html`<p class="stamp ${stamp.tone}">${stamp.text}</p>`
  }</div>
</header>
${about(document)}
${demand(document.demand)}
<div class="scroll items">${table(document.items)}</div>
${totals(document.totals)}
${notes.length === 0 ? null : html`<section class="notes">${notes.map((text) => html`<p dir="auto">${text}</p>`)}</section>`}
${statement === null ? null : statementSection(statement)}
</main>
</body>
</html>
`.text;
}

/** A page that only says something. */
export const noticePage = (title: string, text: string): string =>
  html`<!doctype html>
<html lang="en">
<head>
${metaElements}
<title>${title}</title>
${styleElement}
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`.text;

/** With an empty icon, as browsers would ask the server for one. */
const metaElements = html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">`;

/** The only style of the page. Its hash is what the page's policy lets in. */
const styleElement = new Markup(`<style>${style}</style>`);

const about = ({ buyer, buyerLabel, facts }: BillingDocument): Markup => html`<section class="about">
<div><h2>${buyerLabel}</h2>
${party(buyer)}</div>
<dl class="facts">${facts.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>
</section>`;

const party = ({ name, lines }: Party): Markup =>
  html`<address class="party"><b><bdi>${name}</bdi></b>${lines.map(
    (line) => html`<span><bdi>${line}</bdi></span>`,
  )}</address>`;

const demand = ({ label, figure, remark }: Demand): Markup =>
  html`<p class="demand"><span>${label}</span> <strong>${figure}</strong>${
    remark === null ? null : html` <span class="remark">${remark}</span>`
  }</p>`;

const totals = (rows: readonly Total[]): Markup =>
  html`<table class="totals"><caption>Totals</caption><tbody>${rows.map(
    ({ label, figure, weight }) =>
      html`<tr class="${weight === "demand" ? "demanded" : weight}"><th scope="row">${label}</th><td class="figure">${figure}</td></tr>\n`,
  )}</tbody></table>`;

/** Above so many columns a page is printed sideways. */
const uprightColumnsMax = 7;

const statementSection = ({ title, introduction, table: itemised }: Statement): Markup =>
  html`<section class="statement${itemised.columns.length > uprightColumnsMax ? " wide" : ""}">
<h2>${title}</h2>
<p>${introduction}</p>
<div class="scroll" role="region" aria-label="${title}" tabindex="0">${table(itemised)}</div>
</section>`;

function table(shown: Table): Markup {
  const { caption, columns, groups, sum } = shown;
  const decimals = decimalsByColumn(shown);
  const head = columns.map(
    ({ label, kind }) => html`<th scope="col"${kind === "figure" ? figureClass : null}>${label}</th>`,
  );
  return html`<table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
${groups.map((group) => body(group, decimals))}${sum === null ? null : html`<tfoot>${row(sum, decimals, "sum")}</tfoot>`}</table>`;
}

const figureClass = html` class="figure"`;

const body = ({ title, rows, sum }: Group, decimals: readonly number[]): Markup =>
  html`<tbody${title === null ? null : html` class="titled"`}>${
    title === null
      ? null
      : html`<tr class="group"><th scope="rowgroup" colspan="${`${decimals.length}`}"><bdi>${title}</bdi></th></tr>\n`
  }${rows.map((each) => row(each, decimals, null))}${sum === null ? null : row(sum, decimals, "together")}</tbody>
`;

function row({ cells, remark }: Row, decimals: readonly number[], kind: string | null): Markup {
  const [name = "", ...figures] = cells;
  const below = remark === null ? null : html`<span class="remark">${remark}</span>`;
  return html`<tr${kind === null ? null : html` class="${kind}"`}><th scope="row"><bdi>${name}</bdi>${below}</th>${figures.map(
    (text, index) => figureCell(text, paddingAfter(text, decimals[index + 1] ?? 0)),
  )}</tr>
`;
}

const figureCell = (text: string, padding: string): Markup =>
  html`<td class="figure"${padding === "" ? null : html` data-pad="${padding}"`}>${text}</td>`;
