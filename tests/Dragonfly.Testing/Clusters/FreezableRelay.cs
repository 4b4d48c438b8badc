// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Dragonfly.Testing.Clusters;

/// <summary>
/// Stands between a program and those that call it and can be frozen: connections stay open and new ones are accepted, but nothing goes through, as
/// with a process that was stopped by a signal. Thread safe.
/// </summary>
public sealed class FreezableRelay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _thawed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FreezableRelay(IPEndPoint target)
    {
        _target = target;
        _thawed.SetResult();
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Where to call.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Starts a relay.</summary>
    /// <param name="target">The program.</param>
    /// <returns>The relay.</returns>
    public static FreezableRelay Start(IPEndPoint target) => new(target);

    /// <summary>From now on nothing goes through.</summary>
    public void Freeze() => _thawed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held back goes on.</summary>
    public void Thaw() => _thawed.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(RelayAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the relay.
        }

        await Task.WhenAll(connections);
    }

    private async Task RelayAsync(Socket caller)
    {
        using var near = caller;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await _thawed.Task.WaitAsync(_stop.Token);
            await far.ConnectAsync(_target, _stop.Token);
            near.NoDelay = far.NoDelay = true;
            var ways = new[] { PumpAsync(near, far), PumpAsync(far, near) };
            await await Task.WhenAny(ways);
            near.Dispose();
            far.Dispose();
            await Task.WhenAll(ways);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side is gone; so is the other then.
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
        {
            await _thawed.Task.WaitAsync(_stop.Token);
            await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }
}
