// The one grammar of all dialects: text to AST. Never fails: what it cannot read is reported, the rest is in the tree.
import {
  EmbeddedActionsParser,
  EOF,
  type IOrAlt,
  type IToken,
  isRecognitionException,
  type OrMethodOpts,
  type ParserMethod,
} from "chevrotain";
import type { Attr, Comment, Expr, Item, Location, Param, Port, Program, Statement, TypeExpr } from "./ast.ts";
import { type Outcome, type Report, report } from "./diagnostic.ts";
import { type TokenStream, tokenStream } from "./lexer.ts";
import { climb, type Draft, finish, holeOf, NONE, nameExpr, nameOf, signed, textOf } from "./nodes.ts";
import type { Source } from "./source.ts";
import { type Missing, reportSyntax } from "./syntax.ts";
import * as t from "./tokens.ts";
import { endOf } from "./tokens.ts";

/** Literals longer than this fit no type. */
const LONGEST_LITERAL = 8200;
/** Expressions and blocks nested deeper than this are refused, before the stack is. */
const DEEPEST = 200;

/**
 * Recovery is our own, not Chevrotain's: after a mistake the parser skips to the next statement, so that there is one
 * error a mistake, and all other statements are read. A token that is only missing is noted, and reading goes on.
 *
 * The alternatives of rules that a program consists of are made once; else there would be an object and two functions for
 * each, every time that the rule is run.
 */
class Grammar extends EmbeddedActionsParser {
  private depth = 0;
  /** What was not there, or too much, beside the exceptions in `errors`. */
  readonly missing: Missing[] = [];

  constructor() {
    super([...t.TOKENS], { recoveryEnabled: false, maxLookahead: 2, skipValidations: true });
    this.performSelfAnalysis();
  }

  /** Runs `rule` on tokens from a stream, in place of the array that Chevrotain would read. */
  read<T>(text: string, found: Report, rule: () => T): { readonly made: T; readonly comments: readonly Comment[] } {
    this.reset();
    this.depth = 0;
    this.missing.length = 0;
    const stream = tokenStream(text, END, found);
    this.stream = stream;
    const made = rule();
    this.stream = tokenStream("", END, found);
    return { made, comments: stream.comments };
  }

  private stream: TokenStream | undefined;

  // The lexer's side of the parser, which Chevrotain means to be overridden for lazy lexers.
  override LA(ahead: number): IToken {
    return this.stream?.at(ahead) ?? END;
  }

  override LA_FAST(ahead: number): IToken {
    return this.LA(ahead);
  }

  consumeToken(): void {
    this.stream?.advance();
  }

  exportLexerState(): number {
    return this.stream?.passed() ?? 0;
  }

  override SKIP_TOKEN(): IToken {
    const skipped = this.LA(1);
    if (skipped.tokenType !== EOF) this.stream?.advance();
    return skipped;
  }

  /** Chevrotain's way to stop after an error that nobody caught. */
  moveToTerminatedState(): void {
    while (this.LA(1).tokenType !== EOF) this.SKIP_TOKEN();
  }

  readonly program: ParserMethod<[], Item[]> = this.RULE("program", () => {
    const items: Item[] = [];
    do {
      this.MANY(() => {
        const item = this.recover(() => this.SUBRULE(this.item), skipItem);
        if (item !== undefined) items.push(item);
      });
    } while (this.atJunk());
    return items;
  });

  /** A body from its `{` on, and the items behind it. */
  readonly rest: ParserMethod<[], Omit<Rest, "comments">> = this.RULE("rest", () => {
    const open = this.CONSUME(t.LBrace);
    const body = this.SUBRULE(this.statements, { ARGS: [open] });
    const bodyEnd = this.endOfLast();
    return { body, bodyEnd, items: this.SUBRULE(this.program) };
  });

  /** Runs `rule`; after a mistake in it, skips tokens as long as `skips` says. */
  private recover<T>(rule: () => T, skips: (token: IToken, depth: number) => boolean): T | undefined {
    const { depth } = this;
    try {
      return rule();
    } catch (error) {
      if (this.RECORDING_PHASE || !(error instanceof Error) || !isRecognitionException(error)) throw error;
      this.depth = depth;
      this.skip(skips);
      return undefined;
    }
  }

