import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLabelLeft, placeLabels } from '../../../src/report/charts/place-labels.js';

const PLOT = { width: 290, height: 220 };
const DOMAIN = { x: [0, 1], y: [0, 100] } as const;

describe('names beside points', () => {
  it('stand in the plot and hide neither one another nor a point', () => {
    const point = fc.record({
      name: fc.string({ minLength: 1, maxLength: 30 }),
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.double({ min: 0, max: 100, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), (points) => {
        const labels = placeLabels({
          points,
          domain: DOMAIN,
          plot: PLOT,
          fontSize: 12,
          limit: { x: 0.6, label: 'collapsed' },
        });
        const boxes = labels.map(({ text, x, y }) => {
          const left = x * PLOT.width;
          return { left, right: left + text.length * 12 * 0.56, center: (y / 100) * PLOT.height };
        });
        for (const [i, a] of boxes.entries()) {
          expect(a.left).toBeGreaterThan(-1e-6);
          expect(a.right).toBeLessThan(PLOT.width + 1e-6);
          const crossesLine = a.left < 0.6 * PLOT.width - 1 - 1e-6 && a.right > 0.6 * PLOT.width + 1 + 1e-6;
          expect(crossesLine).toBe(false);
          for (const b of boxes.slice(i + 1)) {
            const apart = a.right <= b.left + 1e-6 || b.right <= a.left + 1e-6;
            expect(apart || Math.abs(a.center - b.center) >= 12 - 1e-6).toBe(true);
          }
        }
      }),
    );
  });

  it('leave the label of a limit on the side that has room for it', () => {
    const place = { domain: DOMAIN, plot: PLOT, fontSize: 12 };
    // "collapsed" takes 61 of 290 pixels, and 5 between it and the line.
    expect(isLabelLeft({ x: 0.76, label: 'collapsed' }, place)).toBe(false);
    expect(isLabelLeft({ x: 0.78, label: 'collapsed' }, place)).toBe(true);
    const point = { name: 'ship', x: 0.7, y: 4 };
    const besides = placeLabels({ points: [point], limit: { x: 0.9, label: 'collapsed' }, ...place });
    const widthOf = (text: string) => (text.length * 12 * 0.56) / PLOT.width;
    expect(besides[0].x + widthOf('ship')).toBeLessThan(0.9 - widthOf('collapsed'));
  });

  it('give way in the order given, and long ones are cut', () => {
    const same = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({ name: `${i} ${'x'.repeat(40)}`, x: 0.5, y: 50 }));
    const labels = placeLabels({ points: same, domain: DOMAIN, plot: PLOT, fontSize: 12 });
    expect(labels.length).toBeLessThan(same.length);
    expect(labels[0].text).toBe('0 xxxxxxxxxxxxx…');
  });
});
