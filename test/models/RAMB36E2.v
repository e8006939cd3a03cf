// A behavioural model of the block RAM RAMB36E2, for simulation. Written from the vendor's "UltraScale Architecture Memory
// Resources" (UG573); the names in brackets are those of its sections, names and defaults of ports and attributes are those
// of the "UltraScale Architecture Libraries Guide" (UG974). Both ports read and write, in widths up to 36 and all write
// modes [Block RAM Functionality, Write Modes], with the simple dual-port mode of 72 bits on port A for reads and B for
// writes [Simple Dual-Port Block RAM], byte-wide write enables [Byte-Wide Write Enable], output registers [Optional Output
// Registers], and synchronous resets to SRVAL [Output Latches Synchronous Set/Reset]. A port that reads what the other one
// writes at the same edge of a common clock gets the old value if that writes in READ_FIRST mode, else x [Synchronous
// Clocking]; the program under test has one clock. Cascades, address enables, error correction and SLEEP are not there.

module RAMB36E2 #(
    parameter CASCADE_ORDER_A = "NONE",
    parameter CASCADE_ORDER_B = "NONE",
    parameter CLOCK_DOMAINS = "INDEPENDENT",
    parameter integer DOA_REG = 1,
    parameter integer DOB_REG = 1,
    parameter ENADDRENA = "FALSE",
    parameter ENADDRENB = "FALSE",
    parameter EN_ECC_PIPE = "FALSE",
    parameter EN_ECC_READ = "FALSE",
    parameter EN_ECC_WRITE = "FALSE",
    parameter [35:0] INIT_A = 36'h0,
    parameter [35:0] INIT_B = 36'h0,
    parameter integer READ_WIDTH_A = 0,
    parameter integer READ_WIDTH_B = 0,
    parameter RSTREG_PRIORITY_A = "RSTREG",
    parameter RSTREG_PRIORITY_B = "RSTREG",
    parameter [35:0] SRVAL_A = 36'h0,
    parameter [35:0] SRVAL_B = 36'h0,
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
    parameter [255:0] INIT_40 = 256'h0,
    parameter [255:0] INIT_41 = 256'h0,
    parameter [255:0] INIT_42 = 256'h0,
    parameter [255:0] INIT_43 = 256'h0,
    parameter [255:0] INIT_44 = 256'h0,
    parameter [255:0] INIT_45 = 256'h0,
    parameter [255:0] INIT_46 = 256'h0,
    parameter [255:0] INIT_47 = 256'h0,
    parameter [255:0] INIT_48 = 256'h0,
    parameter [255:0] INIT_49 = 256'h0,
    parameter [255:0] INIT_4A = 256'h0,
    parameter [255:0] INIT_4B = 256'h0,
    parameter [255:0] INIT_4C = 256'h0,
    parameter [255:0] INIT_4D = 256'h0,
    parameter [255:0] INIT_4E = 256'h0,
    parameter [255:0] INIT_4F = 256'h0,
    parameter [255:0] INIT_50 = 256'h0,
    parameter [255:0] INIT_51 = 256'h0,
    parameter [255:0] INIT_52 = 256'h0,
    parameter [255:0] INIT_53 = 256'h0,
    parameter [255:0] INIT_54 = 256'h0,
    parameter [255:0] INIT_55 = 256'h0,
    parameter [255:0] INIT_56 = 256'h0,
    parameter [255:0] INIT_57 = 256'h0,
    parameter [255:0] INIT_58 = 256'h0,
    parameter [255:0] INIT_59 = 256'h0,
    parameter [255:0] INIT_5A = 256'h0,
    parameter [255:0] INIT_5B = 256'h0,
    parameter [255:0] INIT_5C = 256'h0,
    parameter [255:0] INIT_5D = 256'h0,
    parameter [255:0] INIT_5E = 256'h0,
    parameter [255:0] INIT_5F = 256'h0,
    parameter [255:0] INIT_60 = 256'h0,
    parameter [255:0] INIT_61 = 256'h0,
    parameter [255:0] INIT_62 = 256'h0,
    parameter [255:0] INIT_63 = 256'h0,
    parameter [255:0] INIT_64 = 256'h0,
    parameter [255:0] INIT_65 = 256'h0,
    parameter [255:0] INIT_66 = 256'h0,
    parameter [255:0] INIT_67 = 256'h0,
    parameter [255:0] INIT_68 = 256'h0,
    parameter [255:0] INIT_69 = 256'h0,
    parameter [255:0] INIT_6A = 256'h0,
    parameter [255:0] INIT_6B = 256'h0,
    parameter [255:0] INIT_6C = 256'h0,
    parameter [255:0] INIT_6D = 256'h0,
    parameter [255:0] INIT_6E = 256'h0,
    parameter [255:0] INIT_6F = 256'h0,
    parameter [255:0] INIT_70 = 256'h0,
    parameter [255:0] INIT_71 = 256'h0,
    parameter [255:0] INIT_72 = 256'h0,
    parameter [255:0] INIT_73 = 256'h0,
    parameter [255:0] INIT_74 = 256'h0,
    parameter [255:0] INIT_75 = 256'h0,
    parameter [255:0] INIT_76 = 256'h0,
    parameter [255:0] INIT_77 = 256'h0,
    parameter [255:0] INIT_78 = 256'h0,
    parameter [255:0] INIT_79 = 256'h0,
    parameter [255:0] INIT_7A = 256'h0,
    parameter [255:0] INIT_7B = 256'h0,
    parameter [255:0] INIT_7C = 256'h0,
    parameter [255:0] INIT_7D = 256'h0,
    parameter [255:0] INIT_7E = 256'h0,
    parameter [255:0] INIT_7F = 256'h0,
    parameter [255:0] INITP_00 = 256'h0,
    parameter [255:0] INITP_01 = 256'h0,
    parameter [255:0] INITP_02 = 256'h0,
    parameter [255:0] INITP_03 = 256'h0,
    parameter [255:0] INITP_04 = 256'h0,
    parameter [255:0] INITP_05 = 256'h0,
    parameter [255:0] INITP_06 = 256'h0,
    parameter [255:0] INITP_07 = 256'h0,
    parameter [255:0] INITP_08 = 256'h0,
    parameter [255:0] INITP_09 = 256'h0,
    parameter [255:0] INITP_0A = 256'h0,
    parameter [255:0] INITP_0B = 256'h0,
    parameter [255:0] INITP_0C = 256'h0,
    parameter [255:0] INITP_0D = 256'h0,
    parameter [255:0] INITP_0E = 256'h0,
    parameter [255:0] INITP_0F = 256'h0
) (
    output [31:0] DOUTADOUT,
    output [31:0] DOUTBDOUT,
    output [3:0] DOUTPADOUTP,
    output [3:0] DOUTPBDOUTP,
    output [31:0] CASDOUTA,
    output [31:0] CASDOUTB,
    output [3:0] CASDOUTPA,
    output [3:0] CASDOUTPB,
    output CASOUTDBITERR,
    output CASOUTSBITERR,
    output DBITERR,
    output [7:0] ECCPARITY,
    output [8:0] RDADDRECC,
    output SBITERR,
    input [14:0] ADDRARDADDR,
    input [14:0] ADDRBWRADDR,
    input ADDRENA,
    input ADDRENB,
    input CASDIMUXA,
    input CASDIMUXB,
    input [31:0] CASDINA,
    input [31:0] CASDINB,
    input [3:0] CASDINPA,
    input [3:0] CASDINPB,
    input CASDOMUXA,
    input CASDOMUXB,
    input CASDOMUXEN_A,
    input CASDOMUXEN_B,
    input CASINDBITERR,
    input CASINSBITERR,
    input CASOREGIMUXA,
    input CASOREGIMUXB,
    input CASOREGIMUXEN_A,
    input CASOREGIMUXEN_B,
    input CLKARDCLK,
    input CLKBWRCLK,
    input [31:0] DINADIN,
    input [31:0] DINBDIN,
    input [3:0] DINPADINP,
    input [3:0] DINPBDINP,
    input ECCPIPECE,
    input ENARDEN,
    input ENBWREN,
    input INJECTDBITERR,
    input INJECTSBITERR,
    input REGCEAREGCE,
    input REGCEB,
    input RSTRAMARSTRAM,
    input RSTRAMB,
    input RSTREGARSTREG,
    input RSTREGB,
    input SLEEP,
    input [3:0] WEA,
    input [7:0] WEBWE
);
    reg [32767:0] data;
    reg [4095:0] parity;
    reg [71:0] latch_a, latch_b, reg_a, reg_b;
    initial begin
        data = {INIT_7F, INIT_7E, INIT_7D, INIT_7C, INIT_7B, INIT_7A, INIT_79, INIT_78, INIT_77, INIT_76, INIT_75, INIT_74, INIT_73, INIT_72, INIT_71, INIT_70, INIT_6F, INIT_6E, INIT_6D, INIT_6C, INIT_6B, INIT_6A, INIT_69, INIT_68, INIT_67, INIT_66, INIT_65, INIT_64, INIT_63, INIT_62, INIT_61, INIT_60, INIT_5F, INIT_5E, INIT_5D, INIT_5C, INIT_5B, INIT_5A, INIT_59, INIT_58, INIT_57, INIT_56, INIT_55, INIT_54, INIT_53, INIT_52, INIT_51, INIT_50, INIT_4F, INIT_4E, INIT_4D, INIT_4C, INIT_4B, INIT_4A, INIT_49, INIT_48, INIT_47, INIT_46, INIT_45, INIT_44, INIT_43, INIT_42, INIT_41, INIT_40, INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38, INIT_37, INIT_36, INIT_35, INIT_34, INIT_33, INIT_32, INIT_31, INIT_30, INIT_2F, INIT_2E, INIT_2D, INIT_2C, INIT_2B, INIT_2A, INIT_29, INIT_28, INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20, INIT_1F, INIT_1E, INIT_1D, INIT_1C, INIT_1B, INIT_1A, INIT_19, INIT_18, INIT_17, INIT_16, INIT_15, INIT_14, INIT_13, INIT_12, INIT_11, INIT_10, INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08, INIT_07, INIT_06, INIT_05, INIT_04, INIT_03, INIT_02, INIT_01, INIT_00};
        parity = {INITP_0F, INITP_0E, INITP_0D, INITP_0C, INITP_0B, INITP_0A, INITP_09, INITP_08, INITP_07, INITP_06, INITP_05, INITP_04, INITP_03, INITP_02, INITP_01, INITP_00};
        latch_a = start(READ_WIDTH_A == 72, INIT_A, INIT_B);
        latch_b = start(1'b0, INIT_B, 36'h0);
        reg_a = latch_a;
        reg_b = latch_b;
    end

    // The words of the two halves of an output, parity above the data.
    function [71:0] start(input whole, input [35:0] low, input [35:0] high);
        start = whole ? {high[35:32], low[35:32], high[31:0], low[31:0]} : {4'b0, low[35:32], 32'b0, low[31:0]};
    endfunction

    // Data bits and parity bits of a word, and the first bit of the word at an address [Address Bus].
    function integer bits(input integer width);
        bits = width >= 9 ? width / 9 * 8 : width;
    endfunction
    function integer checks(input integer width);
        checks = width / 9;
    endfunction
    function integer base(input integer width, input [14:0] address);
        base = width == 0 ? 0 : address / bits(width) * bits(width);
    endfunction

    function [71:0] word(input integer width, input [14:0] address);
        integer i;
        begin
            word = 72'b0;
            for (i = 0; i < bits(width); i = i + 1) word[i] = data[base(width, address) + i];
            for (i = 0; i < checks(width); i = i + 1) word[64 + i] = parity[base(width, address) / 8 + i];
        end
    endfunction

    // Whether two words have a bit in common.
    function meet(input integer one, input [14:0] first, input integer other, input [14:0] second);
        meet = base(one, first) < base(other, second) + bits(other) && base(other, second) < base(one, first) + bits(one);
    endfunction

    wire whole_r = READ_WIDTH_A == 72;
    wire whole_w = WRITE_WIDTH_B == 72;
    wire [7:0] we_a = WRITE_WIDTH_A == 0 ? 8'b0 : WRITE_WIDTH_A == 36 ? {4'b0, WEA} : WRITE_WIDTH_A == 18 ? {6'b0, WEA[1:0]} : {7'b0, WEA[0]};
    wire [7:0] we_b = WRITE_WIDTH_B == 0 ? 8'b0 : whole_w ? WEBWE : WRITE_WIDTH_B == 36 ? {4'b0, WEBWE[3:0]} : WRITE_WIDTH_B == 18 ? {6'b0, WEBWE[1:0]} : {7'b0, WEBWE[0]};
    wire [71:0] in_a = {4'b0, DINPADINP, 32'b0, DINADIN};
    wire [71:0] in_b = whole_w ? {DINPBDINP, DINPADINP, DINBDIN, DINADIN} : {4'b0, DINPBDINP, 32'b0, DINBDIN};

    integer i, j;
    always @(posedge CLKARDCLK) begin
        if (ENARDEN) begin
            if (RSTRAMARSTRAM) latch_a <= start(whole_r, SRVAL_A, SRVAL_B);
            else if (READ_WIDTH_A != 0 && we_a == 0) begin
                if (ENBWREN && we_b != 0 && WRITE_MODE_B != "READ_FIRST" && meet(READ_WIDTH_A, ADDRARDADDR, WRITE_WIDTH_B, ADDRBWRADDR))
                    latch_a <= 72'bx;
                else latch_a <= word(READ_WIDTH_A, ADDRARDADDR);
            end else if (READ_WIDTH_A != 0 && WRITE_MODE_A == "READ_FIRST") latch_a <= word(READ_WIDTH_A, ADDRARDADDR);
            else if (READ_WIDTH_A != 0 && WRITE_MODE_A == "WRITE_FIRST") latch_a <= in_a;
            for (i = 0; i < bits(WRITE_WIDTH_A); i = i + 1)
                if (we_a[i / 8]) data[base(WRITE_WIDTH_A, ADDRARDADDR) + i] <= in_a[i];
            for (i = 0; i < checks(WRITE_WIDTH_A); i = i + 1)
                if (we_a[i]) parity[base(WRITE_WIDTH_A, ADDRARDADDR) / 8 + i] <= in_a[64 + i];
        end
        if (RSTREGARSTREG) reg_a <= start(whole_r, SRVAL_A, SRVAL_B);
        else if (REGCEAREGCE) reg_a <= latch_a;
    end
    always @(posedge CLKBWRCLK) begin
        if (ENBWREN) begin
            if (RSTRAMB) latch_b <= start(1'b0, SRVAL_B, 36'h0);
            else if (READ_WIDTH_B != 0 && we_b == 0) begin
                if (ENARDEN && we_a != 0 && WRITE_MODE_A != "READ_FIRST" && meet(READ_WIDTH_B, ADDRBWRADDR, WRITE_WIDTH_A, ADDRARDADDR))
                    latch_b <= 72'bx;
                else latch_b <= word(READ_WIDTH_B, ADDRBWRADDR);
            end else if (READ_WIDTH_B != 0 && WRITE_MODE_B == "READ_FIRST") latch_b <= word(READ_WIDTH_B, ADDRBWRADDR);
            else if (READ_WIDTH_B != 0 && WRITE_MODE_B == "WRITE_FIRST") latch_b <= in_b;
            for (j = 0; j < bits(WRITE_WIDTH_B); j = j + 1)
                if (we_b[j / 8]) data[base(WRITE_WIDTH_B, ADDRBWRADDR) + j] <= in_b[j];
            for (j = 0; j < checks(WRITE_WIDTH_B); j = j + 1)
                if (we_b[j]) parity[base(WRITE_WIDTH_B, ADDRBWRADDR) / 8 + j] <= in_b[64 + j];
        end
        if (RSTREGB) reg_b <= start(1'b0, SRVAL_B, 36'h0);
        else if (REGCEB) reg_b <= latch_b;
    end

    wire [71:0] out_a = DOA_REG == 0 ? latch_a : reg_a;
    wire [71:0] out_b = DOB_REG == 0 ? latch_b : reg_b;
    assign DOUTADOUT = out_a[31:0];
    assign DOUTPADOUTP = out_a[67:64];
    assign DOUTBDOUT = whole_r ? out_a[63:32] : out_b[31:0];
    assign DOUTPBDOUTP = whole_r ? out_a[71:68] : out_b[67:64];
    assign CASDOUTA = 32'b0;
    assign CASDOUTB = 32'b0;
    assign CASDOUTPA = 4'b0;
    assign CASDOUTPB = 4'b0;
    assign CASOUTDBITERR = 1'b0;
    assign CASOUTSBITERR = 1'b0;
    assign DBITERR = 1'b0;
    assign ECCPARITY = 8'b0;
    assign RDADDRECC = 9'b0;
    assign SBITERR = 1'b0;
endmodule
