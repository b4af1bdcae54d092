import { crc32, deflateRawSync } from "node:zlib";

export type ZipMember = {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** What the archive says of it, where that is not the truth. */
  readonly says?: {
    readonly method?: number;
    readonly flags?: number;
    readonly crc?: number;
    readonly length?: number;
  };
};

/** A zip archive, made by hand so that it can also be wrong (PKWARE APPNOTE 6.3.10, 4.3). */
export function zipOf(members: readonly ZipMember[], stored = false): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, says = {} } of members) {
    const bytes = Buffer.from(content);
    const packed = stored ? bytes : deflateRawSync(bytes);
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (says.flags ?? 0), 2); // names are UTF-8
    common.writeUInt16LE(says.method ?? (stored ? 0 : 8), 4);
    common.writeUInt32LE(says.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(says.length ?? bytes.length, 18);
    common.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, title, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\u0001\u0002"), Buffer.from([20, 0]), common, tail, title]));
    locals.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, list, end]);
}
