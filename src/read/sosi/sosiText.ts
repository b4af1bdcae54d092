/** Bytes that mean something in SOSI, the same in every character set that is read. */
export const BYTE = {
  tab: 0x09,
  newline: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  bang: 0x21,
  quote: 0x22,
  apostrophe: 0x27,
  opening: 0x28,
  closing: 0x29,
  plus: 0x2b,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  underscore: 0x5f,
} as const;

// Constants of the module: a property of BYTE costs a look-up a byte.
const {
  tab: TAB,
  newline: NEWLINE,
  carriageReturn: RETURN,
  space: SPACE,
  bang: BANG,
  quote: QUOTE,
  apostrophe: APOSTROPHE,
  plus: PLUS,
  minus: MINUS,
  dot: DOT,
  zero: ZERO,
  nine: NINE,
  underscore: UNDERSCORE,
} = BYTE;

/** So many are exact in a double, whatever digits they are. */
const MOST_DIGITS = 999_999_999_999_999;

export const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
export const isLineEnd = (byte: number): boolean => byte === NEWLINE || byte === RETURN;
export const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB || isLineEnd(byte);

/** A to Z, a to z, and every byte above ASCII: Å may open a name in any character set. */
export function isLetter(byte: number): boolean {
  return ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte >= 0x80;
}

/** Past blanks on the line. */
export function skipBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

/** Past blanks, line ends and comments. */
export function skipToWord(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    if (bytes[at] === BANG) at = lineEnd(bytes, at, to);
    else if (isBlank(bytes[at])) at++;
    else break;
  }
  return at;
}

function lineEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && !isLineEnd(bytes[at])) at++;
  return at;
}

/** The first blank or line end. */
export function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && !isBlank(bytes[at])) at++;
  return at;
}

/** Whether bytes[from] .. bytes[to] spell the word. */
export function isWord(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** Dots before a name; 0 where there is no element. */
export function dotsAt(bytes: Uint8Array, at: number, to: number): number {
  let dots = 0;
  while (at + dots < to && bytes[at + dots] === DOT) dots++;
  const next = bytes[at + dots];
  return dots > 0 && at + dots < to && (isLetter(next) || next === UNDERSCORE) ? dots : 0;
}

/** Where the value that begins at `from` ends and the next element begins. */
export function valueEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  let quote = 0;
  let atLineStart = false;
  while (at < to) {
    const byte = bytes[at];
    if (isLineEnd(byte)) {
      atLineStart = true;
      quote = 0;
    } else if (!isBlank(byte)) {
      const afterBlank = atLineStart || isBlank(bytes[at - 1]);
      if (quote !== 0) {
        if (byte === quote && bytes[at + 1] === quote) at++;
        else if (byte === quote) quote = 0;
      } else if (byte === DOT && afterBlank && beginsElement(bytes, at, to, atLineStart)) return at;
      else if (byte === BANG && afterBlank) at = lineEnd(bytes, at, to) - 1;
      else if ((byte === QUOTE || byte === APOSTROPHE) && afterBlank) quote = byte;
      atLineStart = false;
    }
    at++;
  }
  return to;
}

/** Inside a line a text may hold dots of its own, so only two or more before a capital are an element there. */
function beginsElement(bytes: Uint8Array, at: number, to: number, atLineStart: boolean): boolean {
  const dots = dotsAt(bytes, at, to);
  if (atLineStart || dots < 2) return atLineStart && dots > 0;
  const letter = bytes[at + dots];
  return letter >= 0x80 || (letter >= 0x41 && letter <= 0x5a);
}

/**
 * The number that bytes[from] .. bytes[to] spell, rounded right; NaN where they spell none, or an infinite one.
 * Up to 15 digits over a power of ten are two exact doubles and one division; what is longer goes the long way.
 */
export function numberIn(bytes: Uint8Array, from: number, to: number): number {
  const sign = bytes[from];
  let at = sign === MINUS || sign === PLUS ? from + 1 : from;
  if (to - at <= 16 && to > at) {
    let digits = 0;
    let scale = 0;
    for (; at < to; at++) {
      const byte = bytes[at];
      if (isDigit(byte)) {
        digits = digits * 10 + byte - ZERO;
        scale *= 10;
      } else if (byte === DOT && scale === 0) scale = 1;
      else break;
    }
    if (at === to && digits <= MOST_DIGITS && bytes[to - 1] !== DOT) {
      const value = scale > 1 ? digits / scale : digits;
      return sign === MINUS ? -value : value;
    }
  }
  const text = latin1(bytes, from, to);
  const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** Bytes as letters of the same numbers. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}

/**
 * A value as its text: comments, ends of lines and quotes taken away. A doubled quote inside quotes is one quote;
 * `&` last on a line says that the text goes on (SOSI 4.5, "Realisering i SOSI-format").
 */
export function plainText(raw: string): string {
  const whole = /[\r\n!]/.test(raw)
    ? raw
        .split(/[\r\n]+/)
        .map((line) => withoutComment(line).trim())
        .filter((line) => line !== "")
        .map((line, i, { length }) => (i + 1 < length ? line.replace(/\s*&$/, "") : line))
        .join(" ")
    : raw.trim();
  const quote = whole[0];
  if (whole.length < 2 || (quote !== '"' && quote !== "'") || !whole.endsWith(quote)) return whole;
  const inside = whole.slice(1, -1);
  const doubled = quote + quote;
  return inside.replaceAll(doubled, "").includes(quote) ? whole : inside.replaceAll(doubled, quote);
}

function withoutComment(line: string): string {
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const letter = line[i];
    const afterBlank = i === 0 || line[i - 1] === " " || line[i - 1] === "\t";
    if (quote !== "") {
      if (letter === quote && line[i + 1] === quote) i++;
      else if (letter === quote) quote = "";
    } else if ((letter === '"' || letter === "'") && afterBlank) quote = letter;
    else if (letter === "!" && afterBlank) return line.slice(0, i);
  }
  return line;
}
