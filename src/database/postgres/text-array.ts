/** Texts as PostgreSQL writes an array of them, such as `{plain,"with a comma, and a \""}`. None here holds a null. */
export function readTexts(array: string): string[] {
  const elements = array.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/gs);
  return Array.from(elements, ([, quoted, plain]) => plain ?? (quoted ?? '').replace(/\\(.)/gs, '$1'));
}
