import { CONTENTS_STYLES, FOLD_STYLES, ZOOM_STYLES } from './part-styles.js';

/** Colors from Okabe and Ito's palette, which people with any kind of color vision can distinguish. */
const LIGHT = `color-scheme:light;--page:#f6f7f9;--card:#fff;--ink:#1b1f24;--soft:#525b66;--line:#d5dae0;--grid:#e6e9ed;
--link:#0a5f9e;--warn:#7a4a00;--warn-page:#fff6e0;--warn-line:#e0b252;--bad:#b3261e;--good:#1c6b3c;--bar:#9cc7e4;
--s0:#0072b2;--s1:#c04f00;--s2:#00785a;--s3:#a5508a;--s4:#7d6608;--s5:#2b8ab8;--s6:#555;--s7:#8a3ffc;--zone:#d55e00;`;
const DARK = `color-scheme:dark;--page:#14171b;--card:#1d2126;--ink:#e8eaed;--soft:#a9b2bd;--line:#3a414a;--grid:#2b3138;
--link:#7cc0f5;--warn:#f3cf85;--warn-page:#2e2716;--warn-line:#8a6a22;--bad:#ff9d94;--good:#7fd6a2;--bar:#2f5f80;
--s0:#56b4e9;--s1:#ff9e4a;--s2:#3fc9a0;--s3:#e39bc9;--s4:#f0e442;--s5:#9ad1f2;--s6:#bbb;--s7:#c4a6ff;--zone:#e69f00;`;

