/** From values to places on paper. */
export interface Scale {
  readonly ticks: readonly number[];
  /** Digits after the point that tell the ticks apart. */
  readonly decimals: number;
  /** Ends of the values that are drawn. */
  readonly domain: readonly [number, number];
  place(value: number): number;
}

interface ScaleParts {
  readonly domain: readonly [number, number];
  /** Where its ends are drawn. */
  readonly range: readonly [number, number];
  /** About how many ticks there are. */
  readonly ticks: number;
}

/** A linear scale whose ticks are round numbers: 1, 2 or 5 times a power of ten apart. */
export function makeScale({ domain, range, ticks: wanted }: ScaleParts): Scale {
  const [least, most] = domain;
  const width = most - least || 1;
  const rough = width / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(most / step + 1e-9);
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
  return {
    ticks,
    decimals: Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))),
    domain,
    place: (value) => range[0] + ((value - least) / width) * (range[1] - range[0]),
  };
}

/** Room above and below values; from 0 on where that costs little. */
export function roomAround(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) || 1) * 0.06;
  return [least >= 0 && least < most * 0.4 ? 0 : least - room, most + room];
}

/** A place with as many digits as a screen shows. */
export function onPaper(place: number): string {
  return String(Math.round(place * 10) / 10);
}
