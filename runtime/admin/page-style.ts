/**
 * The style of the admin page. Its colours have a contrast of 4.5 and more to the background in light and dark, no
 * colour says what no word says, and a row of a table is a card where there is no room for columns.
 */
import { createHash } from 'node:crypto';

export const STYLE = `
:root { color-scheme: light dark; --good: #17702f; --bad: #b3261e; --odd: #7a5200; --faint: #5c5c5c; --line: #8886 }
@media (prefers-color-scheme: dark) { :root { --good: #5fd07f; --bad: #ff8f87; --odd: #e8b04a; --faint: #aaa } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 80rem; padding: 1rem; overflow-wrap: anywhere }
h1, h2 { line-height: 1.2; margin: 1.5rem 0 .5rem }
h1 { font-size: 1.6rem; margin-top: .5rem }
h2 { font-size: 1.15rem }
nav a { display: inline-block; padding: .35rem 1rem .35rem 0 }
ul { margin: .25rem 0; padding-left: 1.2rem }
.pools, .told { list-style: none; padding: 0; margin: 0 }
.told li { margin: .25rem 0; padding-left: .75rem; border-left: 3px solid currentcolor }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem 1rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: normal }
thead th { color: var(--faint); white-space: nowrap }
tbody th { font-weight: 600 }
tr:has(+ .below) > * { border-bottom: 0 }
.below td { padding-top: 0 }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal }
code { font: .9em ui-monospace, monospace }
small, .faint { color: var(--faint); font-weight: normal }
.good { color: var(--good) } .bad { color: var(--bad) } .odd { color: var(--odd) }
@media (max-width: 48rem) {
  table, tbody, tr, th, td { display: block }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0 }
  th, td { border: 0; padding: .1rem 0 }
  td { display: grid; grid-template-columns: 8rem 1fr; gap: .5rem }
  td.number { text-align: left }
  td::before { content: attr(data-label); color: var(--faint) }
  td.empty { display: none }
  tr:has(+ .below) { border-bottom: 0; padding-bottom: 0 }
  .below td { display: block }
}
`;

/** The hash of the style, which the Content-Security-Policy allows. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
