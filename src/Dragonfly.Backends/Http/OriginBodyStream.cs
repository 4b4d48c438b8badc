// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Backends.Http;

/// <summary>
/// The body of an answer: exactly the announced number of bytes, or an <see cref="IOException"/>; an error too when the origin is silent for too long.
/// Not thread safe; owns the answer.
/// </summary>
/// <param name="url">For messages.</param>
/// <param name="answer">The answer, whose head is read.</param>
/// <param name="length">Bytes to come; null when the origin did not say.</param>
/// <param name="activityTimeout">The longest silence.</param>
/// <param name="time">The clock.</param>
internal sealed class OriginBodyStream(Uri url, HttpAnswer answer, long? length, TimeSpan activityTimeout, TimeProvider time) : Stream
{
    private readonly Stream _body = answer.Message.Content.ReadAsStream();
    private CancellationTokenSource _silence = new(Timeout.InfiniteTimeSpan, time);
    private long _read;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length ?? throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // More bytes than announced are none of ours: a chunked 206 may carry them.
        var wanted = (int)Math.Min(buffer.Length, (length ?? long.MaxValue) - _read);
        if (wanted == 0 && buffer.Length > 0)
        {
            return 0;
        }

        var read = await ReadOrFallSilentAsync(buffer[..wanted], cancellationToken);
        if (read == 0 && buffer.Length > 0 && length is { } total && _read < total)
        {
            throw new IOException($"{SafeUrl.Of(url)}: the origin ended the body after {_read} of {total} bytes.");
        }

        _read += read;
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies of origins are read asynchronously.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            answer.Dispose();
            _silence.Dispose();
        }

        base.Dispose(disposing);
    }

    // One timer for all reads: it is wound up before each and let down after, which costs no allocation.
    private async ValueTask<int> ReadOrFallSilentAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var silence = _silence;
        silence.CancelAfter(activityTimeout);
        using var byCaller = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), silence);
        try
        {
            return await _body.ReadAsync(buffer, silence.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{SafeUrl.Of(url)}: the origin sent nothing for {activityTimeout.TotalSeconds:0.#} s after {_read} bytes.");
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new IOException($"{SafeUrl.Of(url)}: the body broke off after {_read} bytes: {error.Message}", error);
        }
        finally
        {
            if (!silence.TryReset())
            {
                silence.Dispose();
                _silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            }
        }
    }
}
