// `numbers`: behavioural Verilog, printed by reticle.
// The file may have any name.
// verilator lint_off DECLFILENAME
// Ports keep their names, also where these are words of C++: `far`.
// verilator lint_off SYMRSVDWORD
// Compared with the smallest or the largest number, as in the source: `never`.
// verilator lint_off CMPCONST
// Not every bit is read: `wider`, `_unused`.
// verilator lint_off UNUSED
module numbers(
    input signed [7:0] a,
    input [7:0] b,
    input [2:0] by,
    input [39:0] far,
    input signed \bit ,
    input t,
    output signed [7:0] \small ,
    output [7:0] \large ,
    output [63:0] mask,
    output signed [7:0] sum,
    output signed [7:0] left,
    output [7:0] right,
    output [7:0] arith,
    output [7:0] fixed,
    output [7:0] beyond,
    output signed [63:0] wide,
    output signed [3:0] ones,
    output top,
    output [3:0] nibble,
    output never
);

    // Constants.
    assign \small  = 8'sh80;
    assign \large  = 8'd255;
    assign mask = 64'hf0f0f0f0f0f0f0f0;
    wire signed [7:0] one = 8'sd1;

    // Logic.
    assign sum = a + one;
    assign left = a << by;
    assign right = b >> (|far[39:32] ? 32'hffffffff : far[31:0]);
    assign arith = $unsigned($signed(b) >>> by);
    assign fixed = $unsigned($signed(b) >>> 3);
    assign beyond = b << 8;
    assign wide = {{56{a[7]}}, a};
    assign ones = {{3{\bit }}, \bit };
    wire [15:0] wider = {{8{1'b0}}, b};
    assign top = a[7];
    assign nibble = wider[5:2];
    assign never = b > \large ;
    wire _unused = ~t;
endmodule
