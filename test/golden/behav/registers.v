// `registers`: behavioural Verilog, printed by reticle.
// The file may have any name.
// verilator lint_off DECLFILENAME
module registers(
    input clock,
    input reset,
    input [3:0] limit,
    input signed [7:0] x,
    input en,
    output reg [3:0] count,
    output reg signed [15:0] total,
    output reg signed [7:0] delayed
);

    // State: registers, outputs of synchronous memories, words of memories.
    reg signed [7:0] first;

    // Constants.
    wire [3:0] one = 4'd1;
    wire [3:0] zero = 4'd0;

    // Logic.
    wire [3:0] next = count + one;
    wire last = count >= limit;
    wire [3:0] wrapped = last ? zero : next;
    wire signed [15:0] wide = {{8{x[7]}}, x};
    wire signed [15:0] sum = total + wide;

    // Before the first clock edge.
    initial begin
        count = 4'd0;
        total = 16'sh8000;
        first = -8'sd1;
        delayed = 8'sd5;
    end

    // At the clock edge.
    always @(posedge clock) begin
        if (reset) count <= 4'd0;
        else count <= wrapped;
    end
    always @(posedge clock) begin
        if (reset) total <= 16'sh8000;
        else if (en) total <= sum;
    end
    always @(posedge clock) begin
        if (reset) first <= -8'sd1;
        else first <= x;
    end
    always @(posedge clock) begin
        if (reset) delayed <= 8'sd5;
        else if (last) delayed <= first;
    end
endmodule