  private skip(skips: (token: IToken, depth: number) => boolean, depth = 0): void {
    let nested = depth;
    for (let next = this.LA(1); next.tokenType !== EOF && skips(next, nested); next = this.LA(1)) {
      if (next.tokenType === t.LBrace) nested++;
      if (next.tokenType === t.RBrace) nested--;
      this.SKIP_TOKEN();
      if (next.tokenType === t.Semicolon && skips === skipStatement && nested <= 0) break;
    }
  }

  /** Whether something stands between two items that begins none; it is noted and skipped. */
  private atJunk(): boolean {
    if (this.RECORDING_PHASE || this.LA(1).tokenType === EOF) return false;
    this.missing.push({ kind: "junk", at: this.LA(1), before: this.LA(0) });
    while (this.LA(1).tokenType !== t.Word && this.LA(1).tokenType !== EOF) this.SKIP_TOKEN();
    return this.LA(1).tokenType !== EOF;
  }

  private readonly item: ParserMethod<[], Item | undefined> = this.RULE("item", () => {
    const keyword = this.CONSUME(t.Word);
    const name = this.CONSUME2(t.Word);
    const params = this.OPTION(() => this.SUBRULE(this.params)) ?? [];
    const attrs = this.OPTION2(() => this.SUBRULE(this.attrs)) ?? [];
    const inputs = this.OPTION3(() => this.SUBRULE(this.ports)) ?? [];
    const inputsEnd = this.endOfLast();
    const outputs = this.OPTION4(() => {
      this.CONSUME(t.Arrow);
      return this.OPTION5(() => this.SUBRULE2(this.ports));
    });
    const outputsEnd = this.endOfLast();
    const open = this.CONSUME(t.LBrace);
    const body = this.SUBRULE(this.statements, { ARGS: [open] });
    return {
      keyword: nameOf(keyword),
      name: nameOf(name),
      params,
      attrs,
      inputs,
      outputs: outputs ?? [],
      body,
      marks: { inputsEnd, outputsEnd, bodyStart: open.startOffset },
      start: keyword.startOffset,
      end: this.endOfLast(),
    };
  });

  /** Statements up to the closing brace, which may be missing. */
  private readonly statements: ParserMethod<[IToken], Statement[]> = this.RULE("statements", (open: IToken) => {
    const body: Statement[] = [];
    do {
      this.MANY({
        GATE: () => !this.atItem(),
        DEF: () => this.recover(() => this.SUBRULE(this.statement, { ARGS: [body] }), skipStatement),
      });
    } while (this.atStray());
    if (!this.RECORDING_PHASE && (this.atItem() || this.LA(1).tokenType === EOF))
      this.missing.push({ kind: "close", at: open, before: this.LA(0) });
    else this.recover(() => this.CONSUME(t.RBrace), skipBody);
    return body;
  });

  /** Whether something stands in a body that begins no statement; it is noted and skipped. */
  private atStray(): boolean {
    const stray = this.LA(1);
    const { tokenType } = stray;
    if (this.RECORDING_PHASE || tokenType === t.RBrace || tokenType === EOF || this.atItem()) return false;
    this.missing.push({ kind: "stray", at: stray, before: this.LA(0) });
    this.SKIP_TOKEN();
    if (tokenType !== t.Semicolon) this.skip(skipStatement, tokenType === t.LBrace ? 1 : 0);
    return true;
  }

  /** Two words in a row begin an item, never an instruction. */
  private atItem(): boolean {
    return (
      this.LA(1).tokenType === t.Word && this.LA(2).tokenType === t.Word && !this.isBlock("for") && !this.isBlock("if")
    );
  }

