/** Little-endian WKB with an SRID put in, as PostGIS writes it. */
export function ewkb(wkb: Uint8Array, srid: number): Buffer {
  const head = Buffer.alloc(9);
  head[0] = 1;
  head.writeUInt32LE(Buffer.from(wkb).readUInt32LE(1) + 0x2000_0000, 1);
  head.writeUInt32LE(srid, 5);
  return Buffer.concat([head, wkb.subarray(5)]);
}
