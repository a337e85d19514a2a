import { createHash } from 'node:crypto';
import { makePage } from '../page/document.js';
import { html, Markup } from '../page/markup.js';
import { makeFacts, makeSection } from '../page/section.js';
import { formatCount, formatDuration, plural } from '../text/numbers.js';
import { HEAT_SCRIPT } from './scripts/heat-maps.js';
import { RENEW_HEAD_SCRIPT, RENEW_SCRIPT } from './scripts/renew.js';
import { SHEET_SCRIPT } from './scripts/sheets.js';
import { curveSection } from './sections/curves.js';
import { eventSection } from './sections/events.js';
import { failedSection } from './sections/failed.js';
import { heatSection } from './sections/heat-maps.js';
import { latestSection } from './sections/latest.js';
import { sampleSection, type WatchSheets } from './sections/samples.js';
import { WATCH_STYLES } from './styles.js';
import type { WatchRecord } from './watch-record.js';
import { describePlace } from './words.js';

/** What a watch's page is made of. */
export interface WatchPageParts {
  /** What the watched folder is called. */
  readonly folder: string;
  readonly record: WatchRecord;
  readonly sheets?: WatchSheets;
}

/** Where the page may find itself anew, and pictures of sheets. */
const BESIDE = "'self' file:";

/**
 * The page of a watch as one HTML file, which renews itself while it is open. It needs nothing from outside; sheets of sets beside those in
 * the page are files in a folder beside it.
 */
export function toWatchHtml({ folder, record, sheets }: WatchPageParts): string {
  const lead = leadOf(record);
  const sections = [
    eventSection(record),
    latestSection(record),
    sampleSection(record, sheets),
    curveSection(record),
    heatSection(record),
    failedSection(record),
    aboutSection(record),
  ];
  const version = digestOf([folder, lead.text, ...sections.map((section) => section?.text ?? '')]);
  return makePage({
    title: `Watch of ${folder}`,
    lead,
    sections,
    madeWith: 'Made with ganeval watch',
    live: {
      head: html`<meta name="ganeval-version" content="${version}">
<meta name="ganeval-watch" content="${record.token}">
`,
      headScript: RENEW_HEAD_SCRIPT,
      script: `${SHEET_SCRIPT}${HEAT_SCRIPT}${RENEW_SCRIPT}`,
      styles: WATCH_STYLES,
      policy: [`frame-src ${BESIDE}`, `img-src ${BESIDE} data:`],
    },
  });
}

function leadOf(record: WatchRecord): Markup {
  const { sets, failed, events } = record.counts;
  const { last } = record;
  const latest = last && html`, the last ${describePlace({ number: sets, step: last.step })}`;
  return html`<p class="comparable">${plural(sets - failed, 'set')} scored${failed > 0 && `, ${formatCount(failed)} failed`}${latest}. ${events === 0 ? 'No event' : plural(events, 'event')}.</p>
<p class="soft" id="renewal" data-mine>While this page is open it renews itself.</p>
`;
}

function aboutSection(record: WatchRecord): Markup {
  const { last, lastScored } = record;
  const { device, seconds } = lastScored?.run ?? {};
  return makeSection(
    'about',
    'Where the numbers come from',
    makeFacts([
      ...(last ? ([['Last set', html`${last.set}, ${last.run.time}`]] as const) : []),
      ...(seconds === undefined
        ? []
        : ([
            ['It took', `${formatDuration(seconds)}${device === undefined ? '' : ` on ${device}`}`],
          ] as const)),
      ['All numbers', new Markup('<code>watch.jsonl</code> and <code>watch.csv</code>, beside this page')],
    ]),
  );
}

function digestOf(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
}
