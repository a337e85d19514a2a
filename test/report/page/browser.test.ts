import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, Visitor } from './chromium.js';
import { makePageOf, PAGES, type PageName } from './every-page.js';

const WIDE = { viewport: { width: 1200, height: 900 } };
const PHONE = { viewport: { width: 375, height: 800 } };
const HOSTILE = `<script>document.title = "owned"</script>"'\u202e ${'x'.repeat(300)}`;

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

describe.skipIf(!CHROMIUM)('the pages in Chromium', () => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.open();
  });
  afterAll(() => visitor?.close());

  /** Opens a page of plain or hostile names, and tells what it said and what it asked for beside itself. */
  async function visit(
    name: PageName,
    { suffix = '', ...settings }: BrowserContextOptions & { readonly suffix?: string },
    look: (page: Page) => Promise<void>,
  ): Promise<string[]> {
    return visitor.visit(await makePageOf(name, (text) => `${text}${suffix}`), settings, look);
  }

  async function expectNoViolation(page: Page): Promise<void> {
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<AxeResult>('axe.run()');
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
  }

  it.each(PAGES)(
    '%s, wide, in light and in dark: asks for nothing, fits, axe finds nothing',
    async (name) => {
      const told = await visit(name, WIDE, async (page) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await expectNoViolation(page);
        }
      });
      expect(told).toEqual([]);
    },
  );

  it.each(PAGES)('%s of hostile names, at 375 pixels and wide: says nothing, fits', async (name) => {
    const told = await visit(name, { ...PHONE, suffix: HOSTILE }, async (page) => {
      await expectNoViolation(page);
      expect(await page.title()).not.toBe('owned');
      await page.setViewportSize(WIDE.viewport);
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    });
    expect(told).toEqual([]);
  });

  it('sorts a table by its headings, by mouse and by keyboard, numbers as numbers', async () => {
    const told = await visit('score', WIDE, async (page) => {
      const table = page.locator('section[aria-labelledby=classes] table');
      const names = () => table.locator('tbody th').allTextContents();
      const byLikeness = table.getByRole('button', { name: /^msssim/ });
      await byLikeness.click();
      expect(await names()).toEqual(['airplane', 'automobile', 'bird']);
      await byLikeness.press('Enter');
      // The class without a value stays last either way.
      expect(await names()).toEqual(['automobile', 'airplane', 'bird']);
      expect(await table.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
      await table.getByRole('button', { name: 'accuracy at 8' }).click();
      expect(await names()).toEqual(['bird', 'automobile', 'airplane']);
      expect(await table.locator('th[aria-sort]').count()).toBe(1);
    });
    expect(told).toEqual([]);
  });

  it('is complete without script, and has no dead buttons', async () => {
    const told = await visit('score', { ...WIDE, javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('button').count()).toBe(0);
      expect(await page.locator('section[aria-labelledby=classes] tbody tr').count()).toBe(3);
      expect(await page.locator('svg.chart').count()).toBe(3);
      expect(await page.getByText('5.004').isVisible()).toBe(true);
    });
    expect(told).toEqual([]);
  });

  it('runs no script but its own, whatever gets into it', async () => {
    await visit('score', WIDE, async (page) => {
      const blocked = await page.evaluate<string>(`new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
        const script = document.createElement('script');
        script.textContent = 'document.title = "owned"';
        document.body.append(script);
      })`);
      expect(blocked).toBe('script-src-elem');
      expect(await page.title()).not.toBe('owned');
    });
  });

  it('draws its charts in the colors of light and of dark', async () => {
    await visit('score', WIDE, async (page) => {
      const colors: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        colors.push(
          await page.evaluate<string>("getComputedStyle(document.querySelector('svg.chart text')).fill"),
        );
      }
      expect(colors).toEqual(['rgb(27, 31, 36)', 'rgb(232, 234, 237)']);
    });
  });
});