  private readonly params: ParserMethod<[], Param[]> = this.RULE("params", () => {
    const params: Param[] = [];
    this.CONSUME(t.Less);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => params.push(this.SUBRULE(this.param)) });
    this.CONSUME(t.Greater);
    return params;
  });

  private readonly param: ParserMethod<[], Param> = this.RULE("param", () => {
    const domain: Expr[] = [];
    const name = this.OR([
      { ALT: () => this.CONSUME(t.Word) },
      {
        ALT: () => {
          const defined = this.CONSUME(t.Define);
          this.CONSUME(t.Colon);
          domain.push(this.SUBRULE(this.expression, { ARGS: [true] }));
          this.MANY({
            GATE: () => this.LA(1).image === "or",
            DEF: () => {
              this.CONSUME2(t.Word);
              domain.push(this.SUBRULE2(this.expression, { ARGS: [true] }));
            },
          });
          return defined;
        },
      },
    ]);
    return { name: nameOf(name), domain, start: name.startOffset, end: this.endOfLast() };
  });

  /** `(a: T, b: U)`, or a single port bare. */
  private readonly ports: ParserMethod<[], Port[]> = this.RULE("ports", () => {
    const ports: Port[] = [];
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.LParen);
          this.recover(() => {
            this.OPTION(() => {
              ports.push(this.SUBRULE(this.port));
              this.MANY(() => {
                this.CONSUME(t.Comma);
                ports.push(this.SUBRULE2(this.port));
              });
            });
            this.CONSUME(t.RParen);
          }, skipPorts);
        },
      },
      { ALT: () => ports.push(this.SUBRULE3(this.port)) },
    ]);
    return ports;
  });

  private readonly port: ParserMethod<[], Port> = this.RULE("port", () => {
    let optional = false;
    let index: Expr | undefined;
    let type: TypeExpr | undefined;
    const name = this.OR([
      {
        ALT: () => {
          const defined = this.CONSUME(t.Define);
          optional = this.OPTION(() => this.CONSUME(t.Question)) !== undefined;
          this.CONSUME(t.Colon);
          type = this.SUBRULE(this.typeExpr);
          return defined;
        },
      },
      {
        ALT: () => {
          const word = this.CONSUME(t.Word);
          optional = this.OPTION2(() => this.CONSUME2(t.Question)) !== undefined;
          this.OPTION3(() => {
            this.CONSUME(t.LBracket);
            index = this.SUBRULE(this.expression, { ARGS: [false] });
            this.CONSUME(t.RBracket);
          });
          return word;
        },
      },
    ]);
    return { name: nameOf(name), optional, index, type, start: name.startOffset, end: this.endOfLast() };
  });

  private readonly typeExpr: ParserMethod<[], TypeExpr> = this.RULE("typeExpr", () => {
    const word = this.CONSUME(t.Word);
    let args: Expr[] = NONE;
    if (this.RECORDING_PHASE || this.LA(1).tokenType === t.Less)
      this.MANY(() => {
        this.CONSUME(t.Less);
        if (args === NONE) args = [];
        args.push(this.SUBRULE(this.expression, { ARGS: [true] }));
        this.CONSUME(t.Greater);
      });
    return { name: word.image, args, start: word.startOffset, end: this.endOfLast() };
  });

  private readonly statement: ParserMethod<[Statement[]], void> = this.RULE("statement", (into: Statement[] = []) => {
    this.into[0] = into;
    this.OR(this.forms);
  });

  /** What the statement that begins here is added to, as the arguments of its rule. */
  private readonly into: [Statement[]] = [[]];

  private readonly forms: OrMethodOpts<void> = {
    DEF: [
      { GATE: () => this.isBlock("for"), ALT: () => this.SUBRULE(this.loop, { ARGS: this.into }) },
      { GATE: () => this.isBlock("if"), ALT: () => this.SUBRULE(this.branch, { ARGS: this.into }) },
      { ALT: () => this.SUBRULE(this.instruction, { ARGS: this.into }) },
    ],
    IGNORE_AMBIGUITIES: true,
  };

  /** `for` and `if` are names like others, unless another word follows. */
  private isBlock(keyword: string): boolean {
    if (this.LA(1).image !== keyword) return false;
    const next = this.LA(2).tokenType;
    return next === t.Word || (keyword === "if" && next !== t.Colon && next !== t.Assign && next !== t.LBracket);
  }

  private readonly loop: ParserMethod<[Statement[]], void> = this.RULE("loop", (into: Statement[] = []) => {
    const start = this.CONSUME(t.Word).startOffset;
    const name = nameOf(this.CONSUME2(t.Word));
    this.CONSUME3(t.Word);
    const range = this.SUBRULE(this.expression, { ARGS: [false] });
    const body = this.SUBRULE(this.block);
    into.push({ kind: "for", name, range, body, start, end: this.endOfLast() });
  });

  private readonly branch: ParserMethod<[Statement[]], void> = this.RULE("branch", (into: Statement[] = []) => {
    const start = this.CONSUME(t.Word).startOffset;
    const test = this.SUBRULE(this.expression, { ARGS: [false] });
    const then = this.SUBRULE(this.block);
    let otherwise: Statement[] = [];
    this.OPTION({
      GATE: () => this.LA(1).image === "else",
      DEF: () => {
        this.CONSUME2(t.Word);
        this.OR([
          {
            GATE: () => this.isBlock("if"),
            ALT: () => {
              this.enter();
              this.SUBRULE(this.branch, { ARGS: [otherwise] });
              this.depth--;
            },
          },
          { ALT: () => (otherwise = this.SUBRULE2(this.block)) },
        ]);
      },
    });
    into.push({ kind: "if", test, then, otherwise, start, end: this.endOfLast() });
  });

  private readonly block: ParserMethod<[], Statement[]> = this.RULE("block", () => {
    this.enter();
    const open = this.CONSUME(t.LBrace);
    const body = this.SUBRULE(this.statements, { ARGS: [open] });
    this.depth--;
    return body;
  });

  private readonly instruction: ParserMethod<[Statement[]], void> = this.RULE(
    "instruction",
    (into: Statement[] = []) => {
      const start = this.LA(1).startOffset;
      const draft: Draft = { results: [], op: undefined, optional: false, attrs: NONE, args: NONE, loc: undefined };
      this.draft = draft;
      let whole = false;
      try {
        this.OR(this.heads);
        draft.optional = this.OPTION4(() => this.CONSUME(t.Question)) !== undefined;
        this.OPTION5(() => {
          draft.attrs = this.SUBRULE2(this.attrs);
        });
        this.OPTION6(() => {
          draft.args = this.SUBRULE(this.args);
        });
        this.OPTION7(() => {
          draft.loc = this.SUBRULE(this.location);
        });
        if (this.LA(1).tokenType === t.Semicolon || this.RECORDING_PHASE || !this.atStatement())
          this.CONSUME(t.Semicolon);
        else this.missing.push({ kind: "semicolon", at: this.LA(1), before: this.LA(0) });
        whole = true;
      } finally {
        if (draft.op !== undefined || draft.results.length > 0)
          into.push(finish(draft, start, this.endOfLast(), !whole));
      }
    },
  );

  /** The instruction that is being read; none has another inside. */
  private draft: Draft = { results: [], op: undefined, optional: false, attrs: NONE, args: NONE, loc: undefined };

  /** An instruction up to the name of its operation. */
  private readonly heads: IOrAlt<void>[] = [
    {
      // The case of every instruction of the IR: `y: T = op ...`.
      ALT: () => {
        const name = this.CONSUME(t.Define);
        this.CONSUME(t.Colon);
        const type = this.SUBRULE(this.typeExpr);
        this.draft.results.push({
          name: nameOf(name),
          optional: false,
          index: undefined,
          type,
          start: name.startOffset,
          end: type.end,
        });
        this.CONSUME(t.Assign);
        this.draft.op = nameOf(this.CONSUME(t.Word));
      },
    },
    {
      ALT: () => {
        this.CONSUME(t.LParen);
        this.OPTION(() => {
          this.draft.results.push(this.SUBRULE(this.port));
          this.MANY(() => {
            this.CONSUME(t.Comma);
            this.draft.results.push(this.SUBRULE2(this.port));
          });
        });
        this.CONSUME(t.RParen);
        this.CONSUME2(t.Assign);
        this.draft.op = nameOf(this.CONSUME2(t.Word));
      },
    },
    {
      // `op[...](...)` without a result, or `c[i] = op ...`: known at the `=`.
      ALT: () => {
        const word = this.CONSUME3(t.Word);
        const attrs = this.OPTION2(() => this.SUBRULE(this.attrs)) ?? NONE;
        this.draft.op = nameOf(word);
        this.draft.attrs = attrs;
        this.OPTION3(() => {
          this.CONSUME3(t.Assign);
          const end = this.LA(0).startOffset;
          this.draft.results.push({
            name: nameOf(word),
            optional: false,
            index: attrs[0]?.value,
            type: undefined,
            start: word.startOffset,
            end: attrs[attrs.length - 1]?.end ?? end,
          });
          this.draft.attrs = NONE;
          this.draft.op = nameOf(this.CONSUME4(t.Word));
        });
      },
    },
  ];

  /** Whether a new statement, or the end of the body, follows. */
  private atStatement(): boolean {
    const next = this.LA(1).tokenType;
    return next === t.Define || next === t.RBrace || next === EOF || this.atItem();
  }

  private readonly attrs: ParserMethod<[], Attr[]> = this.RULE("attrs", () => {
    const attrs: Attr[] = [];
    this.CONSUME(t.LBracket);
    this.OPTION(() => {
      this.SUBRULE(this.attr, { ARGS: [attrs] });
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.SUBRULE2(this.attr, { ARGS: [attrs] });
      });
    });
    this.CONSUME(t.RBracket);
    return attrs;
  });

  private readonly attr: ParserMethod<[Attr[]], void> = this.RULE("attr", (into: Attr[] = []) => {
    const start = this.LA(1).startOffset;
    const key = this.OPTION(() => {
      const name = nameOf(this.CONSUME(t.Define));
      this.CONSUME(t.Colon);
      return name;
    });
    const value = this.SUBRULE(this.term);
    into.push({ key, value, start, end: value.end });
  });

  /** `(a, b)`, or a single argument bare. */
  private readonly args: ParserMethod<[], Expr[]> = this.RULE("args", () => {
    const args: Expr[] = [];
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.LParen);
          this.OPTION(() => {
            args.push(this.SUBRULE(this.term));
            this.MANY(() => {
              this.CONSUME(t.Comma);
              args.push(this.SUBRULE2(this.term));
            });
          });
          this.CONSUME(t.RParen);
        },
      },
      {
        ALT: () => {
          const word = this.CONSUME(t.Word);
          args.push(nameExpr(word, undefined));
        },
      },
    ]);
    return args;
  });

  private readonly location: ParserMethod<[], Location> = this.RULE("location", () => {
    const at = this.CONSUME(t.At);
    const resource = this.OR([{ ALT: () => this.CONSUME(t.Word) }, { ALT: () => this.CONSUME(t.Hole) }]);
    const coordinates: Expr[] = [];
    this.OPTION(() => {
      this.CONSUME(t.LParen);
      this.MANY_SEP({ SEP: t.Comma, DEF: () => coordinates.push(this.SUBRULE(this.term)) });
      this.CONSUME(t.RParen);
    });
    return { resource: nameOf(resource), coordinates, start: at.startOffset, end: this.endOfLast() };
  });

  /** An expression, with a short way for the plain names and integers that IR consists of. */
  private readonly term: ParserMethod<[], Expr> = this.RULE("term", () => this.OR(this.terms));

  private readonly terms: OrMethodOpts<Expr> = {
    DEF: [
      { GATE: () => this.endsTerm(), ALT: () => nameExpr(this.CONSUME(t.Word), undefined) },
      { GATE: () => this.endsTerm(), ALT: () => this.integer(this.CONSUME(t.Int)) },
      {
        GATE: () => !this.atDefinition(),
        ALT: () => {
          const name = this.CONSUME(t.Define);
          this.CONSUME(t.Colon);
          return nameExpr(name, this.SUBRULE(this.typeExpr));
        },
      },
      { GATE: () => !this.atDefinition(), ALT: () => this.SUBRULE(this.expression, { ARGS: [false] }) },
    ],
    IGNORE_AMBIGUITIES: true,
  };

  /** Whether the next instruction begins here, `y: i8 =`: then this one has been left half-written. */
  private atDefinition(): boolean {
    return this.LA(1).tokenType === t.Define && this.LA(4).tokenType === t.Assign;
  }

  private endsTerm(): boolean {
    const next = this.LA(2).tokenType;
    return next === t.Comma || next === t.RParen || next === t.RBracket;
  }

  /** Operators by precedence, then `test ? then : otherwise`. `narrow` stops before `<`, `>` and comparisons. */
  private readonly expression: ParserMethod<[boolean], Expr> = this.RULE("expression", (narrow: boolean) => {
    this.enter();
    const operands: (Expr | undefined)[] = [];
    const operators: string[] = [];
    // Only a range may lack an end.
    this.OR([
      { ALT: () => operands.push(this.SUBRULE(this.operand)) },
      {
        ALT: () => {
          operators.push(this.CONSUME(t.Range).image);
          operands.push(
            undefined,
            this.OPTION(() => this.SUBRULE2(this.operand)),
          );
        },
      },
    ]);
    this.MANY({
      GATE: () => !narrow || this.isNarrow(),
      DEF: () =>
        this.OR2([
          {
            ALT: () => {
              operators.push(this.CONSUME2(t.Range).image);
              operands.push(this.OPTION2(() => this.SUBRULE3(this.operand)));
            },
          },
          {
            ALT: () => {
              const op = this.OR3([
                { ALT: () => this.CONSUME(t.SumOp) },
                { ALT: () => this.CONSUME(t.TestOp) },
                { ALT: () => this.CONSUME(t.Less) },
                { ALT: () => this.CONSUME(t.Greater) },
              ]);
              operators.push(op.image);
              operands.push(this.SUBRULE4(this.operand));
            },
          },
        ]),
    });
    const flat = climb(operands, operators);
    const result = this.OPTION3({
      GATE: () => !narrow,
      DEF: (): Expr => {
        this.CONSUME(t.Question);
        const then = this.SUBRULE3(this.expression, { ARGS: [false] });
        this.CONSUME(t.Colon);
        const otherwise = this.SUBRULE4(this.expression, { ARGS: [false] });
        return { kind: "condition", test: flat, then, otherwise, start: flat.start, end: otherwise.end };
      },
    });
    this.depth--;
    return result ?? flat;
  });

  private isNarrow(): boolean {
    const next = this.LA(1).tokenType;
    return next === t.Range || (next.CATEGORIES ?? []).includes(t.SumOp);
  }

  private readonly operand: ParserMethod<[], Expr> = this.RULE("operand", () => {
    let expr = this.OR(this.operands);
    this.MANY(() => {
      this.CONSUME(t.LBracket);
      const at = this.SUBRULE2(this.expression, { ARGS: [false] });
      const end = endOf(this.CONSUME(t.RBracket));
      expr = { kind: "index", of: expr, at, start: expr.start, end };
    });
    return expr;
  });

  private readonly operands: IOrAlt<Expr>[] = [
    { ALT: () => this.integer(this.CONSUME(t.Int)) },
    { ALT: () => this.SUBRULE(this.reference) },
    { ALT: () => textOf(this.CONSUME(t.Text)) },
    { ALT: () => holeOf(this.CONSUME(t.Hole)) },
    { ALT: () => this.SUBRULE(this.unary) },
    {
      ALT: () => {
        this.CONSUME(t.LParen);
        const inner = this.SUBRULE(this.expression, { ARGS: [false] });
        this.CONSUME(t.RParen);
        return inner;
      },
    },
  ];

  private readonly unary: ParserMethod<[], Expr> = this.RULE("unary", () => {
    this.enter();
    const op = this.OR([
      { ALT: () => this.CONSUME(t.Minus) },
      { ALT: () => this.CONSUME(t.Plus) },
      { ALT: () => this.CONSUME(t.Not) },
      { ALT: () => this.CONSUME(t.Tilde) },
    ]);
    const arg = this.SUBRULE(this.operand);
    this.depth--;
    return signed(op, arg);
  });

  private readonly reference: ParserMethod<[], Expr> = this.RULE("reference", (): Expr => {
    const word = this.OR([{ ALT: () => this.CONSUME(t.Word) }, { ALT: () => this.CONSUME(t.Define) }]);
    const args: Expr[] = [];
    const called = this.OPTION(() => {
      this.CONSUME(t.LParen);
      this.MANY_SEP({ SEP: t.Comma, DEF: () => args.push(this.SUBRULE(this.expression, { ARGS: [false] })) });
      return endOf(this.CONSUME(t.RParen));
    });
    return called === undefined
      ? nameExpr(word, undefined)
      : { kind: "call", name: nameOf(word), args, start: word.startOffset, end: called };
  });

  private integer(token: IToken): Expr {
    const text = token.image;
    const value = this.ACTION(() =>
      text.length > LONGEST_LITERAL ? TOO_LONG : BigInt(text.includes("_") ? text.replaceAll("_", "") : text),
    );
    return { kind: "int", value, text, start: token.startOffset, end: endOf(token) };
  }

  /** Counts nesting, and gives up on the text before the stack does. */
  private enter(): void {
    this.depth++;
    if (this.depth <= DEEPEST || this.RECORDING_PHASE) return;
    this.missing.push({ kind: "depth", at: this.LA(1), before: this.LA(0) });
    while (this.LA(1).tokenType !== EOF) this.SKIP_TOKEN();
  }

  private endOfLast(): number {
    return endOf(this.LA(0));
  }
}

