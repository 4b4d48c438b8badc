// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Http2;

/// <summary>Bytes that are added at the end and taken from the front; it keeps one array and grows it when it must.</summary>
internal sealed class ByteBuffer(int capacity)
{
    private byte[] _bytes = new byte[capacity];
    private int _start;
    private int _end;

    /// <summary>The bytes that were added and not yet taken.</summary>
    public ReadOnlySpan<byte> Filled => _bytes.AsSpan(_start, _end - _start);

    /// <summary>How many bytes <see cref="Filled"/> has.</summary>
    public int Length => _end - _start;

    /// <summary>Takes <paramref name="count"/> bytes from the front.</summary>
    public void Take(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Room for at least <paramref name="atLeast"/> bytes; what was written is made part of the buffer by <see cref="Advance"/>.</summary>
    public Span<byte> Room(int atLeast)
    {
        if (_bytes.Length - _end < atLeast)
        {
            MakeRoom(atLeast);
        }

        return _bytes.AsSpan(_end);
    }

    /// <summary>Adds the first <paramref name="count"/> bytes of the room that was handed out last.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Adds a copy of <paramref name="bytes"/>.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Advance(bytes.Length);
    }

    private void MakeRoom(int atLeast)
    {
        int needed = Length + atLeast;
        byte[] target = needed <= _bytes.Length ? _bytes : new byte[Math.Max(needed, _bytes.Length * 2)];
        _bytes.AsSpan(_start, Length).CopyTo(target);
        (_bytes, _start, _end) = (target, 0, Length);
    }
}
