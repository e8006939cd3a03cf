module counter(
    input clock,
    input reset,
    input en,
    output [2:0] y
);
    wire y_3;
    wire y_1$0_0;
    wire y_1$1_0;
    wire y_2$0_0;
    wire y_3$0_0;
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_LUT4 #(.LUT_INIT(16'hff)) y_1$0(.I0(1'b0), .I1(1'b0), .I2(1'b0), .I3(y[0]), .O(y_1$0_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_LUT4 #(.LUT_INIT(16'heeee)) y_1$1(.I0(en), .I1(reset), .I2(1'b0), .I3(1'b0), .O(y_1$1_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_DFFESR y_1$2(.C(clock), .E(y_1$1_0), .R(reset), .D(y_1$0_0), .Q(y[0]));
    (* src = "test/golden/emit/counter.ir:5.5-5.30|test/golden/emit/counter.ir:4.5-4.28" *)
    SB_LUT4 #(.LUT_INIT(16'hff0)) y_2$0(.I0(1'b0), .I1(1'b0), .I2(y[0]), .I3(y[1]), .O(y_2$0_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30|test/golden/emit/counter.ir:4.5-4.28" *)
    SB_DFFESR y_2$1(.C(clock), .E(y_1$1_0), .R(reset), .D(y_2$0_0), .Q(y[1]));
    (* src = "test/golden/emit/counter.ir:5.5-5.30|test/golden/emit/counter.ir:4.5-4.28" *)
    SB_LUT4 #(.LUT_INIT(16'h3fc0)) y_3$0(.I0(1'b0), .I1(y[0]), .I2(y[1]), .I3(y_3), .O(y_3$0_0));
    (* src = "test/golden/emit/counter.ir:5.5-5.30|test/golden/emit/counter.ir:4.5-4.28" *)
    SB_DFFESR y_3$1(.C(clock), .E(y_1$1_0), .R(reset), .D(y_3$0_0), .Q(y_3));
    (* src = "test/golden/emit/counter.ir:5.5-5.30" *)
    SB_LUT4 #(.LUT_INIT(16'hff)) y_5$0(.I0(1'b0), .I1(1'b0), .I2(1'b0), .I3(y_3), .O(y[2]));
endmodule