const BASE = `:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);overflow-wrap:anywhere}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem}
h3{font-size:1rem;margin:0 0 .35rem}.scroll+h3{margin-top:1rem}
p{margin:.35rem 0;max-width:48rem}
a{color:var(--link)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem 1rem;z-index:4}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.soft,figcaption,caption,.facts dt{color:var(--soft)}
.comparable{border-left:.3rem solid var(--s0);padding:.15rem 0 .15rem .75rem;margin:.75rem 0}
.facts{display:grid;grid-template-columns:fit-content(14rem) minmax(0,1fr);gap:.15rem 1rem;margin:.5rem 0}
.facts dt,.facts dd{margin:0;min-width:0}
code,.facts dd code{font:.9em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem;white-space:pre-wrap}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,12.5rem),1fr));gap:.9rem;list-style:none;margin:0;padding:0}
.cards li,figure,.box{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.9rem 1rem;min-width:0}
.value{font-size:1.75rem;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums;margin:.1rem 0}
.value small{font-size:1rem;font-weight:400;color:var(--soft)}
.cards p{font-size:.9rem}
.value small,.whole{white-space:nowrap}
.cards .value{font-size:1.75rem}
.cards .beside{border-top:1px solid var(--line);margin-top:.55rem;padding-top:.5rem}
.findings{list-style:none;margin:.75rem 0 1rem;padding:0;max-width:60rem}
.findings li{background:var(--card);border:1px solid var(--line);border-left:.35rem solid var(--soft);border-radius:.4rem;padding:.5rem .8rem;margin:.4rem 0}
.findings li:first-child{font-size:1.1rem;font-weight:600}
.findings .tone{display:inline-block;font-size:.75rem;font-weight:650;letter-spacing:.03em;text-transform:uppercase;margin-right:.35rem}
.findings .is-bad{border-left-color:var(--bad)}.is-bad .tone{color:var(--bad)}
.findings .is-caution{border-left-color:var(--warn-line)}.is-caution .tone{color:var(--warn)}
.findings .is-good{border-left-color:var(--good)}.is-good .tone{color:var(--good)}
.is-note .tone{color:var(--soft)}
.matrix td,.matrix thead th{text-align:right}.matrix thead th:first-child{text-align:left}.hit-1{background:color-mix(in srgb,var(--good) 9%,transparent)}.hit-2{background:color-mix(in srgb,var(--good) 18%,transparent)}.hit-3{background:color-mix(in srgb,var(--good) 27%,transparent)}.hit-4{background:color-mix(in srgb,var(--good) 36%,transparent)}.hit-5{background:color-mix(in srgb,var(--good) 45%,transparent)}.miss-1{background:color-mix(in srgb,var(--bad) 9%,transparent)}.miss-2{background:color-mix(in srgb,var(--bad) 18%,transparent)}.miss-3{background:color-mix(in srgb,var(--bad) 27%,transparent)}.miss-4{background:color-mix(in srgb,var(--bad) 36%,transparent)}.miss-5{background:color-mix(in srgb,var(--bad) 45%,transparent)}
.notice{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.1rem .8rem}
.warnings{list-style:none;margin:0;padding:0}
.warnings li{background:var(--warn-page);border:1px solid var(--warn-line);color:var(--warn);border-radius:.4rem;padding:.45rem .8rem;margin:.4rem 0}
.wide{grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}
.small-charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.7rem;margin:.6rem 0}
.small-charts figure{padding:.5rem .6rem}.small-charts h3{font-size:.9rem}
.charts figure:has(details[open]){grid-column:1/-1}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.9rem;align-items:start}
figure{margin:0}
figcaption{font-size:.9rem;margin:.35rem 0}
.chart{display:block;width:100%;height:auto;max-width:40rem;margin:0 auto}
.chart text{font-family:inherit}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:.2rem 0;padding:0;font-size:.9rem}
.legend li{display:flex;gap:.4rem;align-items:center;min-width:0}
.legend svg{width:1.5rem;height:.8rem;flex:none}
details{margin:.4rem 0}
summary{cursor:pointer;color:var(--link);padding:.3rem 0}
.scroll{overflow:auto;border:1px solid var(--line);border-radius:.4rem;background:var(--card);margin:.4rem 0}
.tall{max-height:36rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.9rem}
caption{text-align:left;padding:.4rem .6rem;font-size:.85rem}
th,td{text-align:left;padding:.3rem .6rem;border-top:1px solid var(--grid);vertical-align:top}
thead th,td{overflow-wrap:break-word}
tbody th{font-weight:500;min-width:7rem;max-width:22rem}
tr>th:first-child{position:sticky;left:0;background:var(--card);z-index:1}
thead th{position:sticky;top:0;background:var(--card);border-top:0;box-shadow:0 1px var(--line);vertical-align:bottom;z-index:1}
thead th:first-child{z-index:2}
.prose{min-width:14rem}
thead .number{white-space:normal;min-width:5.5rem;overflow-wrap:anywhere}
.number{text-align:right;white-space:nowrap}
thead button{font:inherit;color:var(--link);background:none;border:0;padding:.1rem .2rem;cursor:pointer}
thead button::after{content:"\\2195";padding-left:.25rem;color:var(--soft)}
th[aria-sort=ascending] button::after{content:"\\2191";color:inherit}
th[aria-sort=descending] button::after{content:"\\2193";color:inherit}
.bar{display:block;width:100%;min-width:4rem;height:.25rem;fill:var(--bar)}
.sheets{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:.9rem}
.sheets.few{grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr))}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(4.25rem,1fr));gap:.4rem;list-style:none;margin:.4rem 0;padding:0}
.pictures li{font-size:.75rem;line-height:1.25;min-width:0}
.pictures .wrong{color:var(--bad)}
.pictures .wrong img{outline:3px solid var(--bad);outline-offset:-3px}
.pictures img,.near img,.reduced img{display:block;width:100%;height:auto;aspect-ratio:1;object-fit:contain;background:var(--grid);border-radius:.2rem}
.grids{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));gap:.9rem;list-style:none;margin:0;padding:0;font-size:.9rem}
.grids img,.last-grid img{display:block;width:100%;height:auto;border-radius:.2rem}
.last-grid{max-width:44rem}
.pixels{image-rendering:pixelated}
.near{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:.9rem;list-style:none;margin:0;padding:0}
.near ol{display:grid;grid-template-columns:repeat(4,1fr);gap:.4rem;list-style:none;margin:0;padding:0}
.near li li{font-size:.75rem;line-height:1.3;min-width:0}
.near li li:first-child img{outline:3px solid var(--s0);outline-offset:-3px}
.verdict{font-size:1.15rem;font-weight:650;border-left:.4rem solid currentColor;background:var(--card);padding:.6rem .9rem;border-radius:.3rem;max-width:none}
.failures{list-style:none;margin:.2rem 0 .5rem;padding:0;font-size:.9rem}
.box+.box{margin-top:.9rem}.sheets>.box,.near>.box,.grids>.box{margin:0}
h4{font-size:.9rem;font-weight:500;color:var(--soft);margin:.2rem 0}
.beside-each-other{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.4rem 1.6rem}
.reduced{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:.7rem 1.6rem;list-style:none;margin:0;padding:0}
.reduced ol{display:grid;grid-template-columns:repeat(auto-fill,minmax(4.25rem,1fr));gap:.4rem;list-style:none;margin:0;padding:0}
.reduced li li{font-size:.75rem;line-height:1.3;min-width:0}
.badge{display:inline-block;border:1px solid currentColor;border-radius:1rem;padding:0 .6rem;font-size:.85rem;white-space:nowrap}
.bad{color:var(--bad)}
.good{color:var(--good)}
footer{color:var(--soft);font-size:.85rem;padding-top:2rem;padding-bottom:2rem}
@media (max-width:30rem){tbody th{min-width:5rem;max-width:8.5rem}html{font-size:15px}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:.4rem}.facts code{font-size:.8em}}
@media print{:root{${LIGHT}--page:#fff}html{font-size:10.5pt}.skip,thead button::after{display:none}
.charts{grid-template-columns:1fr}.chart{max-width:24rem}.scroll{max-height:none;overflow:visible;border:0}tr>th:first-child,thead th{position:static}thead button{color:inherit}
.cards li,figure,.near>li,.grids>li,tr,.sheets>*{break-inside:avoid}h2,h3{break-after:avoid}
details::details-content{content-visibility:visible;block-size:auto}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** The page's style. It is read on phones and on paper too. */
export const STYLES = `${BASE}${CONTENTS_STYLES}${FOLD_STYLES}${ZOOM_STYLES}`;
