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
