// A behavioural model of UltraRAM, URAM288, for simulation. Written from the chapter "UltraRAM Resources" of the vendor's
// "UltraScale Architecture Memory Resources" (UG573); the names in brackets are those of its sections, names and defaults of
// ports and attributes are those of the "UltraScale Architecture Libraries Guide" (UG974). Both ports read or write in a
// cycle, port A before port B, so that B reads what A writes, and A reads what was there before B writes [Dual-Port SRAM Array
// Operations]. Bytes are written by their enables, their parity with them or apart [Byte Write Enable]. A port that writes,
// or is not enabled, keeps its output. Output registers have enables, and synchronous resets that clear the latch before
// them as well [UltraRAM Attributes]. All words are 0 in the beginning. Registers of inputs, cascades, error correction,
// extended enables and SLEEP are not there.

module URAM288 #(
    parameter integer AUTO_SLEEP_LATENCY = 8,
    parameter integer AVG_CONS_INACTIVE_CYCLES = 10,
    parameter BWE_MODE_A = "PARITY_INTERLEAVED",
    parameter BWE_MODE_B = "PARITY_INTERLEAVED",
    parameter CASCADE_ORDER_A = "NONE",
    parameter CASCADE_ORDER_B = "NONE",
    parameter EN_AUTO_SLEEP_MODE = "FALSE",
    parameter EN_ECC_RD_A = "FALSE",
    parameter EN_ECC_RD_B = "FALSE",
    parameter EN_ECC_WR_A = "FALSE",
    parameter EN_ECC_WR_B = "FALSE",
    parameter IREG_PRE_A = "FALSE",
    parameter IREG_PRE_B = "FALSE",
    parameter OREG_A = "FALSE",
    parameter OREG_B = "FALSE",
    parameter OREG_ECC_A = "FALSE",
    parameter OREG_ECC_B = "FALSE",
    parameter REG_CAS_A = "FALSE",
    parameter REG_CAS_B = "FALSE",
    parameter RST_MODE_A = "SYNC",
    parameter RST_MODE_B = "SYNC",
    parameter [10:0] SELF_ADDR_A = 11'h000,
    parameter [10:0] SELF_ADDR_B = 11'h000,
    parameter [10:0] SELF_MASK_A = 11'h7FF,
    parameter [10:0] SELF_MASK_B = 11'h7FF,
    parameter USE_EXT_CE_A = "FALSE",
    parameter USE_EXT_CE_B = "FALSE"
) (
    output [22:0] CAS_OUT_ADDR_A,
    output [22:0] CAS_OUT_ADDR_B,
    output [8:0] CAS_OUT_BWE_A,
    output [8:0] CAS_OUT_BWE_B,
    output CAS_OUT_DBITERR_A,
    output CAS_OUT_DBITERR_B,
    output [71:0] CAS_OUT_DIN_A,
    output [71:0] CAS_OUT_DIN_B,
    output [71:0] CAS_OUT_DOUT_A,
    output [71:0] CAS_OUT_DOUT_B,
    output CAS_OUT_EN_A,
    output CAS_OUT_EN_B,
    output CAS_OUT_RDACCESS_A,
    output CAS_OUT_RDACCESS_B,
    output CAS_OUT_RDB_WR_A,
    output CAS_OUT_RDB_WR_B,
    output CAS_OUT_SBITERR_A,
    output CAS_OUT_SBITERR_B,
    output DBITERR_A,
    output DBITERR_B,
    output [71:0] DOUT_A,
    output [71:0] DOUT_B,
    output reg RDACCESS_A,
    output reg RDACCESS_B,
    output SBITERR_A,
    output SBITERR_B,
    input [22:0] ADDR_A,
    input [22:0] ADDR_B,
    input [8:0] BWE_A,
    input [8:0] BWE_B,
    input [22:0] CAS_IN_ADDR_A,
    input [22:0] CAS_IN_ADDR_B,
    input [8:0] CAS_IN_BWE_A,
    input [8:0] CAS_IN_BWE_B,
    input CAS_IN_DBITERR_A,
    input CAS_IN_DBITERR_B,
    input [71:0] CAS_IN_DIN_A,
    input [71:0] CAS_IN_DIN_B,
    input [71:0] CAS_IN_DOUT_A,
    input [71:0] CAS_IN_DOUT_B,
    input CAS_IN_EN_A,
    input CAS_IN_EN_B,
    input CAS_IN_RDACCESS_A,
    input CAS_IN_RDACCESS_B,
    input CAS_IN_RDB_WR_A,
    input CAS_IN_RDB_WR_B,
    input CAS_IN_SBITERR_A,
    input CAS_IN_SBITERR_B,
    input CLK,
    input [71:0] DIN_A,
    input [71:0] DIN_B,
    input EN_A,
    input EN_B,
    input INJECT_DBITERR_A,
    input INJECT_DBITERR_B,
    input INJECT_SBITERR_A,
    input INJECT_SBITERR_B,
    input OREG_CE_A,
    input OREG_CE_B,
    input OREG_ECC_CE_A,
    input OREG_ECC_CE_B,
    input RDB_WR_A,
    input RDB_WR_B,
    input RST_A,
    input RST_B,
    input SLEEP
);
    reg [71:0] mem [0:4095];
    reg [71:0] latch_a, latch_b, reg_a, reg_b;
    integer i;
    initial begin
        for (i = 0; i < 4096; i = i + 1) mem[i] = 72'b0;
        latch_a = 72'b0;
        latch_b = 72'b0;
        reg_a = 72'b0;
        reg_b = 72'b0;
        RDACCESS_A = 1'b0;
        RDACCESS_B = 1'b0;
    end

    // The bits of a word that are written.
    function [71:0] written(input apart, input [8:0] bwe);
        integer at;
        begin
            for (at = 0; at < 8; at = at + 1) begin
                written[8 * at +: 8] = {8{bwe[at]}};
                written[64 + at] = apart ? bwe[8] : bwe[at];
            end
        end
    endfunction
    wire [71:0] mask_a = written(BWE_MODE_A == "PARITY_INDEPENDENT", BWE_A);
    wire [71:0] mask_b = written(BWE_MODE_B == "PARITY_INDEPENDENT", BWE_B);

    always @(posedge CLK) begin
        if (RST_A) latch_a <= 72'b0;
        else if (EN_A && !RDB_WR_A) latch_a <= mem[ADDR_A[11:0]];
        if (EN_A && RDB_WR_A) mem[ADDR_A[11:0]] = mem[ADDR_A[11:0]] & ~mask_a | DIN_A & mask_a;
        if (RST_B) latch_b <= 72'b0;
        else if (EN_B && !RDB_WR_B) latch_b <= mem[ADDR_B[11:0]];
        if (EN_B && RDB_WR_B) mem[ADDR_B[11:0]] = mem[ADDR_B[11:0]] & ~mask_b | DIN_B & mask_b;
        if (RST_A) reg_a <= 72'b0;
        else if (OREG_CE_A) reg_a <= latch_a;
        if (RST_B) reg_b <= 72'b0;
        else if (OREG_CE_B) reg_b <= latch_b;
        RDACCESS_A <= EN_A && !RDB_WR_A;
        RDACCESS_B <= EN_B && !RDB_WR_B;
    end

    assign DOUT_A = OREG_A == "TRUE" ? reg_a : latch_a;
    assign DOUT_B = OREG_B == "TRUE" ? reg_b : latch_b;
    assign CAS_OUT_ADDR_A = 23'b0;
    assign CAS_OUT_ADDR_B = 23'b0;
    assign CAS_OUT_BWE_A = 9'b0;
    assign CAS_OUT_BWE_B = 9'b0;
    assign CAS_OUT_DBITERR_A = 1'b0;
    assign CAS_OUT_DBITERR_B = 1'b0;
    assign CAS_OUT_DIN_A = 72'b0;
    assign CAS_OUT_DIN_B = 72'b0;
    assign CAS_OUT_DOUT_A = 72'b0;
    assign CAS_OUT_DOUT_B = 72'b0;
    assign CAS_OUT_EN_A = 1'b0;
    assign CAS_OUT_EN_B = 1'b0;
    assign CAS_OUT_RDACCESS_A = 1'b0;
    assign CAS_OUT_RDACCESS_B = 1'b0;
    assign CAS_OUT_RDB_WR_A = 1'b0;
    assign CAS_OUT_RDB_WR_B = 1'b0;
    assign CAS_OUT_SBITERR_A = 1'b0;
    assign CAS_OUT_SBITERR_B = 1'b0;
    assign DBITERR_A = 1'b0;
    assign DBITERR_B = 1'b0;
    assign SBITERR_A = 1'b0;
    assign SBITERR_B = 1'b0;
endmodule
