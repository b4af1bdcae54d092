/**
 * The look of a report. System fonts, so that a file alone is enough; contrast at least 4.5 : 1 for text and 3 : 1 for
 * marks (WCAG 2.2, 1.4.3 and 1.4.11); one column from 320 CSS pixels (1.4.10); A4 in print.
 */
export const REPORT_CSS = `
:root{--ink:#1e2b3c;--soft:#4a5567;--line:#c3cad5;--pale:#f3f6fa;--brand:#14532d;--brandpale:#e9f3ec;--bad:#8f1d1d;--badpale:#fbeaea;--warn:#7a4a00;--warnpale:#fdf3dd}
*{box-sizing:border-box}
html{font-size:100%;-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;color:var(--ink);background:#fff;font:1rem/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;overflow-wrap:anywhere}
a{color:#0b4f8a}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid #0b4f8a;outline-offset:2px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem 1rem;z-index:1}
header.top{background:var(--brand);color:#fff;padding:2.2rem max(1.25rem,calc((100% - 70rem)/2 + 1.25rem)) 1.8rem}
header.top p{margin:.2rem 0 0;color:#e3efe6}
h1{font-size:clamp(1.5rem,4vw,2.3rem);line-height:1.2;margin:0;font-weight:650}
.inner{max-width:70rem;margin:0 auto;padding:0 1.25rem 3rem}
h2{font-size:1.45rem;line-height:1.25;margin:2.8rem 0 .8rem;padding-bottom:.35rem;border-bottom:2px solid var(--brand)}
h3{font-size:1.08rem;line-height:1.35;margin:2rem 0 .5rem}
.lead{font-size:1.18rem;line-height:1.5;margin:1.8rem 0 1.4rem;padding:1.1rem 1.3rem;background:var(--brandpale);border-left:6px solid var(--brand)}
.lead p{margin:.35rem 0}
.lead .verdict{margin-top:.9rem;padding-top:.7rem;border-top:1px solid #a9c9b5;font-size:1rem}
.keys{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,12rem),1fr));gap:.75rem;margin:0;padding:0}
.keys div{border:1px solid var(--line);border-top:4px solid var(--brand);padding:.7rem .9rem;background:#fff}
.keys dt{color:var(--soft);font-size:.9rem}
.keys dd{overflow-wrap:normal;margin:.1rem 0 0;font-size:1.35rem;font-weight:650;font-variant-numeric:tabular-nums}
nav.toc{margin:1.8rem 0 0}
nav.toc ul{display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;margin:.3rem 0;padding:0;list-style:none}
nav.toc h2{font-size:1rem;border:0;margin:0;padding:0}
.scroll{overflow-x:auto;margin:1.6rem 0 .2rem;border:1px solid var(--line)}
table{border-collapse:collapse;width:100%;font-size:.93rem;line-height:1.35}
caption{max-width:calc(100vw - 3.5rem);text-align:left;font-weight:650;padding:.6rem .7rem;color:var(--ink)}
th,td{padding:.38rem .7rem;text-align:left;vertical-align:top;border-top:1px solid #e1e6ed;min-width:4.5rem;max-width:26rem}
thead th{white-space:normal;background:var(--pale);border-bottom:2px solid #8a94a3;vertical-align:bottom;overflow-wrap:normal;hyphens:auto}
tbody tr.group th{background:var(--brandpale);font-weight:650;border-top:2px solid #8a94a3}
tbody th{font-weight:400}
thead th.n{white-space:normal}
td.n,th[scope=row].n{white-space:nowrap}
td,tbody th{overflow-wrap:normal}.w{min-width:11rem;overflow-wrap:anywhere}
.n{text-align:right;font-variant-numeric:tabular-nums}
tr.closing>*{font-weight:650;border-top:1px solid #8a94a3}
ul.notes{margin:.3rem 0 0;padding-left:1.1rem;color:var(--soft);font-size:.88rem}
.small{font-size:.9rem;color:var(--soft);margin:.3rem 0}
.badge{display:inline-block;padding:.05rem .55rem;border-radius:.2rem;font-weight:650;font-size:.88rem;white-space:nowrap;border:1px solid}
.ok{color:var(--brand);background:var(--brandpale)}
.bad,.error{color:var(--bad);background:var(--badpale)}
.warning{color:var(--warn);background:var(--warnpale)}
.note{color:var(--soft);background:var(--pale)}
figure{margin:1.2rem 0 1.8rem;padding:0}
figure svg{display:block;width:100%;height:auto;min-width:33rem}
figure .scroll{border:0;margin-top:.4rem}
figcaption{font-weight:650;margin-bottom:.5rem}
details{margin:.4rem 0;border:1px solid var(--line)}
summary{cursor:pointer;padding:.5rem .8rem;font-weight:600;min-height:1.5rem}
details .scroll{border:0;margin:0;border-top:1px solid var(--line);max-height:26rem;overflow:auto}
details.more>.small{padding:.4rem .8rem 0}details.more>.notes{padding:0 .8rem .6rem 1.9rem}
.onpaper{display:none}
ol.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:.75rem;margin:1rem 0;padding:0;list-style:none}
.cards li{border:1px solid var(--line);border-left:4px solid #1d4e89;padding:.7rem .9rem}
.cards h3{margin:0 0 .4rem;font-size:1rem}
.cards .number{display:inline-block;min-width:1.7rem;padding:0 .3rem;border-radius:1rem;background:#1d4e89;color:#fff;text-align:center}
.cards svg{display:block;width:100%;max-width:26rem;height:auto;margin:.2rem 0 .6rem}
.cards dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.1rem .8rem;margin:0;font-size:.93rem}
.cards dt{color:var(--soft)}.cards dd{margin:0}
code,.hash{font-family:ui-monospace,Consolas,monospace;font-size:.82rem;overflow-wrap:anywhere}
dl.facts{display:grid;grid-template-columns:minmax(0,14rem) minmax(0,1fr);gap:.25rem 1rem}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0}
footer{border-top:1px solid var(--line);margin-top:3rem;padding-top:1rem;color:var(--soft);font-size:.9rem}
@media (max-width:36rem){.keys{grid-template-columns:repeat(auto-fit,minmax(min(100%,9rem),1fr))}.keys div{padding:.5rem .7rem}.keys dd{font-size:1.15rem}dl.facts{grid-template-columns:minmax(0,1fr)}dl.facts dd{margin-bottom:.5rem}.lead{font-size:1.05rem}}
@media (prefers-contrast:more){:root{--line:#5b6675;--soft:#333d4b}}
@page{size:A4;margin:16mm 14mm 18mm}
@page across{size:A4 landscape}
@media print{
html{font-size:9.5pt}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
header.top{padding:0 0 .8rem;background:none;color:var(--ink);border-bottom:3px solid var(--brand)}header.top p{color:var(--soft)}
.inner{max-width:none;padding:0}
nav.toc,.skip,figure details,details.more,.onscreen,.verdict a{display:none}
.onpaper{display:block}.cards li{break-inside:avoid}
h2{margin-top:1.6rem}h2,h3,caption,figcaption{break-after:avoid}
section.page{break-before:page}
.keys{grid-template-columns:repeat(4,1fr)}
.keys dd{font-size:1.15rem}
figure,.lead,.keys div,tr,dl.facts{break-inside:avoid}
figure svg{min-width:0}
.scroll{overflow:visible;border:0;max-height:none}
table{font-size:8.5pt}th,td,.w{padding:.2rem .4rem;min-width:0}
.across{page:across}table.wide{font-size:7pt}table.wide th,table.wide td{padding:.15rem .25rem}table.wide thead th{overflow-wrap:anywhere}table.wide tbody th,table.wide td:not(.n){min-width:4.5em}
table.widest{font-size:5.2pt}
thead{display:table-header-group}
.scroll:not(:has(tr:nth-child(20))){break-inside:avoid}
section.page:has(>p+.across)>h2,section.page:has(>p+.across)>p{page:across}
details dl.facts{break-inside:auto;font-size:7pt;gap:0 .8rem}
details:not([open])::details-content{content-visibility:visible}
a{color:inherit;text-decoration:none}
}
`.replaceAll("\n", "");
