// A behavioural model of the DSP48E2 slice, for simulation. Written from the vendor's "UltraScale Architecture DSP Slice
// User Guide" (UG579, v1.11); the names in brackets are those of its sections, tables and figures, and names and defaults of
// ports and attributes are those of the "UltraScale Architecture Libraries Guide" (UG974). What the guide does not specify
// is x here: carries of lanes that do not exist, of products and of logic, pattern outputs that are switched off, and what
// combinations of OPMODE give that it does not allow.

module DSP48E2 #(
    parameter integer ACASCREG = 1,
    parameter integer ADREG = 1,
    parameter integer ALUMODEREG = 1,
    parameter AMULTSEL = "A",
    parameter integer AREG = 1,
    parameter AUTORESET_PATDET = "NO_RESET",
    parameter AUTORESET_PRIORITY = "RESET",
    parameter A_INPUT = "DIRECT",
    parameter integer BCASCREG = 1,
    parameter BMULTSEL = "B",
    parameter integer BREG = 1,
    parameter B_INPUT = "DIRECT",
    parameter integer CARRYINREG = 1,
    parameter integer CARRYINSELREG = 1,
    parameter integer CREG = 1,
    parameter integer DREG = 1,
    parameter integer INMODEREG = 1,
    parameter [3:0] IS_ALUMODE_INVERTED = 4'b0000,
    parameter [0:0] IS_CARRYIN_INVERTED = 1'b0,
    parameter [0:0] IS_CLK_INVERTED = 1'b0,
    parameter [4:0] IS_INMODE_INVERTED = 5'b00000,
    parameter [8:0] IS_OPMODE_INVERTED = 9'b000000000,
    parameter [0:0] IS_RSTALLCARRYIN_INVERTED = 1'b0,
    parameter [0:0] IS_RSTALUMODE_INVERTED = 1'b0,
    parameter [0:0] IS_RSTA_INVERTED = 1'b0,
    parameter [0:0] IS_RSTB_INVERTED = 1'b0,
    parameter [0:0] IS_RSTCTRL_INVERTED = 1'b0,
    parameter [0:0] IS_RSTC_INVERTED = 1'b0,
    parameter [0:0] IS_RSTD_INVERTED = 1'b0,
    parameter [0:0] IS_RSTINMODE_INVERTED = 1'b0,
    parameter [0:0] IS_RSTM_INVERTED = 1'b0,
    parameter [0:0] IS_RSTP_INVERTED = 1'b0,
    parameter [47:0] MASK = 48'h3FFFFFFFFFFF,
    parameter integer MREG = 1,
    parameter integer OPMODEREG = 1,
    parameter [47:0] PATTERN = 48'h000000000000,
    parameter PREADDINSEL = "A",
    parameter integer PREG = 1,
    parameter [47:0] RND = 48'h000000000000,
    parameter SEL_MASK = "MASK",
    parameter SEL_PATTERN = "PATTERN",
    parameter USE_MULT = "MULTIPLY",
    parameter USE_PATTERN_DETECT = "NO_PATDET",
    parameter USE_SIMD = "ONE48",
    parameter USE_WIDEXOR = "FALSE",
    parameter XORSIMD = "XOR24_48_96"
) (
    output [29:0] ACOUT,
    output [17:0] BCOUT,
    output CARRYCASCOUT,
    output [3:0] CARRYOUT,
    output MULTSIGNOUT,
    output OVERFLOW,
    output [47:0] P,
    output PATTERNBDETECT,
    output PATTERNDETECT,
    output [47:0] PCOUT,
    output UNDERFLOW,
    output [7:0] XOROUT,
    input [29:0] A,
    input [29:0] ACIN,
    input [3:0] ALUMODE,
    input [17:0] B,
    input [17:0] BCIN,
    input [47:0] C,
    input CARRYCASCIN,
    input CARRYIN,
    input [2:0] CARRYINSEL,
    input CEA1,
    input CEA2,
    input CEAD,
    input CEALUMODE,
    input CEB1,
    input CEB2,
    input CEC,
    input CECARRYIN,
    input CECTRL,
    input CED,
    input CEINMODE,
    input CEM,
    input CEP,
    input CLK,
    input [26:0] D,
    input [4:0] INMODE,
    input MULTSIGNIN,
    input [8:0] OPMODE,
    input [47:0] PCIN,
    input RSTA,
    input RSTALLCARRYIN,
    input RSTALUMODE,
    input RSTB,
    input RSTC,
    input RSTCTRL,
    input RSTD,
    input RSTINMODE,
    input RSTM,
    input RSTP
);

    // Inverters of the control pins ["Attributes"]. All resets are synchronous and win over the enable ["Reset Ports"].
    wire clk = CLK ^ IS_CLK_INVERTED;
    wire rsta = RSTA ^ IS_RSTA_INVERTED;
    wire rstb = RSTB ^ IS_RSTB_INVERTED;
    wire rstc = RSTC ^ IS_RSTC_INVERTED;
    wire rstd = RSTD ^ IS_RSTD_INVERTED;
    wire rstm = RSTM ^ IS_RSTM_INVERTED;
    wire rstp = RSTP ^ IS_RSTP_INVERTED;
    wire rstctrl = RSTCTRL ^ IS_RSTCTRL_INVERTED;
    wire rstinmode = RSTINMODE ^ IS_RSTINMODE_INVERTED;
    wire rstalumode = RSTALUMODE ^ IS_RSTALUMODE_INVERTED;
    wire rstcarry = RSTALLCARRYIN ^ IS_RSTALLCARRYIN_INVERTED;

    // Control registers ["OPMODE, ALUMODE, and CARRYINSEL Port Logic", "INMODE"]: OPMODE and CARRYINSEL share CECTRL and
    // RSTCTRL.
    wire [4:0] inmode_in = INMODE ^ IS_INMODE_INVERTED;
    wire [8:0] opmode_in = OPMODE ^ IS_OPMODE_INVERTED;
    wire [3:0] alumode_in = ALUMODE ^ IS_ALUMODE_INVERTED;
    wire carryin_in = CARRYIN ^ IS_CARRYIN_INVERTED;
    reg [4:0] inmode_kept = 0;
    reg [8:0] opmode_kept = 0;
    reg [3:0] alumode_kept = 0;
    reg [2:0] carryinsel_kept = 0;
    reg carryin_kept = 0;
    always @(posedge clk) begin
        if (rstinmode) inmode_kept <= 0;
        else if (CEINMODE) inmode_kept <= inmode_in;
        if (rstctrl) opmode_kept <= 0;
        else if (CECTRL) opmode_kept <= opmode_in;
        if (rstctrl) carryinsel_kept <= 0;
        else if (CECTRL) carryinsel_kept <= CARRYINSEL;
        if (rstalumode) alumode_kept <= 0;
        else if (CEALUMODE) alumode_kept <= alumode_in;
        if (rstcarry) carryin_kept <= 0;
        else if (CECARRYIN) carryin_kept <= carryin_in;
    end
    wire [4:0] inmode = INMODEREG == 1 ? inmode_kept : inmode_in;
    wire [8:0] opmode = OPMODEREG == 1 ? opmode_kept : opmode_in;
    wire [3:0] alumode = ALUMODEREG == 1 ? alumode_kept : alumode_in;
    wire [2:0] carryinsel = CARRYINSELREG == 1 ? carryinsel_kept : CARRYINSEL;
    wire carryin = CARRYINREG == 1 ? carryin_kept : carryin_in;

    // A and B, two registers each [Figures "Input A" and "Input B"]. The first is clocked by CEA1, the second by CEA2. With
    // AREG = 1 the second is in the way and the first beside it, where INMODE[0] can choose it ["CEA1 ... is only used if
    // AREG = 2 or INMODE[0] = 1"]; B alike with INMODE[4].
    wire [29:0] a_in = A_INPUT == "CASCADE" ? ACIN : A;
    wire [17:0] b_in = B_INPUT == "CASCADE" ? BCIN : B;
    reg [29:0] a1_kept = 0, a2_kept = 0;
    reg [17:0] b1_kept = 0, b2_kept = 0;
    always @(posedge clk) begin
        if (rsta) a1_kept <= 0;
        else if (CEA1) a1_kept <= a_in;
        if (rsta) a2_kept <= 0;
        else if (CEA2) a2_kept <= AREG == 2 ? a1_kept : a_in;
        if (rstb) b1_kept <= 0;
        else if (CEB1) b1_kept <= b_in;
        if (rstb) b2_kept <= 0;
        else if (CEB2) b2_kept <= BREG == 2 ? b1_kept : b_in;
    end
    wire [29:0] a1 = AREG == 0 ? a_in : a1_kept;
    wire [29:0] a2 = AREG == 0 ? a_in : a2_kept;
    wire [17:0] b1 = BREG == 0 ? b_in : b1_kept;
    wire [17:0] b2 = BREG == 0 ? b_in : b2_kept;
    // The cascades have as many registers as ACASCREG says: as many as the way in, or one of its two.
    assign ACOUT = AREG == 2 && ACASCREG == 1 ? a1 : a2;
    assign BCOUT = BREG == 2 && BCASCREG == 1 ? b1 : b2;

    // C and D.
    reg [47:0] c_kept = 0;
    reg [26:0] d_kept = 0;
    always @(posedge clk) begin
        if (rstc) c_kept <= 0;
        else if (CEC) c_kept <= C;
        if (rstd) d_kept <= 0;
        else if (CED) d_kept <= D;
    end
    wire [47:0] c = CREG == 1 ? c_kept : C;
    wire [26:0] d = DREG == 1 ? d_kept : D;

    // The pre-adder ["Pre-adder", tables of INMODE, PREADDINSEL, AMULTSEL and BMULTSEL]: INMODE[1] makes the operand that
    // PREADDINSEL names 0, on its way to the multiplier, too; INMODE[2] lets D in; INMODE[3] subtracts from D.
    wire [26:0] a_chosen = inmode[0] ? a1[26:0] : a2[26:0];
    wire [17:0] b_chosen = inmode[4] ? b1 : b2;
    wire [26:0] a_gated = PREADDINSEL == "A" && inmode[1] ? 27'd0 : a_chosen;
    wire [17:0] b_gated = PREADDINSEL == "B" && inmode[1] ? 18'd0 : b_chosen;
    wire [26:0] d_gated = inmode[2] ? d : 27'd0;
    wire [26:0] ab = PREADDINSEL == "B" ? {{9{b_gated[17]}}, b_gated} : a_gated;
    wire [26:0] ad_now = inmode[3] ? d_gated - ab : d_gated + ab;
    reg [26:0] ad_kept = 0;
    always @(posedge clk)
        if (rstd) ad_kept <= 0;
        else if (CEAD) ad_kept <= ad_now;
    wire [26:0] ad = ADREG == 1 ? ad_kept : ad_now;

    // The multiplier, 27 by 18 bits, signed ["Two's Complement Multiplier"]. Its two partial products are added in the ALU,
    // so that X and Y have to choose them together; here all of M is on X then, and Y adds nothing.
    wire signed [26:0] a_factor = AMULTSEL == "AD" ? ad : a_gated;
    wire signed [17:0] b_factor = BMULTSEL == "AD" ? ad[17:0] : b_gated;
    wire signed [44:0] m_now = a_factor * b_factor;
    // The sign that CARRYINSEL = 110 takes is kept beside M, and cleared with the other carries.
    wire equal_signs_now = ~(a_factor[26] ^ b_factor[17]);
    reg signed [44:0] m_kept = 0;
    reg equal_signs_kept = 0;
    always @(posedge clk) begin
        if (rstm) m_kept <= 0;
        else if (CEM) m_kept <= m_now;
        if (rstcarry) equal_signs_kept <= 0;
        else if (CEM) equal_signs_kept <= equal_signs_now;
    end
    wire [44:0] m = MREG == 1 ? m_kept : m_now;
    wire equal_signs = MREG == 1 ? equal_signs_kept : equal_signs_now;

    // What comes out, and what comes back: P may come back through its register only [tables of X, W and Z].
    reg [47:0] p_kept = 0;
    reg cascade_kept = 0;
    wire [47:0] back = PREG == 1 ? p_kept : {48{1'bx}};

    // The multiplexers of the ALU ["OPMODE", tables of W, X, Y and Z].
    wire is_product = opmode[3:0] == 4'b0101;
    wire is_extension = opmode[6:0] == 7'b1001000;
    // A mode that the guide does not allow gives x.
    wire [47:0] none = {48{1'bx}};
    wire [47:0] product = USE_MULT == "NONE" ? none : {{3{m[44]}}, m};
    wire [47:0] w =
        opmode[8:7] == 2'b00 ? 48'd0 :
        opmode[8:7] == 2'b01 ? back :
        opmode[8:7] == 2'b10 ? RND : c;
    wire [47:0] x =
        opmode[1:0] == 2'b00 ? 48'd0 :
        opmode[1:0] == 2'b01 ? (is_product ? product : none) :
        opmode[1:0] == 2'b10 ? back : {a2, b2};
    // MACC_EXTEND adds the sign of the product of the slice below ["MACC_EXTEND", MULTSIGNIN].
    wire [47:0] y =
        opmode[3:2] == 2'b00 ? 48'd0 :
        opmode[3:2] == 2'b01 ? (is_product ? 48'd0 : none) :
        opmode[3:2] == 2'b10 ? (is_extension ? {48{MULTSIGNIN}} : {48{1'b1}}) : c;
    wire [47:0] z =
        opmode[6:4] == 3'b000 ? 48'd0 :
        opmode[6:4] == 3'b001 ? PCIN :
        opmode[6:4] == 3'b010 ? back :
        opmode[6:4] == 3'b011 ? c :
        opmode[6:4] == 3'b100 ? (is_extension ? back : none) :
        opmode[6:4] == 3'b101 ? {{17{PCIN[47]}}, PCIN[47:17]} :
        opmode[6:4] == 3'b110 ? {{17{back[47]}}, back[47:17]} : none;

    // The carry that comes in ["CARRYINSEL", table "CARRYINSEL Control Carry Source"].
    wire cin =
        carryinsel == 3'b000 ? carryin :
        carryinsel == 3'b001 ? ~PCIN[47] :
        carryinsel == 3'b010 ? CARRYCASCIN :
        carryinsel == 3'b011 ? PCIN[47] :
        carryinsel == 3'b100 ? (PREG == 1 ? cascade_kept : 1'bx) :
        carryinsel == 3'b101 ? ~back[47] :
        carryinsel == 3'b110 ? equal_signs : back[47];

    // The adder ["ALUMODE", table "Three-Input and Four-Input ALUMODE Operations"]: Z is inverted by ALUMODE[0], the result
    // by ALUMODE[1], so that 0011 is Z - (W + X + Y + CIN). Lanes of SIMD do not hand their carries on ["SIMD"], and the
    // carry comes into the lowest.
    wire [47:0] z_turned = alumode[0] ? ~z : z;
    wire [14:0] sum0 = w[11:0] + x[11:0] + y[11:0] + z_turned[11:0] + cin;
    wire [2:0] on0 = USE_SIMD == "FOUR12" ? 3'd0 : sum0[14:12];
    wire [14:0] sum1 = w[23:12] + x[23:12] + y[23:12] + z_turned[23:12] + on0;
    wire [2:0] on1 = USE_SIMD == "ONE48" ? sum1[14:12] : 3'd0;
    wire [14:0] sum2 = w[35:24] + x[35:24] + y[35:24] + z_turned[35:24] + on1;
    wire [2:0] on2 = USE_SIMD == "FOUR12" ? 3'd0 : sum2[14:12];
    wire [14:0] sum3 = w[47:36] + x[47:36] + y[47:36] + z_turned[47:36] + on2;
    wire [47:0] sum = {sum3[11:0], sum2[11:0], sum1[11:0], sum0[11:0]};

    // The logic unit ["Two-Input Logic Unit", table "OPMODE and ALUMODE Control Bits Select Logic Unit Outputs"]: without
    // carries the adder has the exclusive or of X, Y and Z, and beside it their majority, where Y of zeros or ones makes an
    // `and` or an `or` of X and Z.
    wire [47:0] parity = x ^ y ^ z_turned;
    wire [47:0] majority = (x & y) | (x & z_turned) | (y & z_turned);
    wire [47:0] result = alumode[3] ? majority : alumode[2] ? parity : sum;
    wire [47:0] p_now = alumode[1] ? ~result : result;

    // Carries ["CARRYOUT/CARRYCASCOUT"]: of ~Z + X in a subtraction, and CARRYOUT inverted there, so that it is 1 for a
    // borrow; not specified for products and logic, in which no carry is made.
    wire [3:0] carries = {sum3[12], sum2[12], sum1[12], sum0[12]};
    wire [3:0] lanes = USE_SIMD == "FOUR12" ? 4'b1111 : USE_SIMD == "TWO24" ? 4'b1010 : 4'b1000;
    wire is_carried = !is_product && alumode[3:2] == 2'b00;
    wire [3:0] unknown = is_carried ? ~lanes : 4'b1111;
    wire [3:0] polar = alumode[1:0] == 2'b11 ? ~carries : carries;
    wire [3:0] carryout_now = {
        unknown[3] ? 1'bx : polar[3], unknown[2] ? 1'bx : polar[2], unknown[1] ? 1'bx : polar[1], unknown[0] ? 1'bx : polar[0]
    };
    wire cascade_now = carries[3] && alumode[3:2] == 2'b00;

    // The wide exclusive or ["Wide XOR"]: of 12, 24, 48 or 96 bits, X and Z being A:B and C.
    wire [7:0] xors;
    genvar at;
    generate
        for (at = 0; at < 8; at = at + 1) begin : twelve
            assign xors[at] = ^parity[6 * at + 5:6 * at];
        end
    endgenerate
    wire [7:0] xor_wide = {
        xors[7], ^xors[7:6], ^xors[7:4], ^xors[5:4], ^xors[7:0], ^xors[3:2], ^xors[3:0], ^xors[1:0]
    };
    wire [7:0] xorout_now = USE_WIDEXOR != "TRUE" ? 8'd0 : XORSIMD == "XOR12" ? xors : xor_wide;

    // The pattern detector ["Pattern Detect", "SEL_MASK", "SEL_PATTERN"]: it looks at what goes into P, and its outputs are
    // kept as P is. ROUNDING_MODE1 and 2 take the inverse of C, moved up by one or two bits, as the mask.
    wire [47:0] pattern = SEL_PATTERN == "C" ? c : PATTERN;
    wire [47:0] mask =
        SEL_MASK == "C" ? c :
        SEL_MASK == "ROUNDING_MODE1" ? {~c[46:0], 1'b0} :
        SEL_MASK == "ROUNDING_MODE2" ? {~c[45:0], 2'b00} : MASK;
    wire detect_now = &(~(p_now ^ pattern) | mask);
    wire bdetect_now = &((p_now ^ pattern) | mask);

    // The output registers. P is cleared by itself after a match, or where one has ended ["AUTORESET_PATDET",
    // "AUTORESET_PRIORITY"].
    reg [3:0] carryout_kept = 0;
    reg sign_kept = 0, detect_kept = 0, bdetect_kept = 0, detect_past = 0, bdetect_past = 0;
    reg [7:0] xorout_kept = 0;
    wire is_matched =
        AUTORESET_PATDET == "RESET_MATCH" ? detect_kept :
        AUTORESET_PATDET == "RESET_NOT_MATCH" ? detect_past && !detect_kept : 1'b0;
    wire clears = rstp || (is_matched && (CEP || AUTORESET_PRIORITY == "RESET"));
    always @(posedge clk)
        if (clears) begin
            p_kept <= 0;
            cascade_kept <= 0;
            carryout_kept <= 0;
            sign_kept <= 0;
            xorout_kept <= 0;
            detect_kept <= 0;
            bdetect_kept <= 0;
            detect_past <= 0;
            bdetect_past <= 0;
        end else if (CEP) begin
            p_kept <= p_now;
            cascade_kept <= cascade_now;
            carryout_kept <= carryout_now;
            sign_kept <= m[44];
            xorout_kept <= xorout_now;
            detect_kept <= detect_now;
            bdetect_kept <= bdetect_now;
            detect_past <= detect_kept;
            bdetect_past <= bdetect_kept;
        end
    assign P = PREG == 1 ? p_kept : p_now;
    assign PCOUT = P;
    assign CARRYCASCOUT = PREG == 1 ? cascade_kept : cascade_now;
    assign CARRYOUT = PREG == 1 ? carryout_kept : carryout_now;
    assign MULTSIGNOUT = PREG == 1 ? sign_kept : m[44];
    assign XOROUT = PREG == 1 ? xorout_kept : xorout_now;
    wire detects = USE_PATTERN_DETECT == "PATDET";
    assign PATTERNDETECT = !detects ? 1'bx : PREG == 1 ? detect_kept : detect_now;
    assign PATTERNBDETECT = !detects ? 1'bx : PREG == 1 ? bdetect_kept : bdetect_now;
    // ["Overflow and Underflow Logic"]: what was the pattern, or its inverse, and is neither any more.
    assign OVERFLOW = detects && PREG == 1 ? detect_past && !detect_kept && !bdetect_kept : 1'bx;
    assign UNDERFLOW = detects && PREG == 1 ? bdetect_past && !detect_kept && !bdetect_kept : 1'bx;
endmodule
