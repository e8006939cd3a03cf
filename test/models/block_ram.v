// What the block RAMs RAMB18E2 and RAMB36E2 do, for simulation: ports of `BITS` data bits, 16 or 32, with a parity bit for
// each byte. Written from the vendor's "UltraScale Architecture Memory Resources" (UG573); the names in brackets are those of
// its sections. Both ports read and write, in all widths up to a port's and all write modes [Block RAM Functionality, Write
// Modes], with the simple dual-port mode of twice as many bits on port A for reads and B for writes [Simple Dual-Port Block
// RAM], byte-wide write enables [Byte-Wide Write Enable], output registers [Optional Output Registers], and synchronous
// resets to SRVAL [Output Latches Synchronous Set/Reset]. A port that reads what the other one writes at the same edge of a
// common clock gets the old value if that writes in READ_FIRST mode, else x [Synchronous Clocking]; the program under test
// has one clock.

module block_ram_model #(
    parameter integer BITS = 16,
    parameter integer BYTES = BITS / 8,
    parameter integer ADDRESS = BITS == 16 ? 14 : 15,
    parameter [BITS*1024-1:0] DATA = 0,
    parameter [BITS*128-1:0] PARITY = 0,
    parameter integer DOA_REG = 0,
    parameter integer DOB_REG = 0,
    parameter [BITS+BYTES-1:0] INIT_A = 0,
    parameter [BITS+BYTES-1:0] INIT_B = 0,
    parameter integer READ_WIDTH_A = 0,
    parameter integer READ_WIDTH_B = 0,
    parameter [BITS+BYTES-1:0] SRVAL_A = 0,
    parameter [BITS+BYTES-1:0] SRVAL_B = 0,
    parameter WRITE_MODE_A = "NO_CHANGE",
    parameter WRITE_MODE_B = "NO_CHANGE",
    parameter integer WRITE_WIDTH_A = 0,
    parameter integer WRITE_WIDTH_B = 0
) (
    output [BITS-1:0] DOUTADOUT,
    output [BITS-1:0] DOUTBDOUT,
    output [BYTES-1:0] DOUTPADOUTP,
    output [BYTES-1:0] DOUTPBDOUTP,
    input [ADDRESS-1:0] ADDRARDADDR,
    input [ADDRESS-1:0] ADDRBWRADDR,
    input CLKARDCLK,
    input CLKBWRCLK,
    input [BITS-1:0] DINADIN,
    input [BITS-1:0] DINBDIN,
    input [BYTES-1:0] DINPADINP,
    input [BYTES-1:0] DINPBDINP,
    input ENARDEN,
    input ENBWREN,
    input REGCEAREGCE,
    input REGCEB,
    input RSTRAMARSTRAM,
    input RSTRAMB,
    input RSTREGARSTREG,
    input RSTREGB,
    input [BYTES-1:0] WEA,
    input [2*BYTES-1:0] WEBWE
);
    // A word of both halves: twice the data bits, then twice the parity bits.
    localparam integer WORD = 2 * (BITS + BYTES);
    localparam integer WHOLE = WORD;
    localparam [BITS-1:0] NO_DATA = 0;
    localparam [BYTES-1:0] NO_PARITY = 0;
    reg [BITS*1024-1:0] data;
    reg [BITS*128-1:0] parity;
    reg [WORD-1:0] latch_a, latch_b, reg_a, reg_b;
    initial begin
        data = DATA;
        parity = PARITY;
        latch_a = start(READ_WIDTH_A == WHOLE, INIT_A, INIT_B);
        latch_b = start(1'b0, INIT_B, 0);
        reg_a = latch_a;
        reg_b = latch_b;
    end

    // The words of the two halves of an output, parity above the data.
    function [WORD-1:0] start(input whole, input [BITS+BYTES-1:0] low, input [BITS+BYTES-1:0] high);
        start = whole
            ? {high[BITS+:BYTES], low[BITS+:BYTES], high[BITS-1:0], low[BITS-1:0]}
            : {NO_PARITY, low[BITS+:BYTES], NO_DATA, low[BITS-1:0]};
    endfunction

    // Data bits and parity bits of a word, and the first bit of the word at an address [Address Bus].
    function integer bits(input integer width);
        bits = width >= 9 ? width / 9 * 8 : width;
    endfunction
    function integer checks(input integer width);
        checks = width / 9;
    endfunction
    function integer base(input integer width, input [ADDRESS-1:0] address);
        base = width == 0 ? 0 : address / bits(width) * bits(width);
    endfunction

    function [WORD-1:0] word(input integer width, input [ADDRESS-1:0] address);
        integer i;
        begin
            word = 0;
            for (i = 0; i < bits(width); i = i + 1) word[i] = data[base(width, address) + i];
            for (i = 0; i < checks(width); i = i + 1) word[2 * BITS + i] = parity[base(width, address) / 8 + i];
        end
    endfunction

    // Whether two words have a bit in common.
    function meet(input integer one, input [ADDRESS-1:0] first, input integer other, input [ADDRESS-1:0] second);
        meet = base(one, first) < base(other, second) + bits(other) && base(other, second) < base(one, first) + bits(one);
    endfunction

    // The write enables of the bytes of a word: those of a word of several bytes, or that of all.
    function [2*BYTES-1:0] enables(input integer width, input [2*BYTES-1:0] given);
        integer i;
        for (i = 0; i < 2 * BYTES; i = i + 1) enables[i] = i < checks(width) || i == 0 && width > 0 ? given[i] : 1'b0;
    endfunction

    wire whole_r = READ_WIDTH_A == WHOLE;
    wire whole_w = WRITE_WIDTH_B == WHOLE;
    wire [2*BYTES-1:0] we_a = enables(WRITE_WIDTH_A, {NO_PARITY, WEA});
    wire [2*BYTES-1:0] we_b = enables(WRITE_WIDTH_B, WEBWE);
    wire [WORD-1:0] in_a = {NO_PARITY, DINPADINP, NO_DATA, DINADIN};
    wire [WORD-1:0] in_b = whole_w
        ? {DINPBDINP, DINPADINP, DINBDIN, DINADIN}
        : {NO_PARITY, DINPBDINP, NO_DATA, DINBDIN};

    integer i, j;
    always @(posedge CLKARDCLK) begin
        if (ENARDEN) begin
            if (RSTRAMARSTRAM) latch_a <= start(whole_r, SRVAL_A, SRVAL_B);
            else if (READ_WIDTH_A != 0 && we_a == 0) begin
                if (ENBWREN && we_b != 0 && WRITE_MODE_B != "READ_FIRST" && meet(READ_WIDTH_A, ADDRARDADDR, WRITE_WIDTH_B, ADDRBWRADDR))
                    latch_a <= {WORD{1'bx}};
                else latch_a <= word(READ_WIDTH_A, ADDRARDADDR);
            end else if (READ_WIDTH_A != 0 && WRITE_MODE_A == "READ_FIRST") latch_a <= word(READ_WIDTH_A, ADDRARDADDR);
            else if (READ_WIDTH_A != 0 && WRITE_MODE_A == "WRITE_FIRST") latch_a <= in_a;
            for (i = 0; i < bits(WRITE_WIDTH_A); i = i + 1)
                if (we_a[i / 8]) data[base(WRITE_WIDTH_A, ADDRARDADDR) + i] <= in_a[i];
            for (i = 0; i < checks(WRITE_WIDTH_A); i = i + 1)
                if (we_a[i]) parity[base(WRITE_WIDTH_A, ADDRARDADDR) / 8 + i] <= in_a[2 * BITS + i];
        end
        if (RSTREGARSTREG) reg_a <= start(whole_r, SRVAL_A, SRVAL_B);
        else if (REGCEAREGCE) reg_a <= latch_a;
    end
    always @(posedge CLKBWRCLK) begin
        if (ENBWREN) begin
            if (RSTRAMB) latch_b <= start(1'b0, SRVAL_B, 0);
            else if (READ_WIDTH_B != 0 && we_b == 0) begin
                if (ENARDEN && we_a != 0 && WRITE_MODE_A != "READ_FIRST" && meet(READ_WIDTH_B, ADDRBWRADDR, WRITE_WIDTH_A, ADDRARDADDR))
                    latch_b <= {WORD{1'bx}};
                else latch_b <= word(READ_WIDTH_B, ADDRBWRADDR);
            end else if (READ_WIDTH_B != 0 && WRITE_MODE_B == "READ_FIRST") latch_b <= word(READ_WIDTH_B, ADDRBWRADDR);
            else if (READ_WIDTH_B != 0 && WRITE_MODE_B == "WRITE_FIRST") latch_b <= in_b;
            for (j = 0; j < bits(WRITE_WIDTH_B); j = j + 1)
                if (we_b[j / 8]) data[base(WRITE_WIDTH_B, ADDRBWRADDR) + j] <= in_b[j];
            for (j = 0; j < checks(WRITE_WIDTH_B); j = j + 1)
                if (we_b[j]) parity[base(WRITE_WIDTH_B, ADDRBWRADDR) / 8 + j] <= in_b[2 * BITS + j];
        end
        if (RSTREGB) reg_b <= start(1'b0, SRVAL_B, 0);
        else if (REGCEB) reg_b <= latch_b;
    end

    wire [WORD-1:0] out_a = DOA_REG == 0 ? latch_a : reg_a;
    wire [WORD-1:0] out_b = DOB_REG == 0 ? latch_b : reg_b;
    assign DOUTADOUT = out_a[BITS-1:0];
    assign DOUTPADOUTP = out_a[2*BITS+:BYTES];
    assign DOUTBDOUT = whole_r ? out_a[BITS+:BITS] : out_b[BITS-1:0];
    assign DOUTPBDOUTP = whole_r ? out_a[2*BITS+BYTES+:BYTES] : out_b[2*BITS+:BYTES];
endmodule
