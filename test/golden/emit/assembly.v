module main(
    input clock,
    input signed [1:0] a,
    input signed [1:0] b,
    input en,
    output signed [1:0] y,
    output signed [3:0] w
);
    wire y$0_0;
    wire y$1_0;
    wire y$2_0;
    assign w[0] = y[0];
    assign w[1] = y[1];
    assign w[2] = y[1];
    assign w[3] = y[1];
    (* src = "test/golden/emit/assembly.asm:3.5-3.48" *)
    SB_LUT4 #(.LUT_INIT(16'hc33c)) y$0(.I0(1'b0), .I1(a[0]), .I2(b[0]), .I3(1'b0), .O(y$0_0));
    (* src = "test/golden/emit/assembly.asm:3.5-3.48" *)
    SB_CARRY y$1(.I0(a[0]), .I1(b[0]), .CI(1'b0), .CO(y$1_0));
    (* src = "test/golden/emit/assembly.asm:3.5-3.48" *)
    SB_LUT4 #(.LUT_INIT(16'hc33c)) y$2(.I0(1'b0), .I1(a[1]), .I2(b[1]), .I3(y$1_0), .O(y$2_0));
    (* src = "test/golden/emit/assembly.asm:3.5-3.48" *)
    SB_DFFE y$3(.C(clock), .E(en), .D(y$0_0), .Q(y[0]));
    (* src = "test/golden/emit/assembly.asm:3.5-3.48" *)
    SB_DFFE y$4(.C(clock), .E(en), .D(y$2_0), .Q(y[1]));
endmodule
