// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text;
using Dragonfly.Core.Ids;
using Dragonfly.Protocol.Vortex;
using Dragonfly.Testing.Fixtures;
using Dragonfly.UnitTests.Core.Ids;

namespace Dragonfly.UnitTests.Protocol.Vortex;

public sealed class VortexFrameTests
{
    private const string Task64 = "5844f27a257287e9b734256bb25603d8005422ced8c0377f15063ec11963b25f";

    public static TheoryData<string, string> Requests => VectorRow.Of("vortex_download_piece");

    public static TheoryData<string, string> CacheRequests => VectorRow.Of("vortex_download_persistent_cache_piece");

    public static TheoryData<string, string> Headers => VectorRow.Of("vortex_content_header");

    public static TheoryData<string, string> Contents => VectorRow.Of("vortex_piece_content");

    public static TheoryData<string, string> Errors => VectorRow.Of("vortex_error");

    [Theory]
    [MemberData(nameof(Requests))]
    public void Request_is_written_and_read_as_the_original(string input, string hex) =>
        CheckRequest(input, hex, VortexTag.DownloadPiece);

    [Theory]
    [MemberData(nameof(CacheRequests))]
    public void Persistent_cache_request_is_written_and_read_as_the_original(string input, string hex) =>
        CheckRequest(input, hex, VortexTag.DownloadPersistentCachePiece);

    [Theory]
    [MemberData(nameof(Headers))]
    public void Content_header_is_written_and_read_as_the_original(string input, string hex) =>
        CheckContent(VectorRow.Fields(input.Replace(" (piece bytes not included)", "")), Convert.FromHexString(hex));

