/** Of what the watch page alone has. */
export const WATCH_STYLES = `.heat .told{min-height:1.5em;font-size:.9rem;margin:0}
.heat .cursor{fill:none;stroke:var(--ink);stroke-width:1.5;paint-order:stroke;pointer-events:none}
.key{display:flex;gap:.5rem;align-items:center;font-size:.85rem}
.key svg{width:11rem;height:.6rem;flex:none}
.slide{display:flex;gap:.6rem;align-items:center;max-width:none}
.slide:has([hidden]){display:none}
.slide input{flex:1;min-width:0;accent-color:var(--link)}
.strip{grid-template-columns:repeat(auto-fill,minmax(min(40%,9rem),1fr));max-width:44rem}
.last-grid~h3{margin-top:1rem}
.told-events{padding-left:0}
.told-events.told-events li{font-size:1rem;font-weight:400}
.flag{display:inline-block;min-width:1.5rem;text-align:center;border:1px solid currentColor;border-radius:1rem;padding:0 .3rem;font-size:.85rem;font-weight:650}
.told-events li::marker{content:none}
iframe{display:none}
@media print{.slide,.heat .told{display:none}}
`;
