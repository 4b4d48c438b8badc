// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Lets Kestrel take requests whose <c>:authority</c> is <c>[::]:50051</c>, the placeholder that the original's clients
/// send on the Unix socket (PROTOCOL §3.1).</summary>
/// <remarks>Kestrel resets such streams: its shortest valid IPv6 literal has one character between the colons' end and the
/// bracket. So the name is replaced by one of the same encoded length, <c>[::1]:5005</c>, inside HEADERS frames, before
/// Kestrel decodes them; the decoder's table then holds the replacement, so later references to it are right as well. Frames are
/// followed from the preface on; a HEADERS frame is handed on only when it is whole. Anything but HTTP/2 passes untouched.</remarks>
internal sealed class UnspecifiedAuthority(PipeReader inner) : PipeReader
{
    private const int FrameHeaderLength = 9;
    private const byte HeadersFrame = 1;

    /// <summary>Larger header blocks than Kestrel takes are not held back for.</summary>
    private const int LargestBlock = 64 * 1024;

    // Length byte and text, first Huffman coded (RFC 7541 appendix B, as h2 writes it), then plain.
    private static readonly byte[][] Names =
    [
        [0x8A, 0xFF, 0xDD, 0xCB, 0x9F, 0xFC, 0xB8, 0xD8, 0x00, 0xD8, 0x7F],
        [0x0A, .. "[::]:50051"u8],
    ];

    private static readonly byte[][] Replacements =
    [
        [0x8A, 0xFF, 0xDD, 0xCB, 0x81, 0xFF, 0xE5, 0xC6, 0xC0, 0x06, 0xFF],
        [0x0A, .. "[::1]:5005"u8],
    ];

    private ReadOnlySequence<byte> _current;
    private long _cleared;
    private long _skip;
    private bool _started;
    private bool _foreign;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await inner.ReadAsync(cancellationToken);
            if (Show(ref result))
            {
                return result;
            }
        }
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result) && Show(ref result);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _cleared -= _current.Slice(0, consumed).Length;
        _current = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <summary>Cuts a result to what may be handed on; false when that is nothing, and more is to be read.</summary>
    private bool Show(ref ReadResult result)
    {
        var buffer = result.Buffer;
        if (!_foreign)
        {
            Scan(buffer);
        }

        var whole = _foreign || _cleared == buffer.Length || result.IsCompleted;
        if (!whole && _cleared == 0 && !result.IsCanceled)
        {
            inner.AdvanceTo(buffer.Start, buffer.End);
            return false;
        }

        _current = buffer;
        if (whole)
        {
            _cleared = buffer.Length;
        }
        else
        {
            result = new ReadResult(buffer.Slice(0, _cleared), result.IsCanceled, isCompleted: false);
        }

        return true;
    }

    private void Scan(ReadOnlySequence<byte> buffer)
    {
        if (!_started && !Start(buffer))
        {
            return;
        }

        Span<byte> head = stackalloc byte[FrameHeaderLength];
        while (_cleared < buffer.Length)
        {
            if (_skip > 0)
            {
                var step = Math.Min(_skip, buffer.Length - _cleared);
                _cleared += step;
                _skip -= step;
                continue;
            }

            var left = buffer.Slice(_cleared);
            if (left.Length < FrameHeaderLength)
            {
                return;
            }

            left.Slice(0, FrameHeaderLength).CopyTo(head);
            var length = FrameHeaderLength + ((head[0] << 16) | (head[1] << 8) | head[2]);
            if (head[3] == HeadersFrame && length <= LargestBlock)
            {
                if (left.Length < length)
                {
                    return;
                }

                Replace(left.Slice(0, length));
            }

            _skip = length;
        }
    }

    private bool Start(ReadOnlySequence<byte> buffer)
    {
        var preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
        Span<byte> first = stackalloc byte[preface.Length];
        var known = (int)Math.Min(buffer.Length, preface.Length);
        buffer.Slice(0, known).CopyTo(first);
        if (!first[..known].SequenceEqual(preface[..known]))
        {
            _foreign = true;
            return false;
        }

        _started = known == preface.Length;
        _skip = _started ? known : 0;
        return _started;
    }

    private static void Replace(ReadOnlySequence<byte> frame)
    {
        var bytes = frame.IsSingleSegment ? frame.FirstSpan : frame.ToArray();
        for (var i = 0; i < Names.Length; i++)
        {
            var at = bytes.IndexOf(Names[i]);
            if (at >= 0)
            {
                Write(frame.Slice(at), Replacements[i]);
                return;
            }
        }
    }

    /// <summary>Overwrites bytes of the transport's buffer: they were received for this reader alone.</summary>
    private static void Write(ReadOnlySequence<byte> target, ReadOnlySpan<byte> bytes)
    {
        foreach (var segment in target)
        {
            var count = Math.Min(segment.Length, bytes.Length);
            bytes[..count].CopyTo(MemoryMarshal.AsMemory(segment).Span);
            bytes = bytes[count..];
            if (bytes.IsEmpty)
            {
                return;
            }
        }
    }
}
