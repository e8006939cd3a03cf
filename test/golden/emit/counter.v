module counter(
    input clock,
    input reset,
    input en,
    output [2:0] y
);
    wire y$0_0;
    wire y$1_0;
    wire y$2_0;
    wire y$3_0;
    wire y$4_0;
    wire y$5_0;
    wire y$8_0;
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_LUT4 #(.LUT_INIT(16'hc33c)) y$0(.I0(1'b0), .I1(y[0]), .I2(1'b1), .I3(1'b0), .O(y$0_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_CARRY y$1(.I0(y[0]), .I1(1'b1), .CI(1'b0), .CO(y$1_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_LUT4 #(.LUT_INIT(16'hc33c)) y$2(.I0(1'b0), .I1(y[1]), .I2(1'b0), .I3(y$1_0), .O(y$2_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_CARRY y$3(.I0(y[1]), .I1(1'b0), .CI(y$1_0), .CO(y$3_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_LUT4 #(.LUT_INIT(16'h3cc3)) y$4(.I0(1'b0), .I1(y[2]), .I2(1'b0), .I3(y$3_0), .O(y$4_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_LUT4 #(.LUT_INIT(16'heeee)) y$5(.I0(en), .I1(reset), .I2(1'b0), .I3(1'b0), .O(y$5_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_DFFESR y$6(.C(clock), .E(y$5_0), .R(reset), .D(y$0_0), .Q(y[0]));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_DFFESR y$7(.C(clock), .E(y$5_0), .R(reset), .D(y$2_0), .Q(y[1]));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_DFFESR y$8(.C(clock), .E(y$5_0), .R(reset), .D(y$4_0), .Q(y$8_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_LUT4 #(.LUT_INIT(16'h5555)) y$9(.I0(y$8_0), .I1(1'b0), .I2(1'b0), .I3(1'b0), .O(y[2]));
endmodule
