// `vectors`: behavioural Verilog, printed by reticle.
// The file may have any name.
// verilator lint_off DECLFILENAME
module vectors(
    input clock,
    input signed [7:0] a_0,
    input signed [7:0] a_1,
    input signed [7:0] a_2,
    input signed [7:0] a_3,
    input signed [7:0] b_0,
    input signed [7:0] b_1,
    input signed [7:0] b_2,
    input signed [7:0] b_3,
    input pick,
    input en,
    output reg signed [7:0] y_0,
    output reg signed [7:0] y_1,
    output reg signed [7:0] y_2,
    output reg signed [7:0] y_3,
    output signed [7:0] low_0,
    output signed [7:0] low_1,
    output signed [7:0] last,
    output [31:0] flat,
    output signed [7:0] ends_0,
    output signed [7:0] ends_1
);

    // Logic.
    wire signed [7:0] sum_0 = a_0 + b_0;
    wire signed [7:0] sum_1 = a_1 + b_1;
    wire signed [7:0] sum_2 = a_2 + b_2;
    wire signed [7:0] sum_3 = a_3 + b_3;
    wire signed [7:0] product_0 = a_0 * b_0;
    wire signed [7:0] product_1 = a_1 * b_1;
    wire signed [7:0] product_2 = a_2 * b_2;
    wire signed [7:0] product_3 = a_3 * b_3;
    wire signed [7:0] chosen_0 = pick ? sum_0 : product_0;
    wire signed [7:0] chosen_1 = pick ? sum_1 : product_1;
    wire signed [7:0] chosen_2 = pick ? sum_2 : product_2;
    wire signed [7:0] chosen_3 = pick ? sum_3 : product_3;
    assign low_0 = y_0;
    assign low_1 = y_1;
    assign last = y_3;
    assign flat = {y_3, y_2, y_1, y_0};
    wire signed [7:0] first = sum_0;
    assign ends_0 = first;
    assign ends_1 = last;

    // Before the first clock edge.
    initial begin
        y_0 = 8'sd0;
        y_1 = 8'sd1;
        y_2 = -8'sd1;
        y_3 = 8'sd127;
    end

    // At the clock edge.
    always @(posedge clock) begin
        if (en) begin
            y_0 <= chosen_0;
            y_1 <= chosen_1;
            y_2 <= chosen_2;
            y_3 <= chosen_3;
        end
    end
endmodule
