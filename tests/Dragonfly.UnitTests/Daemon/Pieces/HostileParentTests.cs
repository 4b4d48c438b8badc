// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Ext.V1;
using Google.Protobuf;

namespace Dragonfly.UnitTests.Daemon.Pieces;

/// <summary>What a parent says is taken only as far as it can be true.</summary>
public sealed class HostileParentTests
{
    private readonly Listener _listener = new();

    [Theory]
    [InlineData(0u, 0ul, 100ul, 4005, 1)]
    [InlineData(uint.MaxValue, 0ul, 100ul, 4005, 0)]
    [InlineData((uint)int.MaxValue, 0ul, 100ul, 4005, 0)]
    [InlineData((uint)PieceLayout.MaxPieceCount, 0ul, 100ul, 4005, 0)]
    [InlineData((uint)PieceLayout.MaxPieceCount - 1, 0ul, 100ul, 4005, 1)]
    [InlineData(0u, ulong.MaxValue, 100ul, 4005, 0)]
    [InlineData(0u, (ulong)long.MaxValue, 100ul, 4005, 0)]
    [InlineData(0u, 0ul, 0ul, 4005, 0)]
    [InlineData(0u, 0ul, (ulong)PieceLayout.MaxPieceLength + 1, 4005, 0)]
    [InlineData(0u, 0ul, 100ul, 0, 0)]
    [InlineData(0u, 0ul, 100ul, -1, 0)]
    [InlineData(0u, 0ul, 100ul, 65536, 0)]
    public async Task A_piece_that_cannot_be_is_not_heard_of(uint number, ulong offset, ulong length, int port, int heard)
    {
        var parent = new ParentState(PeerId.Parse("p"), HostId.Parse("h"), new IPEndPoint(IPAddress.Loopback, 1));
        var response = new SyncPiecesResponse { Number = number, Offset = offset, Length = length, Ip = "127.0.0.1", TcpPort = port };
        await PieceCollector.TakeAsync(parent, response, _listener);
        Assert.Equal(heard, _listener.Heard.Count);
        _listener.Heard.ForEach(parent.Add);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("1.2.3.4.5")]
    public async Task A_piece_without_an_address_is_not_heard_of(string ip)
    {
        var parent = new ParentState(PeerId.Parse("p"), HostId.Parse("h"), new IPEndPoint(IPAddress.Loopback, 1));
        await PieceCollector.TakeAsync(parent, new SyncPiecesResponse { Length = 1, TcpPort = 1, Ip = ip }, _listener);
        Assert.Empty(_listener.Heard);
    }

    [Theory]
    [InlineData(-2, 10ul)]
    [InlineData(long.MinValue, 10ul)]
    [InlineData(long.MaxValue, 10ul)]
    [InlineData(PieceLayout.MaxContentLength + 1, 10ul)]
    [InlineData(100, 0ul)]
    [InlineData(100, (ulong)PieceLayout.MaxPieceLength + 1)]
    [InlineData(100, ulong.MaxValue)]
    public void A_generation_that_cannot_be_is_none(long length, ulong pieceLength) =>
        Assert.Null(GenerationCodec.Decode(new Generation { ContentLength = length, PieceLength = pieceLength }.ToByteArray()));

    [Theory]
    [InlineData("99999999999999999", 0)]
    [InlineData("-5", 0)]
    [InlineData("x", 0)]
    [InlineData("7", 7)]
    public void An_age_that_cannot_be_is_none(string age, int seconds)
    {
        var told = GenerationCodec.Decode(new Generation { ContentLength = 1, PieceLength = 1, ResponseHeader = { ["age"] = age } }.ToByteArray());
        Assert.Equal(TimeSpan.FromSeconds(seconds), told?.Age);
    }

    [Fact]
    public void Bytes_that_are_no_message_are_no_generation() => Assert.Null(GenerationCodec.Decode([0xff, 0xff, 0xff]));

    [Fact]
    public void A_generation_arrives_as_it_was_without_cookies_and_with_its_whole_age()
    {
        var headers = new Dictionary<string, string> { ["cache-control"] = "max-age=60", ["set-cookie"] = "secret", ["age"] = "50", ["x-long"] = new('x', 5000) };
        var sent = new ContentGeneration(new PieceLayout(null, 10), "\"e\"", null, headers.ToFrozenDictionary());
        var (got, age) = GenerationCodec.Decode(GenerationCodec.Encode(sent, TimeSpan.FromSeconds(7)))!.Value;
        Assert.Equal((null, 10L, "\"e\"", null), (got.Layout.ContentLength, got.Layout.PieceLength, got.ETag, got.LastModified));
        Assert.Equal(TimeSpan.FromSeconds(57), age);
        Assert.Equal(["cache-control"], got.Headers.Keys);
    }

    private sealed class Listener : IParentListener
    {
        public List<int> Heard { get; } = [];

        public ValueTask OnParentOpenedAsync(ParentState parent, ContentGeneration? generation, TimeSpan? age, bool keepAlive) => ValueTask.CompletedTask;

        public ValueTask OnParentHasAsync(ParentState parent, PieceNumber number, ByteRange range, IPEndPoint endpoint)
        {
            Heard.Add(number.Value);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnParentClosedAsync(ParentState parent, Failure? failure, long? contentLength) => ValueTask.CompletedTask;
    }
}
