// Sizes of photos in bubbles, and the rows of an album.

export const WIDEST = 420;
const TALLEST = 480;
const SMALLEST = 120;
const GAP = 2;

/** Width and ratio of a single photo: as large as its pixels and the bubble allow, never cut. */
export function photoBox({ width, height }) {
  const ratio = (width || 4) / (height || 3);
  const shown = Math.min(WIDEST, Math.max(width || WIDEST, SMALLEST), TALLEST * ratio);
  return { width: Math.round(Math.max(shown, SMALLEST)), ratio: Math.max(ratio, 0.3) };
}

/** Split an album into rows of photo ratios; each row fills the width. */
export function albumRows(photos) {
  const ratios = photos.map(({ width, height }) => clamp((width || 1) / (height || 1), 0.62, 1.8));
  return split(ratios).map((row) => ({ items: row, ratio: row.reduce((sum, index) => sum + ratios[index], 0), ratios }));
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function split(ratios) {
  const count = ratios.length;
  const wide = ratios.reduce((sum, ratio) => sum + ratio, 0) / count > 1.35;
  const plan = PLANS[count] ?? [count];
  const lengths = count === 2 && wide ? [1, 1] : count === 3 && ratios[0] < 1 ? [3] : plan;
  let at = 0;
  return lengths.map((length) => Array.from({ length }, () => at++));
}

const PLANS = { 1: [1], 2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [3, 3], 7: [2, 2, 3], 8: [2, 3, 3], 9: [3, 3, 3], 10: [3, 3, 4] };

/** Place every photo of an album: percentages of the album's box, and the box's own ratio. */
export function albumLayout(photos, width = WIDEST) {
  const rows = albumRows(photos);
  const heights = rows.map((row) => (width - GAP * (row.items.length - 1)) / row.ratio);
  const height = heights.reduce((sum, value) => sum + value, 0) + GAP * (rows.length - 1);
  const cells = [];
  let top = 0;
  rows.forEach((row, line) => {
    let left = 0;
    for (const index of row.items) {
      const cell = heights[line] * row.ratios[index];
      cells.push({ left: left / width, top: top / height, width: cell / width, height: heights[line] / height });
      left += cell + GAP;
    }
    top += heights[line] + GAP;
  });
  return { cells, ratio: width / height };
}
