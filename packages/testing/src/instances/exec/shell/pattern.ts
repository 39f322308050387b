/** A pattern of the shell as an expression for whole texts. */
export function patternOf(pattern: string): RegExp {
  const source = pattern.replace(/\[!?[^\]]+\]|[^]/g, (piece) => {
    if (piece === "*") return "[^]*";
    if (piece === "?") return "[^]";
    if (piece.length > 1) return piece.replace("[!", "[^");
    return piece.replace(/[\\^$.+()[\]{}|/]/, "\\$&");
  });
  return new RegExp(`^${source}$`);
}
