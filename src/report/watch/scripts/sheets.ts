/**
 * The slider goes through the sheets of all sets. It stays with the latest until another is chosen, and then with that one. A picture is shown
 * when it is decoded, so that nothing flickers.
 */
export const SHEET_SCRIPT = `if (!isCopy && document.getElementById('sheet')) {
  const [view, slider, told, list] = ['sheet', 'sheet-slider', 'sheet-told', 'sheet-list'].map((id) => document.getElementById(id));
  let latest = view.getAttribute('src');
  let chosen;
  let asked = 0;
  const indexOf = (items) => {
    const find = (isIt) => items.findIndex(({ dataset }) => isIt(dataset));
    const index = chosen === undefined ? find((one) => 'latest' in one) : find(({ file }) => file === chosen);
    if (index >= 0) return index;
    // It is not kept any more: the one that came after it.
    const next = chosen === undefined ? -1 : find(({ file }) => file > chosen);
    return next < 0 ? items.length - 1 : next;
  };
  const show = async () => {
    const items = [...list.children];
    const index = indexOf(items);
    const { textContent: name, dataset } = items[index];
    slider.max = items.length - 1;
    slider.value = index;
    slider.setAttribute('aria-valuetext', name);
    const number = ++asked;
    const inPage = [...document.querySelectorAll('.grids img')].find((one) => one.dataset.file === dataset.file);
    const source = 'latest' in dataset ? latest : inPage?.getAttribute('src') ?? dataset.file;
    if (source !== view.getAttribute('src')) {
      const image = new Image();
      image.src = source;
      const isThere = await image.decode().then(() => true, () => false);
      if (number !== asked) return;
      if (!isThere) {
        told.textContent = name + ': its picture is not beside this page.';
        return;
      }
      [view.src, view.width, view.height] = [source, image.naturalWidth, image.naturalHeight];
    }
    view.alt = 'Samples of ' + name;
    told.textContent = name;
  };
  slider.hidden = false;
  slider.addEventListener('input', () => {
    const { file, latest: isLatest } = list.children[slider.value].dataset;
    chosen = isLatest === undefined ? file : undefined;
    show();
  });
  document.addEventListener('renewed', () => {
    latest = view.renewed?.getAttribute('src') ?? latest;
    show();
  });
  show();
}
`;
