import type { ComputedMetric, EvaluationResult } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';
import { formatCount, formatNumber } from '../../text/numbers.js';
import { describeNumber, digitsOf, intervalHeading, isComputed } from '../summary.js';

/** What each number says, for a reader who meets it for the first time. */
const MEANINGS: Readonly<Record<string, string>> = {
  is: 'Each picture looks like one class, and all classes occur. From 1 to the number of classes.',
  accuracy: 'Share of pictures that the network takes for the class that they are labeled with.',
  msssim: 'Likeness of random pairs within a class. High means that a class has collapsed to few pictures.',
  fid: 'Distance between the features of the samples and those of the reference. 0 for equal sets.',
  kid: 'Distance between the features of the samples and those of the reference, without bias. About 0 for equal sources.',
};

const BETTER = { higher: '↑ higher is better', lower: '↓ lower is better' } as const;

/** A card for each number of the samples, with what the real pictures give beside it. */
export function headlines(result: EvaluationResult): Markup | undefined {
  const entries = result.metrics.filter(isComputed).filter(({ subject }) => subject === 'samples');
  if (entries.length === 0) return undefined;
  const ofReference = new Map(
    result.metrics
      .filter(isComputed)
      .filter(({ subject }) => subject === 'reference')
      .map((entry) => [entry.id, entry]),
  );
  return html`<section aria-labelledby="headlines"><h2 id="headlines">Headline numbers</h2>
<ul class="cards">${entries.map((entry) => card(entry, ofReference.get(entry.id), intervalHeading(result)))}</ul></section>`;
}

function card(entry: ComputedMetric, real: ComputedMetric | undefined, heading: string): Markup {
  const { interval, std } = describeNumber(entry, entry.unit);
  const digits = digitsOf(entry, entry.unit);
  const write = (value: number) => `${formatNumber(value, digits)}${digits.suffix}`;
  const confusion = entry.details?.largestConfusion;
  return html`<li><h3>${entry.title}</h3>
<p class="value">${write(entry.value)}${entry.se !== undefined && html` <small>± ${write(entry.se)}</small>`}</p>
<p>${interval !== '' && html`${heading} <span class="whole">${interval}</span><br>`}${std !== '' && html`std ${std}, `}<span class="whole">n = ${formatCount(entry.n)}${entry.details?.pairs !== undefined && ' pairs'}</span></p>
<p class="soft">${BETTER[entry.direction]}${entry.extractor && html`, by ${entry.extractor.name}`}</p>
<p class="soft">${MEANINGS[entry.id]}</p>
${confusion !== undefined && html`<p class="soft">Most frequent mistake: ${confusion}.</p>`}${real && beside(real)}</li>
`;
}

function beside(real: ComputedMetric): Markup {
  const { value } = describeNumber(real, real.unit);
  return html`<p class="beside">Reference pictures: <strong class="whole">${value}</strong> <span class="whole">(n = ${formatCount(real.n)})</span></p>`;
}

/** Metrics without a value, each with its reason. */
export function notComputed({ metrics }: EvaluationResult): Markup | undefined {
  const missing = metrics.filter((entry) => entry.status === 'not-computed');
  if (missing.length === 0) return undefined;
  const items = missing.map(
    (entry) =>
      html`<dt>${entry.title}${entry.subject === 'reference' && ' of the reference'}</dt><dd>${entry.reason}</dd>`,
  );
  return html`<section aria-labelledby="not-computed"><h2 id="not-computed">Not computed</h2><dl class="facts">${items}</dl></section>`;
}

export function warnings(texts: readonly string[]): Markup | undefined {
  if (texts.length === 0) return undefined;
  return html`<section aria-labelledby="warnings"><h2 id="warnings">Warnings</h2>
<ul class="warnings">${texts.map((text) => html`<li>${text}</li>`)}</ul></section>`;
}
