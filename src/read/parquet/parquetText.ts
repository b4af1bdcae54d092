import type { ParquetParsers, SchemaElement } from "hyparquet";

/** A value of a Parquet column as text; "" for null and NaN. */
export type ToText = (value: unknown) => string;

const DAY_SECONDS = 86_400n;
/** The Gregorian calendar repeats after 400 years. */
const CYCLE_DAYS = 146_097;

type Unit = "MILLIS" | "MICROS" | "NANOS";
const UNITS_A_SECOND: Readonly<Record<Unit, bigint>> = {
  MILLIS: 1_000n,
  MICROS: 1_000_000n,
  NANOS: 1_000_000_000n,
};

/**
 * How the values of one flat column become text, and its schema element stripped of what the library would compute with:
 * decimals as numbers lose digits, dates lose what is finer than a millisecond (Parquet format 2.10, LogicalTypes.md).
 */
export function flatColumn(element: SchemaElement): { element: SchemaElement; toText: ToText; type: string } {
  const { converted_type: converted, logical_type: logical, type } = element;
  const raw = withoutAnnotation(element);
  if (converted === "DECIMAL" || logical?.type === "DECIMAL") {
    const scale = element.scale ?? (logical?.type === "DECIMAL" ? logical.scale : 0);
    return { element: raw, toText: (value) => decimalText(value, scale), type: "decimal" };
  }
  if (converted === "DATE" || logical?.type === "DATE")
    return { element: raw, toText: dateText, type: "date" };
  const stamp = unitOf(element, "TIMESTAMP");
  if (stamp !== undefined) {
    const zone = logical?.type === "TIMESTAMP" && !logical.isAdjustedToUTC ? "" : "Z";
    return { element: raw, toText: (value) => stampText(value, stamp, zone), type: "timestamp" };
  }
  const time = unitOf(element, "TIME");
  if (time !== undefined) return { element: raw, toText: (value) => timeText(value, time), type: "time" };
  if (converted === "BSON" || converted === "INTERVAL" || logical?.type === "BSON")
    return { element: raw, toText: plainText, type: converted?.toLowerCase() ?? "bson" };
  const name = (converted === "UTF8" ? "string" : (logical?.type ?? converted ?? type ?? "")).toLowerCase();
  return { element, toText: type === "FLOAT" ? floatText : plainText, type: name };
}

function withoutAnnotation({ type, type_length, repetition_type, name }: SchemaElement): SchemaElement {
  return {
    name,
    ...(type && { type }),
    ...(type_length && { type_length }),
    ...(repetition_type && { repetition_type }),
  };
}

function unitOf(element: SchemaElement, kind: "TIMESTAMP" | "TIME"): Unit | undefined {
  const { converted_type: converted, logical_type: logical } = element;
  if (logical?.type === kind) return logical.unit;
  if (converted === `${kind}_MILLIS`) return "MILLIS";
  if (converted === `${kind}_MICROS`) return "MICROS";
  return undefined;
}

/** Numbers in the shortest form, big ones exactly, bytes in hexadecimal, lists and maps as JSON. */
export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return value === null || value === undefined ? "" : JSON.stringify(value, jsonValue);
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return value === undefined ? null : value;
}

/** The fewest digits that give the same 32-bit number again: 0.1 and not 0.10000000149011612. */
function floatText(value: unknown): string {
  if (typeof value !== "number") return plainText(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return plainText(short);
  }
  return plainText(value);
}

/** Unscaled number, or two's complement big-endian bytes, with its point put in. */
function decimalText(value: unknown, scale: number): string {
  const unscaled = value instanceof Uint8Array ? signedOf(value) : integerOf(value);
  if (unscaled === undefined) return "";
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const sign = unscaled < 0n ? "-" : "";
  return scale <= 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function signedOf(bytes: Uint8Array): bigint {
  return bytes.length === 0
    ? 0n
    : BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString("hex")}`));
}

function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : undefined;
}

function dateText(days: unknown): string {
  return typeof days === "number" && Number.isInteger(days) ? calendarDay(days) : plainText(days);
}

/**
 * ISO 8601 of a day counted from 1970-01-01, in the Gregorian calendar throughout. Years are counted from 1 March, so that
 * the leap day is the last (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
 */
function calendarDay(daysFrom1970: number): string {
  const days = daysFrom1970 + 719_468; // from 0000-03-01
  const cycle = Math.floor(days / CYCLE_DAYS);
  const day = days - cycle * CYCLE_DAYS;
  const yearInCycle = Math.floor(
    (day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365,
  );
  const dayInYear = day - (365 * yearInCycle + Math.floor(yearInCycle / 4) - Math.floor(yearInCycle / 100));
  const fromMarch = Math.floor((5 * dayInYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = 400 * cycle + yearInCycle + (month <= 2 ? 1 : 0);
  const dayInMonth = dayInYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const yearText = `${year < 0 ? "-" : ""}${String(Math.abs(year)).padStart(4, "0")}`;
  return `${yearText}-${String(month).padStart(2, "0")}-${String(dayInMonth).padStart(2, "0")}`;
}

function stampText(value: unknown, unit: Unit, zone: string): string {
  const ticks = integerOf(value);
  if (ticks === undefined) return "";
  const ticksADay = DAY_SECONDS * UNITS_A_SECOND[unit];
  const inDay = ((ticks % ticksADay) + ticksADay) % ticksADay;
  return `${calendarDay(Number((ticks - inDay) / ticksADay))}T${timeText(inDay, unit)}${zone}`;
}

function timeText(value: unknown, unit: Unit): string {
  const ticks = integerOf(value);
  if (ticks === undefined) return "";
  const perSecond = UNITS_A_SECOND[unit];
  const seconds = ticks / perSecond;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n];
  const text = clock.map((part) => String(part).padStart(2, "0")).join(":");
  return text + fractionText(ticks % perSecond, unit);
}

function fractionText(fraction: bigint, unit: Unit): string {
  if (fraction === 0n) return "";
  const width = String(UNITS_A_SECOND[unit]).length - 1;
  return `.${String(fraction).padStart(width, "0").replace(/0+$/, "")}`;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const nullable =
  <T>(read: (bytes: Uint8Array) => T) =>
  (bytes: Uint8Array | undefined) =>
    bytes && read(bytes);

/** What the library is to make of values inside lists and structs, and of geometry: text, and bytes as they are. */
export const TEXT_PARSERS: Partial<ParquetParsers> = {
  geometryFromBytes: (bytes: Uint8Array | undefined) => bytes,
  geographyFromBytes: (bytes: Uint8Array | undefined) => bytes,
  stringFromBytes: nullable((bytes) => utf8.decode(bytes)),
  jsonFromBytes: nullable((bytes) => utf8.decode(bytes)),
  dateFromDays: (days: number) => dateText(days),
  timestampFromMilliseconds: (ticks: bigint) => stampText(ticks, "MILLIS", "Z"),
  timestampFromMicroseconds: (ticks: bigint) => stampText(ticks, "MICROS", "Z"),
  timestampFromNanoseconds: (ticks: bigint) => stampText(ticks, "NANOS", "Z"),
};
