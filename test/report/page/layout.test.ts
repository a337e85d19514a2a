import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareResults } from '../../../src/compare/compare.js';
import { toComparisonHtml } from '../../../src/report/comparison/html.js';
import { toGateHtml } from '../../../src/report/gate/html.js';
import { failedRow, incomparableRow, makeVerdict, passedRow } from '../gate/verdict-fixture.js';
import { makeFullResult } from '../score/page-fixture.js';
import { CHROMIUM, Visitor } from './chromium.js';
import { makePageOf, PAGES } from './every-page.js';
import {
  CUT_TABLES,
  FAINT_TEXTS,
  hiddenCellsOf,
  LOST_HEADINGS,
  LOST_SECTIONS,
  OPEN_DETAILS,
} from './look.js';

const WIDE = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 } };
const SIZES = [WIDE, PHONE];

const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

describe.skipIf(!CHROMIUM)('the layout of a page in Chromium', () => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.open();
  });
  afterAll(() => visitor?.close());

  describe.each(PAGES)('%s', (name) => {
    it('cuts no column off at 1280 pixels, and keeps the first in sight at 390', async () => {
      await visitor.visit(await makePageOf(name), WIDE, async (page) => {
        expect(await page.evaluate(CUT_TABLES)).toEqual([]);
        await page.evaluate(OPEN_DETAILS);
        expect(await page.evaluate(CUT_TABLES)).toEqual([]);
        expect(await overflow(page)).toBe(0);
        await page.setViewportSize(PHONE.viewport);
        expect(await page.evaluate(LOST_HEADINGS)).toEqual([]);
        expect(await overflow(page)).toBe(0);
      });
    });

    it('has contents that lead to every section', async () => {
      for (const size of SIZES) {
        await visitor.visit(await makePageOf(name), size, async (page) => {
          expect(await page.evaluate(LOST_SECTIONS)).toEqual([]);
          const sections = await page.locator('main h2').count();
          expect(await page.locator('.contents a').count()).toBe(sections);
        });
      }
    });

    it('has text that stands out by 4.5 to 1, in light and in dark', async () => {
      await visitor.visit(await makePageOf(name), WIDE, async (page) => {
        await page.evaluate(OPEN_DETAILS);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
        }
      });
    });
  });

  it('shows every row that failed, with its reason, at any width', async () => {
    const rows = [
      passedRow,
      incomparableRow,
      ...Array.from({ length: 60 }, (_, i) => ({ ...failedRow, class: `class ${i}` })),
    ];
    for (const size of SIZES) {
      await visitor.visit(await toGateHtml(makeVerdict(rows)), size, async (page) => {
        const section = page.locator('section[aria-labelledby=failed]');
        expect(await section.locator('tbody tr').count()).toBe(61);
        expect(await section.getByText(failedRow.reason).count()).toBe(60);
        expect(await page.evaluate(hiddenCellsOf('failed'))).toEqual([]);
        expect(await overflow(page)).toBe(0);
      });
    }
  });

  it('cuts no column off however many results stand side by side', async () => {
    const results = Array.from({ length: 14 }, (_, i) => ({
      name: `runs/acgan-cifar10-seed${i}/result.json`,
      result: makeFullResult(),
    }));
    await visitor.visit(await toComparisonHtml(compareResults(results)), WIDE, async (page) => {
      await page.evaluate(OPEN_DETAILS);
      expect(await page.evaluate(CUT_TABLES)).toEqual([]);
      expect(await overflow(page)).toBe(0);
    });
  });

  it('enlarges pictures and charts by a click, goes on by arrow keys and ends by Escape', async () => {
    for (const size of SIZES) {
      const told = await visitor.visit(await makePageOf('score'), size, async (page) => {
        const large = page.getByRole('dialog');
        for (const small of [page.locator('.pictures img').first(), page.locator('svg.chart').first()]) {
          await small.click();
          expect(await large.isVisible()).toBe(true);
          const [before, after] = [
            await small.boundingBox(),
            await large.locator('.stage > *').boundingBox(),
          ];
          expect(after!.width).toBeGreaterThan(before!.width);
          expect(after!.x + after!.width).toBeLessThanOrEqual(size.viewport.width);
          expect(after!.y + after!.height).toBeLessThanOrEqual(size.viewport.height);
          await page.keyboard.press('Escape');
          await expect.poll(() => large.count()).toBe(0);
        }
        await page.locator('.pictures a.open').first().press('Enter');
        expect(await large.locator('p').textContent()).toBe('sample bird/1.png');
        await page.keyboard.press('ArrowRight');
        expect(await large.locator('p').textContent()).toBe('sample bird/2.png, taken for bird');
        await large.getByRole('button', { name: 'Close' }).click();
        // The focus stands where the last picture was, once the dialog's `close` event has been dispatched.
        const focused = () => page.evaluate<string>('document.activeElement.firstElementChild?.alt ?? ""');
        await expect.poll(focused).toMatch(/bird\/2/);
        expect(await overflow(page)).toBe(0);
      });
      expect(told).toEqual([]);
    }
  });

  it('enlarges without script, by links', async () => {
    await visitor.visit(await makePageOf('score'), { ...PHONE, javaScriptEnabled: false }, async (page) => {
      for (const one of ['.pictures .zoom', '.charts .zoom']) {
        const zoom = page.locator(one).first();
        await zoom.locator('.open').click();
        const stage = await zoom.locator('.stage').boundingBox();
        expect(stage).toEqual({ x: 0, y: 0, ...PHONE.viewport });
        expect((await zoom.locator('.open > *').boundingBox())!.width).toBeGreaterThan(300);
        await zoom.getByRole('link', { name: 'Close' }).click();
        expect((await zoom.locator('.open > *').boundingBox())!.y).toBeGreaterThan(0);
        expect(await zoom.getByRole('link', { name: 'Close' }).count()).toBe(0);
      }
    });
  });
});
