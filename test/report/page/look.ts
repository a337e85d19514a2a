// What a test asks of a page in the browser, as scripts, since tests know no DOM.

/** Opens all that is folded up. */
export const OPEN_DETAILS = `for (const one of document.querySelectorAll('details')) one.open = true`;

/** Tables whose box cuts a column off, by their captions. */
export const CUT_TABLES = `[...document.querySelectorAll('.scroll')]
  .filter((box) => box.checkVisibility())
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.getAttribute('aria-label'))`;

/** Tables that are wider than their box and whose first column does not stay when they are scrolled. */
export const LOST_HEADINGS = `[...document.querySelectorAll('.scroll')]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .filter((box) => {
    box.scrollLeft = box.scrollWidth;
    const left = box.getBoundingClientRect().left;
    return [...box.querySelectorAll('tr > th:first-child')].some((cell) => {
      const place = cell.getBoundingClientRect();
      return Math.abs(place.left - left) > 2 || place.width > box.clientWidth * 0.6;
    });
  })
  .map((box) => box.getAttribute('aria-label'))`;

/** Cells of a section's tables that nobody can see in full, whatever is scrolled up or down: beside the window, or covered. */
export const hiddenCellsOf = (
  id: string,
) => `[...document.querySelectorAll('section[aria-labelledby=${id}] tbody > tr > *')]
  .filter((cell) => cell.textContent.trim() !== '')
  .filter((cell) => {
    cell.scrollIntoView({ block: 'center', inline: 'nearest' });
    const { left, right, top, bottom } = cell.getBoundingClientRect();
    if (left < 0 || right > innerWidth || top < 0 || bottom > innerHeight) return true;
    const box = cell.closest('.scroll').getBoundingClientRect();
    if (left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1) return true;
    const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return !cell.contains(seen);
  })
  .map((cell) => cell.textContent)`;

/** Links of the contents whose section is not in sight, right under the contents, after a click. */
export const LOST_SECTIONS = `(() => {
  const nav = document.querySelector('.contents');
  return [...nav.querySelectorAll('a')].filter((link) => {
    link.click();
    const heading = document.getElementById(link.hash.slice(1));
    if (!heading || heading.textContent !== link.textContent) return true;
    const { top, bottom } = heading.getBoundingClientRect();
    return top < nav.getBoundingClientRect().bottom - 1 || bottom > innerHeight;
  }).map((link) => link.hash);
})()`;

/** Texts, in charts too, that stand out from what is behind them by less than 4.5 : 1. */
export const FAINT_TEXTS = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) =>
    [r, g, b]
      .map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = channels(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === '' || element.closest('script, title, desc') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const inChart = element instanceof SVGElement;
    const [a, b] = [inChart ? style.fill : style.color, null].map((c, i) =>
      luminance(i === 0 ? channels(c) : behind(element)),
    );
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.add(contrast.toFixed(2) + ' ' + node.data.slice(0, 40));
  }
  return [...faint];
})()`;
