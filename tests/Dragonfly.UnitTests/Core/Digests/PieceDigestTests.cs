// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Dragonfly.Core.Digests;
using Dragonfly.UnitTests.Core.Ids;

namespace Dragonfly.UnitTests.Core.Digests;

public sealed class PieceDigestTests
{
    public static TheoryData<string, string> Pieces => VectorRow.Of("piece_digest");

    public static TheoryData<string, string> Metadata => VectorRow.Of("piece_metadata_digest");

    [Theory]
    [MemberData(nameof(Pieces))]
    public void Piece_digests_equal_the_originals(string input, string digest)
    {
        var bytes = input switch
        {
            "empty" => [],
            _ when input.StartsWith("ASCII ", StringComparison.Ordinal) => Encoding.ASCII.GetBytes(input["ASCII ".Length..]),
            _ when input.EndsWith(" zero bytes", StringComparison.Ordinal) => new byte[int.Parse(input.Split(' ')[0], CultureInfo.InvariantCulture)],
            _ => throw new InvalidDataException(input),
        };
        Assert.Equal(digest, $"crc32:{Crc32.Compute(bytes)}");
    }

    [Theory]
    [MemberData(nameof(Metadata))]
    public void Digests_of_piece_metadata_equal_the_originals(string input, string digest)
    {
        var fields = VectorRow.Fields(input);
        var bytes = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, uint.Parse(fields["number"], CultureInfo.InvariantCulture));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(4), ulong.Parse(fields["offset"], CultureInfo.InvariantCulture));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(12), ulong.Parse(fields["length"], CultureInfo.InvariantCulture));
        Assert.Equal(digest, $"crc32:{Crc32.Append(Crc32.Compute(bytes), Encoding.ASCII.GetBytes(fields["digest"]))}");
    }
}
