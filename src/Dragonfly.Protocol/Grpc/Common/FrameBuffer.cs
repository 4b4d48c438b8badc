// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Grpc.Core;

namespace Grpc.Net.Common;

/// <summary>Serialises messages into framed bytes in pooled memory: one flag byte, four bytes of length, the message.</summary>
/// <remarks>Not thread safe. Arrays that were outgrown are left to the collector, because a write of their bytes may be
/// in flight; only the last one goes back to the pool.</remarks>
internal sealed class FrameBuffer : SerializationContext, IBufferWriter<byte>, IDisposable
{
    public const int HeaderLength = 5;

    /// <summary>A register request of a download is about 1.5 KiB (30 filtered parameters).</summary>
    private const int InitialCapacity = 2048;

    private byte[]? _array;
    private int _written;

    /// <summary>Framed bytes that have not been reset.</summary>
    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _written);

    public int Length => _written;

    /// <summary>Adds one message as a frame.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is larger than <paramref name="maximum"/>.</exception>
    public void Append<T>(T message, Action<T, SerializationContext> serializer, int? maximum, bool compress)
    {
        var start = _written;
        Reserve(HeaderLength);
        _written += HeaderLength;
        try
        {
            serializer(message, this);
            var length = _written - start - HeaderLength;
            if (length > maximum)
            {
                throw FrameFormat.TooLarge("Sending", length, maximum.Value);
            }

            // GZipStream writes nothing at all for an empty message, which is no gzip.
            compress &= length > 0;
            if (compress)
            {
                var packed = GzipCodec.Compress(_array.AsSpan(start + HeaderLength, length));
                _written = start + HeaderLength;
                this.Write(packed);
                length = packed.Length;
            }

            FrameFormat.WriteHeader(_array.AsSpan(start), compress, length);
        }
        catch
        {
            _written = start;
            throw;
        }
    }

    public void Reset() => _written = 0;

    public override void SetPayloadLength(int payloadLength) => Reserve(payloadLength);

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete()
    {
    }

    public override void Complete(byte[] payload) => this.Write(payload);

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsSpan(_written);
    }

    /// <summary>Gives the memory back; no write of it may be in flight.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Reserve(int count)
    {
        if (_array is null)
        {
            _array = ArrayPool<byte>.Shared.Rent(Math.Max(InitialCapacity, count + HeaderLength));
        }
        else if (_array.Length - _written < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_written + count), _array.Length * 2));
            _array.AsSpan(0, _written).CopyTo(larger);
            _array = larger;
        }
    }
}
