// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Wire;

/// <summary>One piece as a message of the daemon describes it (<c>common.v2.Piece</c>).</summary>
internal readonly ref struct PieceArrival
{
    private PieceArrival(uint number, ulong offset, ulong length, TrafficSource source, string? parentId, ReadOnlySpan<byte> content, bool hasContent)
    {
        Number = number;
        Offset = offset;
        Length = length;
        Source = source;
        ParentId = parentId;
        Content = content;
        HasContent = hasContent;
    }

    /// <summary>The piece's number, from 0.</summary>
    public uint Number { get; }

    /// <summary>Where in the content it begins, bytes.</summary>
    public ulong Offset { get; }

    /// <summary>Its length, bytes.</summary>
    public ulong Length { get; }

    /// <summary>Where the daemon got it from.</summary>
    public TrafficSource Source { get; }

    /// <summary>The peer that sent it, when one did.</summary>
    public string? ParentId { get; }

    /// <summary>The bytes, when they were asked for.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>Whether the message had the content field.</summary>
    public bool HasContent { get; }

    /// <summary>Reads a piece; <see cref="Content"/> points into <paramref name="message"/>.</summary>
    public static PieceArrival Parse(ReadOnlySpan<byte> message)
    {
        uint number = 0;
        ulong offset = 0, length = 0;
        var source = TrafficSource.Origin;
        string? parent = null;
        ReadOnlySpan<byte> content = default;
        bool hasContent = false;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    number = (uint)reader.Number;
                    break;
                case 2:
                    parent = reader.Text;
                    break;
                case 3:
                    offset = reader.Number;
                    break;
                case 4:
                    length = reader.Number;
                    break;
                case 6:
                    content = reader.Bytes;
                    hasContent = true;
                    break;
                case 7:
                    source = reader.Number <= 2 ? (TrafficSource)reader.Number : TrafficSource.Origin;
                    break;
                default:
                    break;
            }
        }

        return new PieceArrival(number, offset, length, source, parent, content, hasContent);
    }
}
