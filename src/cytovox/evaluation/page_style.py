"""How the evaluation's own pages look: readable on a phone, light or dark as the reader's system is."""

PAGE_STYLE = """
:root{color-scheme:light dark;--ink:#1c2026;--paper:#fff;--soft:#f2f4f7;--line:#cfd5dd;--faint:#5b6470}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebef;--paper:#14171b;--soft:#1e2329;--line:#3a424c;
--faint:#a3adb9}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}
p.note{color:var(--faint)}
.scroll{overflow-x:auto;margin-bottom:1rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));gap:1rem}
.plots figure{margin:0;background:var(--soft);border-radius:.5rem;padding:.5rem}
.plots svg{width:100%;height:auto;display:block}
figcaption{font-size:.85rem;color:var(--faint)}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.75rem}
.gallery figure{margin:0}.gallery img{width:100%;border-radius:.25rem}
""".replace("\n", "")
"""Style sheet of every page."""
