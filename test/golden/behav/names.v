// `names`: behavioural Verilog, printed by reticle.
// The file may have any name.
// verilator lint_off DECLFILENAME
// Ports keep their names, also where these are words of C++: `module`, `double`.
// verilator lint_off SYMRSVDWORD
// Not every bit is read: `v`.
// verilator lint_off UNUSED
module names(
    input clock,
    input signed [7:0] \a-b ,
    input signed [7:0] v_0,
    input signed [7:0] v_1,
    input \module ,
    output signed [7:0] \output ,
    output double,
    output signed [7:0] \v_1- 
);

    // State: registers, outputs of synchronous memories, words of memories.
    reg signed [7:0] names__2;

    // Logic.
    wire signed [7:0] v_0__2 = v_1;
    wire signed [7:0] clock__2 = v_0__2 ^ \a-b ;
    assign \output  = names__2 - clock__2;
    assign \v_1-  = ~\output ;
    wire signed [7:0] names_sum = clock__2 + names__2;
    assign double = names_sum < clock__2;

    // Before the first clock edge.
    initial begin
        names__2 = 8'sd1;
    end

    // At the clock edge.
    always @(posedge clock) if (\module ) names__2 <= names_sum;
endmodule
