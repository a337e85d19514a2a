/** Of the links to the sections, which stay at the top of the window. */
export const CONTENTS_STYLES = `html{scroll-padding-top:5.5rem}
.contents{position:sticky;top:0;z-index:3;background:var(--page);border-bottom:1px solid var(--line);margin-top:.75rem}
.contents ol{display:flex;gap:.1rem 1.1rem;max-width:72rem;margin:0 auto;padding:.1rem 1rem;list-style:none;overflow-x:auto;white-space:nowrap;scrollbar-width:thin}
.contents a{display:block;padding:.5rem 0;font-size:.9rem;text-decoration:none}
.contents a:hover{text-decoration:underline}
.contents a:focus-visible{outline-offset:-3px}
@media (min-width:48rem){.contents ol{flex-wrap:wrap}}
@media print{.contents{display:none}}
`;

/** Of tables whose rows become cards on a narrow screen. */
export const FOLD_STYLES = `@media screen and (max-width:44rem){
.fold{overflow:visible}
.fold table,.fold caption,.fold tbody{display:block}
.fold thead{display:none}
.fold tr{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:.3rem .5rem;padding:.7rem;border-top:1px solid var(--line)}
.fold th,.fold td{display:block;border:0;padding:0;min-width:0}
.fold tbody th{position:static;grid-column:1/4;max-width:none;font-weight:650}
.fold td{text-align:left}
.fold td:empty{display:none}
.fold td::before{content:attr(data-label);display:block;color:var(--soft);font-size:.8rem}
.fold th+td{justify-self:end}.fold th+td::before{display:none}
.fold .number{white-space:normal}
.fold .prose{grid-column:1/-1}
}
`;

/** Of what a click enlarges. */
export const ZOOM_STYLES = `.zoom{display:block}
.open{display:block;cursor:zoom-in;color:inherit;text-decoration:none}
.close{display:none}
.stage:target{position:fixed;inset:0;z-index:5;display:flex;flex-direction:column;gap:.6rem;padding:1rem;background:var(--page)}
.stage:target .open{flex:1;min-height:0;cursor:default}
.stage:target .close{display:block;align-self:flex-start;padding:.4rem .8rem}
.stage:target img,.stage:target .chart,.viewer img,.viewer .chart{display:block;width:100%;height:100%;max-width:none;object-fit:contain;background:none;outline:none;aspect-ratio:auto}
.viewer{width:100vw;height:100vh;height:100dvh;max-width:none;max-height:none;margin:0;border:0;padding:1rem;background:var(--page);color:var(--ink)}
.viewer[open]{display:flex;flex-direction:column;gap:.6rem}
.viewer .stage{flex:1;min-height:0;cursor:zoom-out}
.viewer p{margin:0;max-width:none;max-height:4.5rem;overflow:auto}
.viewer button{font:inherit;color:var(--link);background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.4rem .8rem;margin-right:.5rem;cursor:pointer}
body:has(.viewer[open]){overflow:hidden}
@media print{.viewer{display:none}}
`;
