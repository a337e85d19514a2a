import { html, type Markup } from '../../page/markup.js';
import { makeSection } from '../../page/section.js';
import { formatCount } from '../../text/numbers.js';
import type { WatchRecord } from '../watch-record.js';
import { describePlace, isGoodEvent, nameEvent } from '../words.js';

/** What happened to the training, the latest first. */
export function eventSection({ events, counts }: WatchRecord): Markup {
  if (events.length === 0)
    return makeSection('events', 'Events', html`<p class="soft">None so far: no metric turned.</p>`);
  const items = [...events].reverse().map(({ id, event, ...place }) => {
    const since = event.since.step === null ? event.since.set : `step ${formatCount(event.since.step)}`;
    return html`<li class="${isGoodEvent(event) ? 'is-good' : 'is-caution'}" value="${id}"><p><span class="flag">${id}</span> <strong class="tone">${nameEvent(event)}</strong> since ${since}</p>
<p>${event.message}</p><p class="soft">told ${describePlace(place)}; ${event.metric}${event.network !== undefined && html` on ${event.network}`}, statistic ${write(event.evidence.statistic)} above ${write(event.evidence.threshold)}</p></li>\n`;
  });
  const more = counts.events - events.length;
  return makeSection(
    'events',
    'Events',
    html`<ol class="findings told-events">${items}</ol>${more > 0 && html`<p class="soft">${formatCount(more)} earlier ones are in watch.jsonl.</p>`}`,
  );
}

const write = (value: number) => String(Number(value.toPrecision(3)));
