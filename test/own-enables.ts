// Programs whose registers have enables of their own, and the cells that they take on UltraScale+.

export const ENABLES: readonly (readonly [what: string, text: string, cells: Readonly<Record<string, number>>])[] = [
  [
    "a product and a sum of which each register has an enable of its own",
    `def main(a: i16, b: i17, c: i40, ea: bool, eb: bool, ec: bool, em: bool, ep: bool) -> (y: i40) {
      p: i16 = reg[0](a, ea); q: i17 = reg[0](b, eb); k: i40 = reg[0](c, ec); v: i33 = sext(p); w: i33 = sext(q);
      m: i33 = mul(v, w); r: i33 = reg[0](m, em); x: i40 = sext(r); s: i40 = sub(k, x); y: i40 = reg[0](s, ep);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "registers behind a product with enables of their own, one with none",
    `def main(a: u9, b: u12, e: bool, f: bool) -> (y: u21) {
      v: u21 = zext(a); w: u21 = zext(b); m: u21 = mul(v, w); r: u21 = reg[0](m, e); s: u21 = reg[0](r);
      t: u21 = reg[0](s, f); y: u21 = reg[0](t, e);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "registers behind a sum with enables of their own",
    `def main(a: i10, b: i10, c: i24, e: bool, f: bool, g: bool) -> (y: i24) {
      v: i24 = sext(a); w: i24 = sext(b); m: i24 = mul(v, w); r: i24 = reg[0](m, g); o: i24 = add(c, r);
      q: i24 = reg[0](o, e); y: i24 = reg[0](q, f);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "a difference before the product, all registers with enables of their own",
    `def main(d: i14, a: i16, b: i18, c: i48, e: bool, f: bool, g: bool, h: bool, k: bool) -> (y: i48) {
      dd: i14 = reg[0](d, e); aa: i16 = reg[0](a, f); bb: i18 = reg[0](b, g); cc: i48 = reg[0](c, h);
      u: i17 = sext(dd); v: i17 = sext(aa); z: i17 = sub(u, v); zz: i17 = reg[0](z, k); s: i35 = sext(zz);
      t: i35 = sext(bb); m: i35 = mul(s, t); r: i35 = reg[0](m, e); x: i48 = sext(r); o: i48 = add(x, cc);
      y: i48 = reg[0](o, f);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "a sum before the product and registers behind it, with enables of their own",
    `def main(d: u8, a: u8, b: u8, e: bool, f: bool, g: bool) -> (y: u17) {
      u: u9 = zext(d); v: u9 = zext(a); z: u9 = add(u, v); s: u17 = zext(z); t: u17 = zext(b); m: u17 = mul(s, t);
      p: u17 = reg[0](m, e); q: u17 = reg[0](p, f); r: u17 = reg[0](q, g); y: u17 = reg[0](r);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "an accumulator with an enable of its own, that is loaded",
    `def main(a: i16, b: i16, c: i40, load: bool, e: bool, f: bool, g: bool) -> (y: i40) {
      p: i16 = reg[0](a, e); q: i16 = reg[0](b, f); k: i40 = reg[0](c, f); v: i32 = sext(p); w: i32 = sext(q);
      m: i32 = mul(v, w); r: i32 = reg[0](m); x: i40 = sext(r); s: i40 = add(y, x); n: i40 = mux(load, k, s);
      y: i40 = reg[0](n, g);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "lanes whose registers have enables of their own",
    `def main(a: i12<4>, c: i12<4>, e: bool, f: bool) -> (y: i12<4>) {
      p: i12<4> = reg[0](a, e); k: i12<4> = reg[0](c); o: i12<4> = add(k, p); y: i12<4> = reg[0](o, f);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "scalars that share the enables of each register",
    `def main(a: i8, b: i8, c: u12, d: u12, e: bool, f: bool) -> (y: i8, z: u12) {
      p: i8 = reg[0](a, e); q: i8 = reg[0](b, e); s: i8 = add(p, q); y: i8 = reg[0](s, f);
      u: u12 = reg[0](c, e); v: u12 = reg[0](d, e); t: u12 = add(u, v); z: u12 = reg[0](t, f);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "a chain of which each sum has its own enable",
    `def main(a: i8, b: i8, c: i8, d: i8, g: i8, h: i8, e: bool, f: bool, n: bool) -> (y: i16) {
      aw: i16 = sext(a); bw: i16 = sext(b); m0: i16 = mul(aw, bw); r0: i16 = reg[0](m0, e); s0: i16 = reg[0](r0, f);
      cw: i16 = sext(c); dw: i16 = sext(d); m1: i16 = mul(cw, dw); r1: i16 = reg[0](m1, f); o1: i16 = add(s0, r1);
      s1: i16 = reg[0](o1, n); gw: i16 = sext(g); hw: i16 = sext(h); m2: i16 = mul(gw, hw); r2: i16 = reg[0](m2);
      o2: i16 = sub(s1, r2); y: i16 = reg[0](o2, e);
    }`,
    { DSP48E2: 3 },
  ],
];
