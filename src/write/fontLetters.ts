/** Which letters a TrueType font has: its `cmap` table, formats 4 and 12 (OpenType 1.9, cmap). */
export function lettersOf(font: Uint8Array): ReadonlySet<number> {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tableCount = view.getUint16(4);
  const letters = new Set<number>();
  for (let t = 0; t < tableCount; t++) {
    const record = 12 + 16 * t;
    if (view.getUint32(record) !== 0x636d6170) continue; // "cmap"
    const cmap = view.getUint32(record + 8);
    for (let s = 0; s < view.getUint16(cmap + 2); s++) {
      const at = cmap + view.getUint32(cmap + 4 + 8 * s + 4);
      if (view.getUint16(at) === 4) addSegments(view, at, letters);
      else if (view.getUint16(at) === 12) addGroups(view, at, letters);
    }
  }
  return letters;
}

/** Format 4: segments of the Basic Multilingual Plane. Code 0xffff ends the table and is no letter. */
function addSegments(view: DataView, at: number, letters: Set<number>): void {
  const doubled = view.getUint16(at + 6);
  const [ends, starts] = [at + 14, at + 16 + doubled];
  const [deltas, offsets] = [starts + doubled, starts + 2 * doubled];
  for (let s = 0; s < doubled; s += 2) {
    const [first, last] = [view.getUint16(starts + s), view.getUint16(ends + s)];
    const [delta, offset] = [view.getUint16(deltas + s), view.getUint16(offsets + s)];
    for (let code = first; code <= last && code < 0xffff; code++) {
      const stored = offset === 0 ? code : view.getUint16(offsets + s + offset + 2 * (code - first));
      if (offset !== 0 && stored === 0) continue;
      if (((stored + delta) & 0xffff) !== 0) letters.add(code);
    }
  }
}

/** Format 12: groups of any plane. */
function addGroups(view: DataView, at: number, letters: Set<number>): void {
  const groupCount = view.getUint32(at + 12);
  for (let g = 0; g < groupCount; g++) {
    const group = at + 16 + 12 * g;
    const [first, last, glyph] = [
      view.getUint32(group),
      view.getUint32(group + 4),
      view.getUint32(group + 8),
    ];
    for (let code = first; code <= last; code++) if (glyph + code - first !== 0) letters.add(code);
  }
}
