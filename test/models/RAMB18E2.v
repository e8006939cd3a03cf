// A behavioural model of the block RAM RAMB18E2, for simulation. Written from the vendor's "UltraScale Architecture Memory
// Resources" (UG573); the names in brackets are those of its sections, names and defaults of ports and attributes are those
// of the "UltraScale Architecture Libraries Guide" (UG974). Both ports read and write, in all widths and write modes [Block
// RAM Functionality, Write Modes], with the simple dual-port mode of 36 bits on port A for reads and B for writes [Simple
// Dual-Port Block RAM], byte-wide write enables [Byte-Wide Write Enable], output registers [Optional Output Registers], and
// synchronous resets to SRVAL [Output Latches Synchronous Set/Reset]. A port that reads what the other one writes at the
// same edge of a common clock gets the old value if that writes in READ_FIRST mode, else x [Synchronous Clocking]; the
// program under test has one clock. Cascades, address enables and SLEEP are not there.

module RAMB18E2 #(
    parameter CASCADE_ORDER_A = "NONE",
    parameter CASCADE_ORDER_B = "NONE",
    parameter CLOCK_DOMAINS = "INDEPENDENT",
    parameter integer DOA_REG = 1,
    parameter integer DOB_REG = 1,
    parameter ENADDRENA = "FALSE",
    parameter ENADDRENB = "FALSE",
    parameter [17:0] INIT_A = 18'h0,
    parameter [17:0] INIT_B = 18'h0,
    parameter integer READ_WIDTH_A = 0,
    parameter integer READ_WIDTH_B = 0,
    parameter RSTREG_PRIORITY_A = "RSTREG",
    parameter RSTREG_PRIORITY_B = "RSTREG",
    parameter [17:0] SRVAL_A = 18'h0,
    parameter [17:0] SRVAL_B = 18'h0,
    parameter WRITE_MODE_A = "NO_CHANGE",
    parameter WRITE_MODE_B = "NO_CHANGE",
    parameter integer WRITE_WIDTH_A = 0,
    parameter integer WRITE_WIDTH_B = 0,
    parameter [255:0] INIT_00 = 256'h0,
    parameter [255:0] INIT_01 = 256'h0,
    parameter [255:0] INIT_02 = 256'h0,
    parameter [255:0] INIT_03 = 256'h0,
    parameter [255:0] INIT_04 = 256'h0,
    parameter [255:0] INIT_05 = 256'h0,
    parameter [255:0] INIT_06 = 256'h0,
    parameter [255:0] INIT_07 = 256'h0,
    parameter [255:0] INIT_08 = 256'h0,
    parameter [255:0] INIT_09 = 256'h0,
    parameter [255:0] INIT_0A = 256'h0,
    parameter [255:0] INIT_0B = 256'h0,
    parameter [255:0] INIT_0C = 256'h0,
    parameter [255:0] INIT_0D = 256'h0,
    parameter [255:0] INIT_0E = 256'h0,
    parameter [255:0] INIT_0F = 256'h0,
    parameter [255:0] INIT_10 = 256'h0,
    parameter [255:0] INIT_11 = 256'h0,
    parameter [255:0] INIT_12 = 256'h0,
    parameter [255:0] INIT_13 = 256'h0,
    parameter [255:0] INIT_14 = 256'h0,
    parameter [255:0] INIT_15 = 256'h0,
    parameter [255:0] INIT_16 = 256'h0,
    parameter [255:0] INIT_17 = 256'h0,
    parameter [255:0] INIT_18 = 256'h0,
    parameter [255:0] INIT_19 = 256'h0,
    parameter [255:0] INIT_1A = 256'h0,
    parameter [255:0] INIT_1B = 256'h0,
    parameter [255:0] INIT_1C = 256'h0,
    parameter [255:0] INIT_1D = 256'h0,
    parameter [255:0] INIT_1E = 256'h0,
    parameter [255:0] INIT_1F = 256'h0,
    parameter [255:0] INIT_20 = 256'h0,
    parameter [255:0] INIT_21 = 256'h0,
    parameter [255:0] INIT_22 = 256'h0,
    parameter [255:0] INIT_23 = 256'h0,
    parameter [255:0] INIT_24 = 256'h0,
    parameter [255:0] INIT_25 = 256'h0,
    parameter [255:0] INIT_26 = 256'h0,
    parameter [255:0] INIT_27 = 256'h0,
    parameter [255:0] INIT_28 = 256'h0,
    parameter [255:0] INIT_29 = 256'h0,
    parameter [255:0] INIT_2A = 256'h0,
    parameter [255:0] INIT_2B = 256'h0,
    parameter [255:0] INIT_2C = 256'h0,
    parameter [255:0] INIT_2D = 256'h0,
    parameter [255:0] INIT_2E = 256'h0,
    parameter [255:0] INIT_2F = 256'h0,
    parameter [255:0] INIT_30 = 256'h0,
    parameter [255:0] INIT_31 = 256'h0,
    parameter [255:0] INIT_32 = 256'h0,
    parameter [255:0] INIT_33 = 256'h0,
    parameter [255:0] INIT_34 = 256'h0,
    parameter [255:0] INIT_35 = 256'h0,
    parameter [255:0] INIT_36 = 256'h0,
    parameter [255:0] INIT_37 = 256'h0,
    parameter [255:0] INIT_38 = 256'h0,
    parameter [255:0] INIT_39 = 256'h0,
    parameter [255:0] INIT_3A = 256'h0,
    parameter [255:0] INIT_3B = 256'h0,
    parameter [255:0] INIT_3C = 256'h0,
    parameter [255:0] INIT_3D = 256'h0,
    parameter [255:0] INIT_3E = 256'h0,
    parameter [255:0] INIT_3F = 256'h0,
    parameter [255:0] INITP_00 = 256'h0,
    parameter [255:0] INITP_01 = 256'h0,
    parameter [255:0] INITP_02 = 256'h0,
    parameter [255:0] INITP_03 = 256'h0,
    parameter [255:0] INITP_04 = 256'h0,
    parameter [255:0] INITP_05 = 256'h0,
    parameter [255:0] INITP_06 = 256'h0,
    parameter [255:0] INITP_07 = 256'h0
) (
    output [15:0] DOUTADOUT,
    output [15:0] DOUTBDOUT,
    output [1:0] DOUTPADOUTP,
    output [1:0] DOUTPBDOUTP,
    output [15:0] CASDOUTA,
    output [15:0] CASDOUTB,
    output [1:0] CASDOUTPA,
    output [1:0] CASDOUTPB,
    input [13:0] ADDRARDADDR,
    input [13:0] ADDRBWRADDR,
    input ADDRENA,
    input ADDRENB,
    input CASDIMUXA,
    input CASDIMUXB,
    input [15:0] CASDINA,
    input [15:0] CASDINB,
    input [1:0] CASDINPA,
    input [1:0] CASDINPB,
    input CASDOMUXA,
    input CASDOMUXB,
    input CASDOMUXEN_A,
    input CASDOMUXEN_B,
    input CASOREGIMUXA,
    input CASOREGIMUXB,
    input CASOREGIMUXEN_A,
    input CASOREGIMUXEN_B,
    input CLKARDCLK,
    input CLKBWRCLK,
    input [15:0] DINADIN,
    input [15:0] DINBDIN,
    input [1:0] DINPADINP,
    input [1:0] DINPBDINP,
    input ENARDEN,
    input ENBWREN,
    input REGCEAREGCE,
    input REGCEB,
    input RSTRAMARSTRAM,
    input RSTRAMB,
    input RSTREGARSTREG,
    input RSTREGB,
    input SLEEP,
    input [1:0] WEA,
    input [3:0] WEBWE
);
    reg [16383:0] data;
    reg [2047:0] parity;
    reg [35:0] latch_a, latch_b, reg_a, reg_b;
    initial begin
        data = {INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38, INIT_37, INIT_36, INIT_35, INIT_34, INIT_33, INIT_32, INIT_31, INIT_30, INIT_2F, INIT_2E, INIT_2D, INIT_2C, INIT_2B, INIT_2A, INIT_29, INIT_28, INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20, INIT_1F, INIT_1E, INIT_1D, INIT_1C, INIT_1B, INIT_1A, INIT_19, INIT_18, INIT_17, INIT_16, INIT_15, INIT_14, INIT_13, INIT_12, INIT_11, INIT_10, INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08, INIT_07, INIT_06, INIT_05, INIT_04, INIT_03, INIT_02, INIT_01, INIT_00};
        parity = {INITP_07, INITP_06, INITP_05, INITP_04, INITP_03, INITP_02, INITP_01, INITP_00};
        latch_a = start(READ_WIDTH_A == 36, INIT_A, INIT_B);
        latch_b = start(1'b0, INIT_B, 18'h0);
        reg_a = latch_a;
        reg_b = latch_b;
    end

    // The words of the two halves of an output, parity above the data.
    function [35:0] start(input whole, input [17:0] low, input [17:0] high);
        start = whole ? {high[17:16], low[17:16], high[15:0], low[15:0]} : {2'b0, low[17:16], 16'b0, low[15:0]};
    endfunction

    // Data bits and parity bits of a word, and the first bit of the word at an address [Address Bus].
    function integer bits(input integer width);
        bits = width >= 9 ? width / 9 * 8 : width;
    endfunction
    function integer checks(input integer width);
        checks = width / 9;
    endfunction
    function integer base(input integer width, input [13:0] address);
        base = width == 0 ? 0 : address / bits(width) * bits(width);
    endfunction

    function [35:0] word(input integer width, input [13:0] address);
        integer i;
        begin
            word = 36'b0;
            for (i = 0; i < bits(width); i = i + 1) word[i] = data[base(width, address) + i];
            for (i = 0; i < checks(width); i = i + 1) word[32 + i] = parity[base(width, address) / 8 + i];
        end
    endfunction

    // Whether two words have a bit in common.
    function meet(input integer one, input [13:0] first, input integer other, input [13:0] second);
        meet = base(one, first) < base(other, second) + bits(other) && base(other, second) < base(one, first) + bits(one);
    endfunction

    wire whole_r = READ_WIDTH_A == 36;
    wire whole_w = WRITE_WIDTH_B == 36;
    wire [3:0] we_a = WRITE_WIDTH_A == 0 ? 4'b0 : WRITE_WIDTH_A == 18 ? {2'b0, WEA} : {3'b0, WEA[0]};
    wire [3:0] we_b = WRITE_WIDTH_B == 0 ? 4'b0 : whole_w ? WEBWE : WRITE_WIDTH_B == 18 ? {2'b0, WEBWE[1:0]} : {3'b0, WEBWE[0]};
    wire [35:0] in_a = {2'b0, DINPADINP, 16'b0, DINADIN};
    wire [35:0] in_b = whole_w ? {DINPBDINP, DINPADINP, DINBDIN, DINADIN} : {2'b0, DINPBDINP, 16'b0, DINBDIN};

    integer i, j;
    always @(posedge CLKARDCLK) begin
        if (ENARDEN) begin
            if (RSTRAMARSTRAM) latch_a <= start(whole_r, SRVAL_A, SRVAL_B);
            else if (READ_WIDTH_A != 0 && we_a == 0) begin
                if (ENBWREN && we_b != 0 && WRITE_MODE_B != "READ_FIRST" && meet(READ_WIDTH_A, ADDRARDADDR, WRITE_WIDTH_B, ADDRBWRADDR))
                    latch_a <= 36'bx;
                else latch_a <= word(READ_WIDTH_A, ADDRARDADDR);
            end else if (READ_WIDTH_A != 0 && WRITE_MODE_A == "READ_FIRST") latch_a <= word(READ_WIDTH_A, ADDRARDADDR);
            else if (READ_WIDTH_A != 0 && WRITE_MODE_A == "WRITE_FIRST") latch_a <= in_a;
            for (i = 0; i < bits(WRITE_WIDTH_A); i = i + 1)
                if (we_a[i / 8]) data[base(WRITE_WIDTH_A, ADDRARDADDR) + i] <= in_a[i];
            for (i = 0; i < checks(WRITE_WIDTH_A); i = i + 1)
                if (we_a[i]) parity[base(WRITE_WIDTH_A, ADDRARDADDR) / 8 + i] <= in_a[32 + i];
        end
        if (RSTREGARSTREG) reg_a <= start(whole_r, SRVAL_A, SRVAL_B);
        else if (REGCEAREGCE) reg_a <= latch_a;
    end
    always @(posedge CLKBWRCLK) begin
        if (ENBWREN) begin
            if (RSTRAMB) latch_b <= start(1'b0, SRVAL_B, 18'h0);
            else if (READ_WIDTH_B != 0 && we_b == 0) begin
                if (ENARDEN && we_a != 0 && WRITE_MODE_A != "READ_FIRST" && meet(READ_WIDTH_B, ADDRBWRADDR, WRITE_WIDTH_A, ADDRARDADDR))
                    latch_b <= 36'bx;
                else latch_b <= word(READ_WIDTH_B, ADDRBWRADDR);
            end else if (READ_WIDTH_B != 0 && WRITE_MODE_B == "READ_FIRST") latch_b <= word(READ_WIDTH_B, ADDRBWRADDR);
            else if (READ_WIDTH_B != 0 && WRITE_MODE_B == "WRITE_FIRST") latch_b <= in_b;
            for (j = 0; j < bits(WRITE_WIDTH_B); j = j + 1)
                if (we_b[j / 8]) data[base(WRITE_WIDTH_B, ADDRBWRADDR) + j] <= in_b[j];
            for (j = 0; j < checks(WRITE_WIDTH_B); j = j + 1)
                if (we_b[j]) parity[base(WRITE_WIDTH_B, ADDRBWRADDR) / 8 + j] <= in_b[32 + j];
        end
        if (RSTREGB) reg_b <= start(1'b0, SRVAL_B, 18'h0);
        else if (REGCEB) reg_b <= latch_b;
    end

    wire [35:0] out_a = DOA_REG == 0 ? latch_a : reg_a;
    wire [35:0] out_b = DOB_REG == 0 ? latch_b : reg_b;
    assign DOUTADOUT = out_a[15:0];
    assign DOUTPADOUTP = out_a[33:32];
    assign DOUTBDOUT = whole_r ? out_a[31:16] : out_b[15:0];
    assign DOUTPBDOUTP = whole_r ? out_a[35:34] : out_b[33:32];
    assign CASDOUTA = 16'b0;
    assign CASDOUTB = 16'b0;
    assign CASDOUTPA = 2'b0;
    assign CASDOUTPB = 2'b0;
endmodule
