/** A metric and its network as one word, which tells it from the same metric on another network. */
export function joinMetricName({
  metric,
  network,
}: {
  readonly metric: string;
  readonly network?: string;
}): string {
  return network === undefined ? metric : `${metric}@${network}`;
}

/** The parts of such a word; a name that stands for both, as of a shortcut, is not known here. */
export function parseMetricName(text: string): { readonly metric: string; readonly network?: string } {
  const at = text.indexOf('@');
  return at < 0 ? { metric: text } : { metric: text.slice(0, at), network: text.slice(at + 1) };
}
