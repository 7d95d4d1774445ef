"""The style sheet of ``ro-crate-preview.html``: light, dark and print, from 320 CSS pixels up.

WCAG 2.2 AA: text at least 4.5:1 and outlines at least 3:1 in both schemes, targets at least 24 pixels, nothing said
by colour alone. No font, image or address is fetched.
"""

STYLE = """
:root{color-scheme:light dark;--paper:#fbfaf6;--card:#ffffff;--ink:#1d2422;--soft:#52605b;--line:#d9d8cf;
--strong-line:#7a8781;--accent:#0a5a5c;--accent-ink:#ffffff;--tint:#eef3f0;--good:#1c6338;--bad:#a3201d;--warn:#7d4a00}
@media (prefers-color-scheme:dark){:root{--paper:#141918;--card:#1b2220;--ink:#e7eae6;--soft:#a9b6b0;--line:#323d39;
--strong-line:#7f8d87;--accent:#8ed6d0;--accent-ink:#0d1716;--tint:#222c29;--good:#8fd8a8;--bad:#ffaaa3;--warn:#f2c37d}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.6;overflow-wrap:anywhere;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
h1,h2,h3{font-family:Charter,"Bitstream Charter","Sitka Text",Cambria,"Noto Serif","Liberation Serif",serif;
line-height:1.25;font-weight:600;text-wrap:balance}
h1{font-size:clamp(1.75rem,1.2rem + 2.6vw,2.75rem);margin:.25rem 0 .75rem}
h2{font-size:1.5rem;margin:0 0 1rem}
h3{font-size:1.15rem;margin:0 0 .25rem}
a{color:var(--accent);text-underline-offset:.2em;text-decoration-thickness:.06em}
a:hover{text-decoration-thickness:.14em}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px;border-radius:2px}
.page{max-width:66rem;margin:0 auto;padding-inline:clamp(1rem,4vw,2.5rem)}
.skip{position:absolute;left:-100vw;top:.5rem;background:var(--accent);color:var(--accent-ink);padding:.6rem 1rem}
.skip:focus{left:.5rem;z-index:1}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
header{padding-block:clamp(1.5rem,4vw,3rem) 1.25rem}
.kind{margin:0;color:var(--soft);letter-spacing:.04em}
.lead{font-size:1.1rem;max-width:46rem;margin:.25rem 0}
.also{margin:.1rem 0;color:var(--soft)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0;padding:.5rem 0;
border-block:1px solid var(--line)}
nav a{display:inline-block;padding:.4rem 0;min-height:2.4rem}
section{padding:2.25rem 0 .5rem}
dl{margin:0}
.statements{display:grid;grid-template-columns:minmax(8rem,12rem) minmax(0,1fr);border-top:1px solid var(--line)}
.statements>div{display:contents}
.statements dt,.statements dd{padding:.6rem 0;border-bottom:1px solid var(--line);margin:0}
.statements dt{color:var(--soft);padding-inline-end:1rem}
.statements p{margin:0}
.statements p+p{margin-top:.5rem}
.value{white-space:pre-line;max-width:46rem}
.value small{color:var(--soft);font-size:.85rem;overflow-wrap:anywhere}
.origin{color:var(--soft);font-size:.85rem;display:block}
.tag{font-size:.8rem;color:var(--soft);border:1px solid var(--strong-line);border-radius:.25rem;padding:0 .3rem;
margin-inline-start:.4rem}
.documents{list-style:none;margin:0;padding:0;display:grid;gap:1rem}
.document{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1.1rem 1.25rem}
.path{margin:0 0 .5rem;color:var(--soft);font-size:.9rem}
.actions{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;margin:.75rem 0;padding:0}
.actions a{display:inline-block;padding:.45rem .9rem;min-height:2.5rem;border:1px solid var(--accent);
border-radius:.35rem;text-decoration:none;font-weight:600}
.actions a.first{background:var(--accent);color:var(--accent-ink)}
.actions a:hover{text-decoration:underline}
.facts{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.15rem 1rem;margin-bottom:.5rem}
.facts>div{display:contents}
.facts dt{color:var(--soft)}
.facts dd{margin:0}
details{border-top:1px solid var(--line);padding:.15rem 0}
details:last-child{padding-bottom:0}
summary{cursor:pointer;padding:.4rem 0;min-height:2.4rem;color:var(--accent)}
details[open]>:last-child{margin-bottom:.75rem}
code,.digest{font-family:ui-monospace,"Cascadia Mono","Liberation Mono",Menlo,Consolas,monospace;font-size:.875rem}
.digest{overflow-wrap:anywhere;display:block}
.command{display:block;background:var(--tint);border-radius:.35rem;padding:.6rem .8rem;margin:.5rem 0;width:fit-content;
max-width:100%}
table{border-collapse:collapse;width:100%;margin:0 0 1rem}
caption{text-align:start;color:var(--soft);padding-bottom:.6rem}
th,td{text-align:start;vertical-align:top;padding:.55rem .9rem .55rem 0;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-weight:600;border-bottom-color:var(--strong-line);white-space:nowrap}
tbody th{font-weight:600}
th .note,td .note{display:block;color:var(--soft);font-size:.9rem}
.outcome{white-space:nowrap;font-weight:600}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.none{color:var(--soft)}
.findings{list-style:none;margin:0;padding:0}
.findings li{border-inline-start:.25rem solid var(--strong-line);padding:.1rem 0 .1rem 1rem;margin-bottom:1rem}
.findings p{margin:0}
footer{margin-top:2.5rem;padding:1.25rem 0 2.5rem;border-top:1px solid var(--line);color:var(--soft)}
footer p{margin:.15rem 0}
@media (min-width:60rem){
tbody td:last-child{min-width:8.5rem}
tbody th{min-width:7rem}
td[data-label="On"]{min-width:9rem}
}
@media (max-width:44rem){
.statements{display:block}
.statements>div{display:block;border-bottom:1px solid var(--line);padding:.6rem 0}
.statements dt,.statements dd{border:0;padding:0}
.statements dt{font-size:.9rem}
.document{padding:.9rem 1rem}
.facts{display:block}
.facts>div{display:block;margin-bottom:.35rem}
.facts dt{font-size:.85rem}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,th,td,caption{display:block}
tbody tr{border-bottom:1px solid var(--line);padding:.7rem 0}
tbody th,tbody td{border:0;padding:.1rem 0}
td[data-label]::before{content:attr(data-label) ": ";color:var(--soft)}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media (forced-colors:active){.actions a.first{border:2px solid}}
@page{margin:16mm 15mm}
@media print{
:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--strong-line:#777;--accent:#000;
--accent-ink:#000;--tint:#fff;--good:#000;--bad:#000;--warn:#000}
body{font-size:10pt}
.statements,.documents{display:block}
.statements>div{display:grid;grid-template-columns:9rem minmax(0,1fr);break-inside:avoid}
.document{margin-bottom:.75rem}
nav,.skip,summary::marker{display:none}
.page{max-width:none;padding-inline:0}
header,section{padding-block:0 1rem}
.document{padding:.5rem .75rem}
tr,.findings li{break-inside:avoid}
h2,h3{break-after:avoid}
.actions a,.actions a.first{border:0;padding:0;min-height:0;background:none;text-decoration:underline}
details::details-content{content-visibility:visible;block-size:auto}
details:not([open])>:not(summary){display:block}
}
"""
