// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Grpc.Core;
using Grpc.Net.Common;

namespace Grpc.Net.Client;

/// <summary>Cuts a response body into messages. The bytes of the current one are valid until <see cref="Consume"/>.</summary>
/// <remarks>Memory grows with the bytes that arrived, never with the length a server merely announced. One reader at a time.</remarks>
internal sealed class ResponseMessageReader(
    Stream body,
    int? maximum,
    bool gzip,
    CancellationToken ended)
    : DeserializationContext
{
    private const int InitialCapacity = 4096;

    /// <summary>A larger buffer is given back after its message.</summary>
    private const int KeptCapacity = 64 * 1024;

    private byte[]? _buffer;
    private byte[]? _unpacked;
    private int _start;
    private int _end;
    private int _length;

    public override int PayloadLength => _unpacked?.Length ?? _length;

    public override byte[] PayloadAsNewBuffer() =>
        _unpacked ?? _buffer.AsSpan(_start + FrameBuffer.HeaderLength, _length).ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _unpacked is not null
        ? new ReadOnlySequence<byte>(_unpacked)
        : new ReadOnlySequence<byte>(_buffer!, _start + FrameBuffer.HeaderLength, _length);

    /// <summary>Waits for a whole message; false at the end of the body.</summary>
    public async ValueTask<bool> ReadAsync()
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(InitialCapacity);
        while (_end - _start < FrameBuffer.HeaderLength)
        {
            if (!await FillAsync())
            {
                return _end == _start ? false : throw Cut();
            }
        }

        _length = FrameFormat.ReadHeader(_buffer.AsSpan(_start), maximum, out var compressed);
        while (_end - _start - FrameBuffer.HeaderLength < _length)
        {
            if (!await FillAsync())
            {
                throw Cut();
            }
        }

        _unpacked = compressed ? Unpack() : null;
        return true;
    }

    /// <summary>Drops the current message.</summary>
    public void Consume()
    {
        _unpacked = null;
        _start += FrameBuffer.HeaderLength + _length;
        _length = 0;
        if (_start < _end)
        {
            return;
        }

        _start = _end = 0;
        if (_buffer!.Length > KeptCapacity)
        {
            Release();
        }
    }

    /// <summary>Gives the memory back; no read may be running.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            _start = _end = 0;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static RpcException Cut() =>
        new(new Status(StatusCode.Unavailable, "The response ended within a message."));

    private byte[] Unpack()
    {
        if (!gzip)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A message is compressed, but the response names no encoding."));
        }

        var packed = new ReadOnlySequence<byte>(_buffer!, _start + FrameBuffer.HeaderLength, _length);
        return GzipCodec.Decompress(packed, maximum);
    }

    private async ValueTask<bool> FillAsync()
    {
        if (_end == _buffer!.Length)
        {
            MakeRoom();
        }

        var read = await body.ReadAsync(_buffer.AsMemory(_end), ended);
        _end += read;
        return read > 0;
    }

    private void MakeRoom()
    {
        var pending = _end - _start;
        if (pending > _buffer!.Length / 2)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(_start, pending).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, pending).CopyTo(_buffer);
        }

        _start = 0;
        _end = pending;
    }
}
