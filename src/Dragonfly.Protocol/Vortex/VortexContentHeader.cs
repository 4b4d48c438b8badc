// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.Text;
using Dragonfly.Core.Ids;

namespace Dragonfly.Protocol.Vortex;

/// <summary>What precedes the bytes of a piece. The packet's length counts only this header: the piece's bytes follow the
/// packet uncounted, and <see cref="PieceLength"/> says how many they are (PROTOCOL §11.2).</summary>
/// <remarks>A view: digest and parent id point into the bytes that were read, or that are to be written.</remarks>
public readonly ref struct VortexContentHeader
{
    /// <summary>Longest digest text: <c>sha512:</c> and 128 digits are 135.</summary>
    public const int MaximumDigestLength = 256;

    /// <summary>Longest parent id: an address, a host name of 255 and a UUID fit four times.</summary>
    public const int MaximumParentIdLength = 1024;

    /// <summary>Largest piece: the longest piece length that requests may ask for (PROTOCOL §4.7).</summary>
    public const int MaximumPieceLength = 64 * 1024 * 1024;

    /// <summary>Bytes of the length of the metadata, with which the value begins.</summary>
    public const int MetadataLengthLength = 4;

    /// <summary>Bytes of the metadata without the two texts: number 4, offset 8, length 8, two text lengths 4 each, traffic type
    /// 1, cost 8, time 8.</summary>
    public const int FixedMetadataLength = 45;

    /// <summary>Fewest bytes of a content packet's value.</summary>
    public const int MinimumValueLength = MetadataLengthLength + FixedMetadataLength;

    /// <summary>Most bytes of a content packet's value.</summary>
    public const int MaximumValueLength = MinimumValueLength + MaximumDigestLength + MaximumParentIdLength;

    /// <summary>Most bytes of a whole content packet; the piece's bytes follow it.</summary>
    public const int MaximumPacketLength = VortexFrame.HeaderLength + MaximumValueLength;

    /// <summary>Which piece this is.</summary>
    public PieceNumber Number { get; init; }

    /// <summary>Where the piece begins in the content.</summary>
    public long Offset { get; init; }

    /// <summary>Bytes of the piece.</summary>
    public int PieceLength { get; init; }

    /// <summary>Digest text in ASCII, for example <c>crc32:3421780262</c>; may be empty.</summary>
    public ReadOnlySpan<byte> Digest { get; init; }

    /// <summary>The peer from which the sender got the piece; empty when it came from the origin.</summary>
    public ReadOnlySpan<byte> ParentId { get; init; }

    /// <summary>Where the sender says the piece comes from; the original's servers always say 1, a remote peer.</summary>
    public byte TrafficType { get; init; }

    /// <summary>How long the sender took to get the piece, in whole seconds.</summary>
    public ulong CostSeconds { get; init; }

    /// <summary>When the sender got the piece, in Unix seconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Bytes of the whole packet without the piece.</summary>
    public int PacketLength => VortexFrame.HeaderLength + MinimumValueLength + Digest.Length + ParentId.Length;

    /// <summary>The digest as text.</summary>
    public string DigestText => Encoding.UTF8.GetString(Digest);

    /// <summary>The parent's id as text.</summary>
    public string ParentIdText => Encoding.UTF8.GetString(ParentId);

    /// <summary>Writes packet header and content header.</summary>
    /// <param name="destination">At least <see cref="PacketLength"/> bytes.</param>
    /// <param name="id">Any number.</param>
    /// <param name="tag">One of the four content tags.</param>
    /// <returns>The bytes written.</returns>
    public int Write(Span<byte> destination, byte id, VortexTag tag)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Digest.Length, MaximumDigestLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ParentId.Length, MaximumParentIdLength);
        var metadata = FixedMetadataLength + Digest.Length + ParentId.Length;
        VortexFrame.WriteHeader(destination, id, tag, MetadataLengthLength + metadata);
        var writer = new SpanWriter(destination[VortexFrame.HeaderLength..]);
        writer.WriteUInt32((uint)metadata);
        writer.WriteUInt32((uint)Number.Value);
        writer.WriteUInt64((ulong)Offset);
        writer.WriteUInt64((ulong)PieceLength);
        writer.WriteText(Digest);
        writer.WriteText(ParentId);
        writer.WriteByte(TrafficType);
        writer.WriteUInt64(CostSeconds);
        writer.WriteUInt64((ulong)CreatedAt);
        return VortexFrame.HeaderLength + MetadataLengthLength + metadata;
    }

    /// <summary>Reads a content packet's value; false when a field is cut, out of its limits, or bytes are left over.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out VortexContentHeader header)
    {
        header = default;
        var reader = new SpanReader(value);
        if (value.Length is < MinimumValueLength or > MaximumValueLength
            || reader.ReadUInt32() != value.Length - MetadataLengthLength)
        {
            return false;
        }

        var number = reader.ReadUInt32();
        var offset = reader.ReadUInt64();
        var length = reader.ReadUInt64();
        if (number > int.MaxValue || offset > long.MaxValue - MaximumPieceLength || length > MaximumPieceLength
            || !reader.TryReadText(MaximumDigestLength, out var digest)
            || !reader.TryReadText(MaximumParentIdLength, out var parent)
            || reader.Left != 17)
        {
            return false;
        }

        header = new VortexContentHeader
        {
            Number = new PieceNumber((int)number),
            Offset = (long)offset,
            PieceLength = (int)length,
            Digest = digest,
            ParentId = parent,
            TrafficType = reader.ReadByte(),
            CostSeconds = reader.ReadUInt64(),
            CreatedAt = (long)reader.ReadUInt64(),
        };
        return true;
    }

    private ref struct SpanWriter(Span<byte> destination)
    {
        private Span<byte> _left = destination;

        public void WriteByte(byte value)
        {
            _left[0] = value;
            _left = _left[1..];
        }

        public void WriteUInt32(uint value)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_left, value);
            _left = _left[4..];
        }

        public void WriteUInt64(ulong value)
        {
            BinaryPrimitives.WriteUInt64BigEndian(_left, value);
            _left = _left[8..];
        }

        public void WriteText(ReadOnlySpan<byte> text)
        {
            WriteUInt32((uint)text.Length);
            text.CopyTo(_left);
            _left = _left[text.Length..];
        }
    }

    private ref struct SpanReader(ReadOnlySpan<byte> source)
    {
        private ReadOnlySpan<byte> _left = source;

        public readonly int Left => _left.Length;

        public byte ReadByte()
        {
            var value = _left[0];
            _left = _left[1..];
            return value;
        }

        public uint ReadUInt32()
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(_left);
            _left = _left[4..];
            return value;
        }

        public ulong ReadUInt64()
        {
            var value = BinaryPrimitives.ReadUInt64BigEndian(_left);
            _left = _left[8..];
            return value;
        }

        public bool TryReadText(int maximum, out ReadOnlySpan<byte> text)
        {
            text = default;
            if (_left.Length < 4)
            {
                return false;
            }

            var length = ReadUInt32();
            if (length > maximum || length > _left.Length)
            {
                return false;
            }

            text = _left[..(int)length];
            _left = _left[(int)length..];
            return true;
        }
    }
}
