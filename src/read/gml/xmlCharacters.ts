/** White space (XML 1.0, 2.3). */
export const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** By byte, 1 where it may stand in a name: anything but white space and what XML uses itself (XML 1.0, 2.3, loosely). */
export const MAY_STAND_IN_NAME = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= 0x20 || "<>&'\"=/!?;,()[]{}*+#%@$^`~|\\".includes(String.fromCharCode(byte)) ? 0 : 1,
);

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** What stands between "&" and ";" says; undefined when it says nothing (XML 1.0, 4.1 and 4.6; no DTD is read). */
export function entityText(name: string): string | undefined {
  const number = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
  if (number === null) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  const code = number[1] === undefined ? Number(number[2]) : parseInt(number[1], 16);
  const isCharacter =
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
