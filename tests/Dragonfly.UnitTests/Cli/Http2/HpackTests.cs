// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Http2;

namespace Dragonfly.UnitTests.Cli.Http2;

public sealed class HpackTests
{
    [Theory]
    // RFC 7541 C.4.1 to C.4.3 share one table: Huffman-coded requests.
    [InlineData(
        "828684418cf1e3c2e5f23a6ba0ab90f4ff|828684be5886a8eb10649cbf|828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
        ":method: GET,:scheme: http,:path: /,:authority: www.example.com|" +
        ":method: GET,:scheme: http,:path: /,:authority: www.example.com,cache-control: no-cache|" +
        ":method: GET,:scheme: https,:path: /index.html,:authority: www.example.com,custom-key: custom-value")]
    // RFC 7541 C.6: responses with a table of 256 bytes, so that entries are evicted. 3fe101 sets that size.
    [InlineData(
        "3fe101488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3|" +
        "4883640effc1c0bf|" +
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        ":status: 302,cache-control: private,date: Mon, 21 Oct 2013 20:13:21 GMT,location: https://www.example.com|" +
        ":status: 307,cache-control: private,date: Mon, 21 Oct 2013 20:13:21 GMT,location: https://www.example.com|" +
        ":status: 200,cache-control: private,date: Mon, 21 Oct 2013 20:13:22 GMT,location: https://www.example.com,content-encoding: gzip," +
        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1")]
    public void Blocks_of_the_specification_are_decoded(string blocks, string expected)
    {
        var decoder = new HpackDecoder();
        IEnumerable<string> decoded = blocks.Split('|').Select(block =>
            string.Join(',', decoder.Decode(Convert.FromHexString(block)).Select(header => $"{header.Name}: {header.Value}")));

        Assert.Equal(expected, string.Join('|', decoded));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("backend%20error:%20404%20Not%20Found")]
    [InlineData("eyJtZXNzYWdlIjoiNDA0IE5vdCBGb3VuZCIsImhlYWRlciI6e30sInN0YXR1c19jb2RlIjo0MDR9")]
    public void Huffman_text_is_decoded(string text) => Assert.Equal(text, System.Text.Encoding.ASCII.GetString(HpackHuffman.Decode(Huffman(text))));

    [Fact]
    public void Every_byte_has_a_code()
    {
        string all = string.Concat(Enumerable.Range(0, 256).Select(value => (char)value));
        Assert.Equal(all, System.Text.Encoding.Latin1.GetString(HpackHuffman.Decode(Huffman(all))));
    }

    [Theory]
    [InlineData("82868441ff", "ends too early")]
    [InlineData("8286844105", "longer than the block")]
    [InlineData("40", "ends too early")]
    [InlineData("ff80808080808001", "too large")]
    [InlineData("c0", "unknown entry")]
    [InlineData("80", "unknown entry 0")]
    [InlineData("823fe101", "must not")]
    [InlineData("3fe2ff03", "must not")]
    [InlineData("0084ffffffff00", "end-of-string")]
    [InlineData("008100", "middle of a symbol")]
    public void Malformed_blocks_are_refused(string block, string reason)
    {
        Http2Exception error = Assert.Throws<Http2Exception>(() => new HpackDecoder().Decode(Convert.FromHexString(block)));
        Assert.Equal(Http2ErrorCode.CompressionError, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_block_cannot_make_a_huge_list()
    {
        var block = new ByteBuffer(64);
        block.Add([0x40, 1, (byte)'a', 0x7f, 0xa1, 0x1e]);
        block.Add(new byte[4000]);
        block.Add(Enumerable.Repeat((byte)0xbe, 1000).ToArray());
        Assert.Throws<Http2Exception>(() => new HpackDecoder().Decode(block.Filled));
    }

    [Fact]
    public void What_is_encoded_is_decoded()
    {
        HpackHeader[] headers =
        [
            new(":method", "POST"), new(":scheme", "http"), new(":path", "/a.B/C"), new("te", "trailers"), new("x-long", new string('x', 5000)),
        ];
        var block = new ByteBuffer(16);
        Array.ForEach(headers, header => HpackEncoder.Add(block, header));
        Assert.Equal(headers, new HpackDecoder().Decode(block.Filled));
    }

    [Fact]
    public void Random_blocks_are_decoded_or_refused()
    {
        var random = new Random(7541);
        for (int round = 0; round < 20000; round++)
        {
            var block = new byte[random.Next(1, 40)];
            random.NextBytes(block);
            try
            {
                new HpackDecoder().Decode(block);
            }
            catch (Http2Exception)
            {
                // Refused, which is as good.
            }
        }
    }

    private static byte[] Huffman(string text)
    {
        var bits = new System.Text.StringBuilder();
        foreach (char letter in text)
        {
            (int code, int length) = HpackHuffman.CodeOf(letter);
            bits.Append(Convert.ToString(code, 2).PadLeft(length, '0'));
        }

        while (bits.Length % 8 != 0)
        {
            bits.Append('1');
        }

        return [.. bits.ToString().Chunk(8).Select(octet => Convert.ToByte(new string(octet), 2))];
    }
}
