// `memories`: behavioural Verilog, printed by reticle.
// The file may have any name.
// verilator lint_off DECLFILENAME
module memories(
    input clock,
    input [1:0] at,
    input [1:0] to,
    input signed [1:0] \signed-at ,
    input signed [7:0] d,
    input signed [3:0] v_0,
    input signed [3:0] v_1,
    input we,
    input en,
    output signed [7:0] \table ,
    output reg signed [7:0] late,
    output signed [7:0] one,
    output signed [7:0] two,
    output reg signed [7:0] old,
    output reg signed [3:0] pair_0,
    output reg signed [3:0] pair_1,
    output signed [3:0] both_0,
    output signed [3:0] both_1
);

    // State: registers, outputs of synchronous memories, words of memories.
    integer i;
    reg signed [7:0] table_words [0:3];
    reg signed [7:0] late_words [0:3];
    reg signed [7:0] one_words [0:3];
    reg signed [7:0] two_words [0:3];
    reg signed [7:0] old_words [0:3];
    reg [7:0] pair_words [0:3];
    reg [7:0] both_words [0:3];

    // Logic.
    assign \table  = table_words[$unsigned(\signed-at )];
    assign one = one_words[at];
    assign two = two_words[at];
    assign {both_1, both_0} = both_words[at];

    // Before the first clock edge.
    initial begin
        table_words[0] = 8'sd1;
        table_words[1] = -8'sd2;
        table_words[2] = 8'sd127;
        table_words[3] = -8'sd1;
        late_words[0] = 8'sd4;
        late_words[1] = 8'sd3;
        late_words[2] = 8'sd2;
        late_words[3] = 8'sd1;
        late = 8'sd0;
        for (i = 0; i < 4; i = i + 1) one_words[i] = 8'sd0;
        for (i = 0; i < 4; i = i + 1) two_words[i] = 8'sd0;
        two_words[3] = 8'sd9;
        for (i = 0; i < 4; i = i + 1) old_words[i] = 8'sd0;
        old = 8'sd0;
        pair_words[0] = 8'd18;
        pair_words[1] = 8'd52;
        pair_words[2] = 8'd86;
        pair_words[3] = 8'd120;
        pair_0 = 4'sd0;
        pair_1 = 4'sd0;
        both_words[0] = 8'd18;
        both_words[1] = 8'd52;
        both_words[2] = 8'd86;
        both_words[3] = 8'd120;
    end

    // At the clock edge.
    always @(posedge clock) if (en) late <= late_words[at];
    always @(posedge clock) if (we) one_words[at] <= d;
    always @(posedge clock) if (we) two_words[to] <= d;
    always @(posedge clock) begin
        old <= old_words[$unsigned(\signed-at )];
        if (we) old_words[$unsigned(\signed-at )] <= d;
    end
    always @(posedge clock) begin
        if (en) {pair_1, pair_0} <= pair_words[at];
        if (we) pair_words[to] <= {v_1, v_0};
    end
endmodule
