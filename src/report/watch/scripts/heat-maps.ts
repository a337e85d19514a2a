/** Tells the value of a heat map under the pointer, and of the one that arrow keys go to. */
export const HEAT_SCRIPT = `if (!isCopy) {
  const at = new WeakMap();
  const write = (value, isShare) =>
    value === null || value === undefined ? 'no value' : isShare ? (value * 100).toFixed(1) + ' %' : String(value);
  const tell = (box, column, row) => {
    const { places, word, share, cells, real } = JSON.parse(box.dataset.heat);
    const [left, top, right, bottom, realLeft, realRight] = box.dataset.frame.split(' ').map(Number);
    const names = [...box.querySelectorAll('.rows title')];
    column = Math.min(Math.max(column, 0), cells.length);
    row = Math.min(Math.max(row, 0), names.length - 1);
    if (column === cells.length && !realLeft) column--;
    at.set(box, { column, row });
    const isReal = column === cells.length;
    const [width, height] = [(right - left) / cells.length, (bottom - top) / names.length];
    const cursor = box.querySelector('.cursor');
    const frame = isReal
      ? { x: realLeft, width: realRight - realLeft }
      : { x: left + column * width, width };
    for (const [name, value] of Object.entries({ ...frame, y: top + row * height, height: height - 1 }))
      cursor.setAttribute(name, value);
    const value = isReal ? 'real pictures ' + write(real[row], share)
      : word + ' ' + places[column].toLocaleString('en-US') + ' ' + write(cells[column][row], share) +
        (real[row] === null ? '' : ', real pictures ' + write(real[row], share));
    box.querySelector('.told').textContent = names[row].textContent + ': ' + value;
  };
  document.addEventListener('pointermove', (event) => {
    const box = event.target.closest?.('.heat');
    if (!box) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(box.querySelector('svg').getScreenCTM().inverse());
    const [left, top, right, bottom, realLeft] = box.dataset.frame.split(' ').map(Number);
    if (x < left || y < top || y >= bottom) return;
    const { cells, real } = JSON.parse(box.dataset.heat);
    const isReal = realLeft > 0 && x >= realLeft;
    if (x >= right && !isReal) return;
    tell(box, isReal ? cells.length : Math.floor(((x - left) / (right - left)) * cells.length), Math.floor(((y - top) / (bottom - top)) * real.length));
  });
  document.addEventListener('focusin', ({ target }) => {
    if (target.matches?.('.heat') && !at.has(target)) tell(target, Number.MAX_SAFE_INTEGER, 0);
  });
  document.addEventListener('keydown', (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key];
    if (!move || !event.target.matches?.('.heat')) return;
    event.preventDefault();
    const { column, row } = at.get(event.target) ?? { column: 0, row: 0 };
    tell(event.target, column + move[0], row + move[1]);
  });
}
`;
