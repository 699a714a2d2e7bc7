/** What a file is by its first bytes: names and extensions are not believed. */
import { UnreadableFile } from '../table/rejections.ts';

/** The kind of reader that the bytes need. Everything else is refused by its name. */
export function formatOf(bytes: Uint8Array): 'archive' | 'text' {
  if (bytes.length === 0) throw new UnreadableFile('EMPTY_FILE', 'the file is empty');
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, [0x50, 0x4b, 0x05, 0x06])) return 'archive';
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])) throw refusalOfOle(bytes);
  const opening = openingText(bytes);
  if (/^<(!doctype html|html|head|body|table|title|script)\b/i.test(opening)) {
    throw new UnreadableFile('HTML_PAGE', 'the file is a web page, not a list');
  }
  const isXml = opening.startsWith('<');
  if (isXml || startsWith(bytes, [0x25, 0x50, 0x44, 0x46]) || !looksLikeText(bytes)) {
    throw new UnreadableFile('NOT_A_LIST', 'the file is neither an XLSX workbook nor a CSV table');
  }
  return 'text';
}

/** What the file is for who downloads it: a workbook, a text table, or bytes of whatever kind. */
export function mediaTypeOf(bytes: Uint8Array): string {
  try {
    return formatOf(bytes) === 'archive'
      ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
      : 'text/csv';
  } catch {
    return 'application/octet-stream';
  }
}

/** A container of Microsoft's old formats: a password-protected XLSX, an XLS, or something else. */
function refusalOfOle(bytes: Uint8Array): UnreadableFile {
  if (hasStream(bytes, 'EncryptedPackage')) {
    return new UnreadableFile('PASSWORD_PROTECTED', 'the workbook is protected by a password');
  }
  if (hasStream(bytes, 'Workbook') || hasStream(bytes, 'Book')) {
    return new UnreadableFile('LEGACY_XLS', 'the file is an XLS workbook; save it as XLSX');
  }
  return new UnreadableFile('NOT_A_LIST', 'the file is neither an XLSX workbook nor a CSV table');
}

/** Names of streams stand in the container as UTF-16. */
function hasStream(bytes: Uint8Array, name: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from(name, 'utf16le'));
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function openingText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  // Byte order marks, and the NULs between the letters of UTF-16.
  return text
    .replace(/^(\u00EF\u00BB\u00BF|\u00FF\u00FE|\u00FE\u00FF)/, '')
    .replaceAll('\0', '')
    .trimStart();
}

/** Text has no control characters but tabs and line ends; UTF-16 has NULs, in every second byte only. */
function looksLikeText(bytes: Uint8Array): boolean {
  const opening = bytes.subarray(0, 4096);
  const isUtf16 = startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff]);
  return opening.every((byte) => byte >= 0x20 || [0x09, 0x0a, 0x0c, 0x0d].includes(byte) || (isUtf16 && byte < 0x20));
}
