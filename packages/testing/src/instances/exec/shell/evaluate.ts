import { ShellSyntaxError } from "./scanner.ts";

const levels: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/", "%"],
];

/** The value of `$((...))`, whose variables are replaced already. */
export function evaluate(expression: string): number {
  const tokens = expression.match(/\d+|\|\||&&|[=!<>]=|[-+*/%<>()!]/g) ?? [];
  const value = binary(tokens, 0);
  if (tokens.length > 0) throw new ShellSyntaxError("arithmetic syntax error");
  return value;
}

function binary(tokens: string[], level: number): number {
  const operators = levels[level];
  if (operators === undefined) return unary(tokens);
  let left = binary(tokens, level + 1);
  while (operators.includes(tokens[0] ?? "")) {
    const operator = tokens.shift() ?? "";
    left = apply(operator, left, binary(tokens, level + 1));
  }
  return left;
}

function unary(tokens: string[]): number {
  const token = tokens.shift();
  if (token === "-") return -unary(tokens);
  if (token === "!") return unary(tokens) === 0 ? 1 : 0;
  if (token === "(") {
    const value = binary(tokens, 0);
    if (tokens.shift() !== ")") throw new ShellSyntaxError("arithmetic syntax error");
    return value;
  }
  if (token === undefined || !/^\d+$/.test(token)) throw new ShellSyntaxError("arithmetic syntax error");
  return Number(token);
}

function apply(operator: string, a: number, b: number): number {
  if ((operator === "/" || operator === "%") && b === 0) throw new ShellSyntaxError("divide by zero");
  const values: Readonly<Record<string, () => number>> = {
    "||": () => Number(a !== 0 || b !== 0),
    "&&": () => Number(a !== 0 && b !== 0),
    "==": () => Number(a === b),
    "!=": () => Number(a !== b),
    "<=": () => Number(a <= b),
    ">=": () => Number(a >= b),
    "<": () => Number(a < b),
    ">": () => Number(a > b),
    "+": () => a + b,
    "-": () => a - b,
    "*": () => a * b,
    "/": () => Math.trunc(a / b),
    "%": () => a % b,
  };
  return values[operator]?.() ?? 0;
}
