import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchLine } from '../../../src/documents/watch.js';
import { toWatchHtml } from '../../../src/report/watch/html.js';
import { CHROMIUM } from '../page/chromium.js';
import { makeLine } from './watch-fixture.js';
import { makeLines, makeSheet, makeSheets, recordOf } from './watch-page-fixture.js';

describe.skipIf(!CHROMIUM)('a page of a watch that is open', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ganeval-renewal-'));
    await mkdir(join(folder, 'sheets'));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'], timeout: 100_000 });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function write(lines: readonly WatchLine[], numbers: readonly number[]): Promise<void> {
    const sheets = await makeSheets(numbers);
    for (const { number, file } of sheets.files)
      await writeFile(join(folder, file), (await makeSheet(number)).bytes);
    const aside = join(folder, 'aside');
    await writeFile(aside, toWatchHtml({ folder: 'samples', record: recordOf(lines), sheets }));
    await rename(aside, join(folder, 'report.html'));
  }

  it('renews itself from a file, and keeps what is chosen, open, selected and scrolled to', async () => {
    await write(makeLines(), [1, 3, 4, 5]);
    const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
    page.setDefaultTimeout(100_000);
    const told: string[] = [];
    page.on('console', (message) => told.push(message.text()));
    page.on('pageerror', (error) => told.push(String(error)));
    let loads = 0;
    page.on('load', () => loads++);
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    // The slider goes to the second set by keyboard.
    const slider = page.getByRole('slider');
    for (const _ of [1, 2]) await slider.press('ArrowLeft');
    const seen = page.locator('#sheet-told');
    await expect.poll(() => seen.textContent()).toBe('step_003000.npz, after step 3,000');
    expect(await page.locator('#sheet').getAttribute('src')).toBe('sheets/000003-abababab.webp');
    await page.locator('section[aria-labelledby=curves] summary').first().click();
    await page.evaluate(`(() => {
      getSelection().selectAllChildren(document.querySelector('section[aria-labelledby=curves] caption'));
      document.getElementById('classes').scrollIntoView();
      globalThis.kept = document.querySelector('section[aria-labelledby=curves] svg');
      globalThis.frames = [];
      const watch = () => { frames.push(document.querySelectorAll('main svg.chart').length); requestAnimationFrame(watch); };
      watch();
    })()`);
    const state = `[scrollY > 0, Math.round(document.getElementById('classes').getBoundingClientRect().top),
      String(getSelection()), document.querySelectorAll('details[open]').length, document.querySelector('input').value,
      document.querySelector('section[aria-labelledby=curves] svg') === kept]`;
    const before = await page.evaluate(state);
    await write([...makeLines(), makeLine({ number: 6 })], [1, 3, 4, 5, 6]);
    await expect
      .poll(() => page.locator('header').textContent(), { timeout: 60_000 })
      .toContain('5 sets scored');
    expect(await page.evaluate(state)).toEqual(before);
    expect(before).toEqual([true, expect.any(Number), 'Fréchet Inception Distance ↓', 1, '1', true]);
    expect(await page.evaluate('[...new Set(frames)]')).toEqual([5]);
    expect(await seen.textContent()).toBe('step_003000.npz, after step 3,000');
    // At its end it follows the training.
    await slider.press('End');
    await expect.poll(() => seen.textContent()).toBe('step_006000.npz, after step 6,000');
    await write([...makeLines(), makeLine({ number: 6 }), makeLine({ number: 7 })], [1, 3, 4, 5, 6, 7]);
    await expect
      .poll(() => seen.textContent(), { timeout: 60_000 })
      .toBe('step_007000.npz, after step 7,000');
    expect([loads, told]).toEqual([1, []]);
  });

  it('tells nothing to a page that does not know its word', async () => {
    await write(makeLines(), [1, 5]);
    const address = pathToFileURL(join(folder, 'report.html')).href;
    const other = join(folder, 'other.html');
    await writeFile(
      other,
      `<script>told = []; addEventListener('message', ({ data }) => told.push(data))</script><iframe src="${address}?renew=0123456789-0123"></iframe>`,
    );
    const page = await browser.newPage();
    await page.goto(pathToFileURL(other).href);
    await page.waitForTimeout(300);
    expect(await page.evaluate('told')).toEqual([]);
    await page.close();
  });

  it('goes to the set that is chosen where a training went back to an earlier step', async () => {
    const { files, inPage, ...rest } = await makeSheets([1, 3, 4, 5]);
    const late = <T extends { number: number; step: number | null }>(each: T) =>
      each.number === 1 ? { ...each, step: 4500 } : each;
    const sheets = { ...rest, files: files.map(late), inPage: inPage.map(late) };
    const record = recordOf(makeLines());
    await writeFile(join(folder, 'report.html'), toWatchHtml({ folder: 'samples', record, sheets }));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    await page.getByRole('slider').press('ArrowLeft');
    await expect
      .poll(() => page.locator('#sheet-told').textContent())
      .toBe('step_001000.npz, after step 4,500');
    expect(await page.getByRole('slider').inputValue()).toBe('2');
    await page.close();
  });

  it('tells the values of a heat map under the pointer and by keyboard, and where a sheet is not beside it', async () => {
    await write(makeLines(), [1, 3, 4, 5]);
    await rm(join(folder, 'sheets'), { recursive: true });
    const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    const heat = page.locator('.heat').first();
    await heat.focus();
    expect(await heat.locator('.told').textContent()).toBe('airplane: real pictures 0.2');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    expect(await heat.locator('.told').textContent()).toMatch(
      /^bird: after step 5,000 0\.\d+, real pictures 0\.25$/,
    );
    const box = await heat.locator('svg').boundingBox();
    await page.mouse.move(box!.x + box!.width * 0.3, box!.y + 20);
    expect(await heat.locator('.told').textContent()).toMatch(/^airplane: after step 1,000 0\.\d+/);
    await page.getByRole('slider').press('ArrowLeft');
    await expect
      .poll(() => page.locator('#sheet-told').textContent())
      .toBe('step_004000.npz, after step 4,000: its picture is not beside this page.');
    await page.close();
  });
});
