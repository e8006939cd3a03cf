// The table of tokens of all dialects.
import { createToken, type IToken, type ITokenConfig, Lexer, type TokenType } from "chevrotain";

/** `-` stands inside names, as in the original language; `a->b` is still an arrow. */
const NAME = /[A-Za-z_](?:[A-Za-z0-9_]|-(?!>))*/;

function token(name: string, pattern: RegExp | string, more: Partial<ITokenConfig> = {}): TokenType {
  return createToken({ name, pattern, ...more });
}

/** A word: a name or a keyword; the place decides which. */
export const Word = token("word", NAME);
/** A word directly before `:`, retagged after lexing. Statements and ports begin with it, so that the parser finds its way back. */
export const Define = createToken({ name: "definition", pattern: Lexer.NA });
export const Int = token("integer", /0[xX]_*[0-9A-Fa-f][0-9A-Fa-f_]*|0[bB]_*[01][01_]*|[0-9][0-9_]*/);
export const Text = token("string", /"(?:[^"\\\n]|\\.)*"/);

export const Arrow = token("->", "->");
export const Hole = token("??", "??");
export const Range = token("..", "..");
export const LParen = token("(", "(");
export const RParen = token(")", ")");
export const LBracket = token("[", "[");
export const RBracket = token("]", "]");
export const LBrace = token("{", "{");
export const RBrace = token("}", "}");
export const Comma = token(",", ",");
export const Semicolon = token(";", ";");
export const Colon = token(":", ":");
export const At = token("@", "@");
export const Question = token("?", "?");

/** Operators that may stand between angle brackets: everything that no `>` begins or ends. */
export const SumOp = createToken({ name: "arithmetic operator", pattern: Lexer.NA });
export const TestOp = createToken({ name: "comparison", pattern: Lexer.NA });
export const Plus = token("+", "+", { categories: SumOp });
export const Minus = token("-", "-", { categories: SumOp });
const Times = token("*", "*", { categories: SumOp });
const Divide = token("/", "/", { categories: SumOp });
const Modulo = token("%", "%", { categories: SumOp });
const And = token("&&", "&&", { categories: TestOp });
const Or = token("||", "||", { categories: TestOp });
const Equal = token("==", "==", { categories: TestOp });
const Unequal = token("!=", "!=", { categories: TestOp });
const ShiftLeft = token("<<", "<<", { categories: SumOp });
const AtMost = token("<=", "<=", { categories: TestOp });
const AtLeast = token(">=", ">=", { categories: TestOp });
export const Less = token("<", "<");
export const Greater = token(">", ">");
export const Assign = token("=", "=");
export const Not = token("!", "!");
export const Tilde = token("~", "~");
const BitAnd = token("&", "&", { categories: SumOp });
const BitOr = token("|", "|", { categories: SumOp });
const BitXor = token("^", "^", { categories: SumOp });

/** All of them; of two that begin alike the longer comes first. Spaces and comments lie between tokens. */
export const TOKENS: readonly TokenType[] = [
  Word,
  Int,
  Text,
  Arrow,
  Hole,
  Range,
  And,
  Or,
  Equal,
  Unequal,
  ShiftLeft,
  AtMost,
  AtLeast,
  LParen,
  RParen,
  LBracket,
  RBracket,
  LBrace,
  RBrace,
  Comma,
  Semicolon,
  Colon,
  At,
  Question,
  Plus,
  Minus,
  Times,
  Divide,
  Modulo,
  Less,
  Greater,
  Assign,
  Not,
  Tilde,
  BitAnd,
  BitOr,
  BitXor,
  Define,
  SumOp,
  TestOp,
];

/** What may stand before a definition; behind anything else a word before `:` is the middle of `test ? word : ...`. */
export const BEFORE_DEFINITION: ReadonlySet<TokenType> = new Set([
  LParen,
  LBracket,
  LBrace,
  RBrace,
  Less,
  Comma,
  Semicolon,
  Arrow,
  RParen,
  RBracket,
  Word,
  Int,
  Text,
  Hole,
]);

/** Offset behind a token. While Chevrotain records the grammar, tokens have no image. */
export function endOf(token: Partial<IToken>): number {
  return (token.startOffset ?? 0) + (token.image?.length ?? 0);
}