/** To the next item: two words in a row outside of braces. */
function skipItem(next: IToken, depth: number): boolean {
  return depth > 0 || next.tokenType !== t.Word || !KEYWORDS.has(next.image);
}

/** To the semicolon (which goes, too), the closing brace, or the definition that begins the next statement. */
function skipStatement(next: IToken, depth: number): boolean {
  if (depth > 0) return true;
  return (
    next.tokenType !== t.RBrace &&
    next.tokenType !== t.Define &&
    !(next.tokenType === t.Word && KEYWORDS.has(next.image))
  );
}

function skipBody(next: IToken, depth: number): boolean {
  return depth >= 0 && next.tokenType !== t.RBrace;
}

function skipPorts(next: IToken): boolean {
  return (
    next.tokenType !== t.Arrow &&
    next.tokenType !== t.LBrace &&
    next.tokenType !== t.RBrace &&
    next.tokenType !== t.Semicolon
  );
}

/** Stands behind the last token. */
const END: IToken = { image: "", startOffset: Number.NaN, tokenTypeIdx: EOF.tokenTypeIdx as number, tokenType: EOF };
const TOO_LONG = 1n << 40000n;

/** The words that begin an item. */
export const KEYWORDS: ReadonlySet<string> = new Set(["def", "pat", "imp", "prim", "tile", "timing", "device", "flow"]);