    [Theory]
    [MemberData(nameof(Contents))]
    public void Piece_follows_its_packet_uncounted(string input, string hex)
    {
        var bytes = Convert.FromHexString(hex);
        CheckContent(VectorRow.Fields(input[..input.IndexOf(" content=", StringComparison.Ordinal)]), bytes[..^9]);
        Assert.Equal("123456789", Encoding.ASCII.GetString(bytes[^9..]));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Error_is_written_and_read_as_the_original(string input, string hex)
    {
        var fields = VectorRow.Fields(input);
        var expected = Convert.FromHexString(hex);
        var code = (VortexErrorCode)byte.Parse(fields["code"], CultureInfo.InvariantCulture);
        var bytes = new byte[VortexFrame.ErrorLength(fields["message"])];
        Assert.Equal(bytes.Length, VortexFrame.WriteError(bytes, Id(fields), code, fields["message"]));
        Assert.Equal(expected, bytes);
        Assert.True(VortexFrame.TryReadHeader(bytes, out var header) && header.IsValid);
        Assert.True(VortexFrame.TryReadError(bytes.AsSpan(6), out var readCode, out var message));
        Assert.Equal((code, fields["message"]), (readCode, message));
    }

    [Fact]
    public void Hello_and_close_are_small()
    {
        var hello = new byte[VortexFrame.HelloLength];
        Assert.Equal(7, VortexFrame.WriteHello(hello, 9));
        Assert.Equal([9, 64, 0, 0, 0, 1, 1], hello);
        Assert.True(VortexFrame.TryReadHeader(hello, out var header) && header is { IsValid: true, IsRequest: false });
        Assert.True(VortexFrame.TryReadHello(hello.AsSpan(6)));
        Assert.False(VortexFrame.TryReadHello([2]));
        var close = new byte[6];
        VortexFrame.WriteClose(close, 1);
        Assert.Equal([1, 254, 0, 0, 0, 0], close);
    }

    [Theory]
    [InlineData(VortexTag.DownloadPiece, 67, false)]
    [InlineData(VortexTag.DownloadPiece, 68, true)]
    [InlineData(VortexTag.DownloadPersistentPiece, 68, true)]
    [InlineData(VortexTag.DownloadPersistentCachePiece, 69, false)]
    [InlineData(VortexTag.DownloadCachePiece, uint.MaxValue, false)]
    [InlineData(VortexTag.PieceContent, 48, false)]
    [InlineData(VortexTag.PieceContent, 49, true)]
    [InlineData(VortexTag.PersistentPieceContent, 1329, true)]
    [InlineData(VortexTag.CachePieceContent, 1330, false)]
    [InlineData(VortexTag.Error, 0, false)]
    [InlineData(VortexTag.Error, 4096, true)]
    [InlineData(VortexTag.Error, 4097, false)]
    [InlineData(VortexTag.Close, 1, false)]
    [InlineData(VortexTag.Hello, 2, false)]
    [InlineData((VortexTag)8, 68, false)]
    [InlineData((VortexTag)253, 0, false)]
    public void Lengths_are_capped_before_memory_is_taken(VortexTag tag, uint length, bool valid) =>
        Assert.Equal(valid, new VortexHeader(1, tag, length).IsValid);

    [Fact]
    public void Cut_header_is_not_read()
    {
        for (var length = 0; length < VortexFrame.HeaderLength; length++)
        {
            Assert.False(VortexFrame.TryReadHeader(new byte[length], out _));
        }
    }

    [Fact]
    public void Request_that_names_no_task_or_piece_is_refused()
    {
        var good = new byte[VortexFrame.RequestLength];
        VortexFrame.WriteRequest(good, 1, VortexTag.DownloadPiece, TaskId.Parse(Task64), new PieceNumber(3));
        var value = good[6..];
        Assert.True(VortexFrame.TryReadRequest(value, out _, out _));
        foreach (var (at, bad) in new (int, byte)[] { (0, (byte)'G'), (10, (byte)'/'), (63, 0), (5, 0xC3), (7, (byte)'A'), (64, 0x80) })
        {
            var copy = value.ToArray();
            copy[at] = bad;
            Assert.False(VortexFrame.TryReadRequest(copy, out _, out _));
        }

        Assert.False(VortexFrame.TryReadRequest(value.AsSpan(1), out _, out _));
        Assert.False(VortexFrame.TryReadRequest([], out _, out _));
    }

    [Fact]
    public void Content_header_with_any_byte_cut_added_or_lied_about_is_refused()
    {
        var value = Value("crc32:1"u8, "parent"u8);
        Assert.True(VortexContentHeader.TryRead(value, out _));
        for (var length = 0; length < value.Length; length++)
        {
            Assert.False(VortexContentHeader.TryRead(value.AsSpan(0, length), out _));
        }

        Assert.False(VortexContentHeader.TryRead([.. value, 0], out _));

        // Metadata length, number, offset, piece length, digest length, parent length.
        foreach (var at in new[] { 0, 3, 4, 8, 16, 24, 27, 35 + 0, 38 })
        {
            var copy = value.ToArray();
            copy[at] = 0xFF;
            Assert.False(VortexContentHeader.TryRead(copy, out _), $"byte {at}");
        }
    }

    [Fact]
    public void Texts_that_are_too_long_are_neither_read_nor_written()
    {
        var longest = Value(new byte[VortexContentHeader.MaximumDigestLength], new byte[VortexContentHeader.MaximumParentIdLength]);
        Assert.True(VortexContentHeader.TryRead(longest, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Value(new byte[VortexContentHeader.MaximumDigestLength + 1], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Value([], new byte[VortexContentHeader.MaximumParentIdLength + 1]));
    }

    [Fact]
    public void Random_bytes_never_make_a_reader_throw()
    {
        var random = new Random(42);
        var good = Value("crc32:1"u8, "parent"u8);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = i % 2 == 0 ? good.ToArray() : new byte[random.Next(200)];
            if (i % 2 == 0)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            else
            {
                random.NextBytes(bytes);
            }

            VortexContentHeader.TryRead(bytes, out _);
            VortexFrame.TryReadRequest(bytes, out _, out _);
            VortexFrame.TryReadError(bytes, out _, out _);
            VortexFrame.TryReadHeader(bytes, out var header);
            _ = header.IsValid;
        }
    }

    [Fact]
    public void Long_error_message_is_cut_between_characters()
    {
        var message = new string('é', 5000);
        var bytes = new byte[VortexFrame.ErrorLength(message)];
        var written = VortexFrame.WriteError(bytes, 1, VortexErrorCode.Internal, message);
        Assert.True(VortexFrame.TryReadHeader(bytes, out var header) && header.IsValid);
        Assert.True(VortexFrame.TryReadError(bytes.AsSpan(6, written - 6), out _, out var read));
        Assert.Equal(new string('é', 2047), read);
    }

    [Fact]
    public void Reserved_error_codes_are_unknown_but_for_our_own()
    {
        Assert.True(VortexFrame.TryReadError([77, (byte)'x'], out var code, out _));
        Assert.Equal(VortexErrorCode.Unknown, code);
        Assert.True(VortexFrame.TryReadError([(byte)VortexErrorCode.TlsRequired], out code, out _));
        Assert.Equal(VortexErrorCode.TlsRequired, code);
    }

    private static byte[] Value(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> parent)
    {
        var header = new VortexContentHeader { Number = new PieceNumber(1), PieceLength = 10, Digest = digest, ParentId = parent };
        var bytes = new byte[header.PacketLength];
        header.Write(bytes, 1, VortexTag.PieceContent);
        return bytes[6..];
    }

    private static void CheckRequest(string input, string hex, VortexTag tag)
    {
        var fields = VectorRow.Fields(input);
        var bytes = new byte[VortexFrame.RequestLength];
        var piece = new PieceNumber(int.Parse(fields["piece"], CultureInfo.InvariantCulture));
        VortexFrame.WriteRequest(bytes, Id(fields), tag, TaskId.Parse(fields["task"]), piece);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
        Assert.True(VortexFrame.TryReadHeader(bytes, out var header) && header is { IsValid: true, IsRequest: true });
        Assert.True(VortexFrame.TryReadRequest(bytes.AsSpan(6), out var task, out var number));
        Assert.Equal((fields["task"], piece), (task.Text, number));
    }

    private static void CheckContent(Dictionary<string, string> fields, byte[] expected)
    {
        var tag = (VortexTag)byte.Parse(fields.GetValueOrDefault("tag", "1"), CultureInfo.InvariantCulture);
        var header = new VortexContentHeader
        {
            Number = new PieceNumber(int.Parse(fields["number"], CultureInfo.InvariantCulture)),
            Offset = long.Parse(fields["offset"], CultureInfo.InvariantCulture),
            PieceLength = int.Parse(fields["length"], CultureInfo.InvariantCulture),
            Digest = Encoding.ASCII.GetBytes(fields["digest"]),
            ParentId = Encoding.ASCII.GetBytes(fields["parent"]),
            TrafficType = byte.Parse(fields["traffic"], CultureInfo.InvariantCulture),
            CostSeconds = ulong.Parse(fields["cost"].TrimEnd('s'), CultureInfo.InvariantCulture),
            CreatedAt = long.Parse(fields["created"], CultureInfo.InvariantCulture),
        };
        var bytes = new byte[header.PacketLength];
        Assert.Equal(bytes.Length, header.Write(bytes, Id(fields), tag));
        Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(bytes));
        Assert.True(VortexFrame.TryReadHeader(expected, out var packet) && packet is { IsValid: true, IsContent: true });
        Assert.True(VortexContentHeader.TryRead(expected.AsSpan(6), out var read));
        Assert.Equal(header.Number, read.Number);
        Assert.Equal((header.Offset, header.PieceLength), (read.Offset, read.PieceLength));
        Assert.Equal((fields["digest"], fields["parent"]), (read.DigestText, read.ParentIdText));
        Assert.Equal((header.TrafficType, header.CostSeconds, header.CreatedAt), (read.TrafficType, read.CostSeconds, read.CreatedAt));
    }

    private static byte Id(Dictionary<string, string> fields) => Convert.FromHexString(fields["id"])[0];
}
