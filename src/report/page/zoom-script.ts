/**
 * Opens what is enlarged in a dialog: Escape closes it and the arrow keys go on. Without this script the links of
 * `makeZoom` do the same, one by one.
 */
export const ZOOM_SCRIPT = `{
  const links = [...document.querySelectorAll('.zoom .open')];
  const viewer = document.createElement('dialog');
  viewer.className = 'viewer';
  viewer.setAttribute('aria-label', 'Enlarged');
  const stage = document.createElement('div');
  stage.className = 'stage';
  const caption = document.createElement('p');
  caption.setAttribute('aria-live', 'polite');
  const bar = document.createElement('div');
  let shown = 0;
  const nameOf = (content) =>
    content.getAttribute('alt') ?? content.querySelector(':scope > title')?.textContent ?? '';
  const show = (index) => {
    shown = (index + links.length) % links.length;
    const content = links[shown].firstElementChild.cloneNode(true);
    caption.textContent = nameOf(content);
    // What the page already has must not be there twice by the same id.
    for (const one of [content, ...content.querySelectorAll('[id]')]) one.removeAttribute('id');
    content.removeAttribute('aria-labelledby');
    content.setAttribute('aria-hidden', 'true');
    content.removeAttribute('title');
    stage.replaceChildren(content);
  };
  const addButton = (text, act) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', act);
    bar.append(button);
  };
  addButton('Close', () => viewer.close());
  addButton('Previous', () => show(shown - 1));
  addButton('Next', () => show(shown + 1));
  viewer.append(bar, stage, caption);
  stage.addEventListener('click', () => viewer.close());
  viewer.addEventListener('close', () => links[shown].focus());
  viewer.addEventListener('keydown', ({ key }) => {
    if (key === 'ArrowRight') show(shown + 1);
    if (key === 'ArrowLeft') show(shown - 1);
  });
  links.forEach((link, index) => {
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(index);
      viewer.showModal();
    });
  });
  if (links.length > 0) document.body.append(viewer);
  addEventListener('keydown', ({ key }) => {
    const target = document.querySelector('.stage:target');
    if (key === 'Escape' && target) location.hash = target.parentElement.id;
  });
}
`;
