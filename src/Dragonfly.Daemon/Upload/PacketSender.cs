// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Dragonfly.Daemon.Upload;

/// <summary>
/// One reusable awaitable for <see cref="Socket.SendPacketsAsync"/>: on Linux that is a send of the header and sendfile of the rest, with no copy in user space, no
/// thread held and nothing allocated per call but the elements. One call at a time.
/// </summary>
internal sealed class PacketSender : SocketAsyncEventArgs, IValueTaskSource<long>
{
    private ManualResetValueTaskSourceCore<long> _source;

    public PacketSender()
        : base(true)
    {
    }

    /// <summary>Sends.</summary>
    /// <param name="socket">Where to.</param>
    /// <param name="elements">What.</param>
    /// <returns>Bytes sent; fewer than asked for means that the file ended early.</returns>
    public ValueTask<long> SendAsync(Socket socket, SendPacketsElement[] elements)
    {
        _source.Reset();
        SendPacketsElements = elements;
        if (socket.SendPacketsAsync(this))
        {
            return new ValueTask<long>(this, _source.Version);
        }

        return SocketError == SocketError.Success
            ? new ValueTask<long>(BytesTransferred)
            : ValueTask.FromException<long>(new SocketException((int)SocketError));
    }

    /// <inheritdoc/>
    public long GetResult(short token) => _source.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (SocketError == SocketError.Success)
        {
            _source.SetResult(BytesTransferred);
        }
        else
        {
            _source.SetException(new SocketException((int)SocketError));
        }
    }
}