/** The longest text that is read. */
const MAX_TEXT = 2 ** 25;

let grammar: Grammar | undefined;

/** Reads a text of any dialect. The program holds all that could be read, the diagnostics the rest. */
export function parse(source: Source): Outcome<Program> {
  const { value, diagnostics } = read(source, (rules) => rules.program());
  return { value: { source, items: value?.made ?? [], comments: value?.comments ?? [] }, diagnostics };
}

/** What follows the `{` of an item: its body, and the items behind it. */
export interface Rest {
  readonly body: readonly Statement[];
  /** Offset behind the body. */
  readonly bodyEnd: number;
  readonly items: readonly Item[];
  readonly comments: readonly Comment[];
}

/** Reads a text that begins with the `{` of an item: for editors, which read again what an edit has touched. */
export function parseRest(source: Source): Outcome<Rest> {
  const { value, diagnostics } = read(source, (rules) => rules.rest());
  return {
    value: { ...(value?.made ?? { body: [], bodyEnd: 0, items: [] }), comments: value?.comments ?? [] },
    diagnostics,
  };
}

function read<T>(
  source: Source,
  rule: (grammar: Grammar) => T,
): Outcome<{ readonly made: T; readonly comments: readonly Comment[] } | undefined> {
  const found: Report = report(source);
  const { text } = source;
  if (text.includes("\0")) {
    const start = text.indexOf("\0");
    found.error("not-text", "this is not a text file", [{ span: { start, end: start + 1 }, text: "a NUL byte" }]);
    return { value: undefined, diagnostics: found.list };
  }
  if (text.length > MAX_TEXT) {
    const span = { start: 0, end: 0 };
    found.error("too-large", `this text is longer than ${MAX_TEXT} characters`, [{ span, text: "" }]);
    return { value: undefined, diagnostics: found.list };
  }
  const rules = grammar ?? new Grammar();
  grammar = rules;
  const value = rules.read(text, found, () => rule(rules));
  if (found.list.some((one) => one.code === "too-large")) return { value: undefined, diagnostics: found.list };
  reportSyntax(rules.errors, rules.missing, found);
  return { value, diagnostics: found.list };
}
