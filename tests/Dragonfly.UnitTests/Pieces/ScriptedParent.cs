// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Dragonfly.UnitTests.Pieces;

/// <summary>A parent that passes a request on to a real one and changes the answer.</summary>
internal sealed class ScriptedParent : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<byte[], byte[]> _change;
    private readonly IPEndPoint _real;

    public ScriptedParent(Func<byte[], byte[]> change, IPEndPoint real)
    {
        _change = change;
        _real = real;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        _ = RunAsync();
    }

    public IPEndPoint Endpoint { get; }

    public void Dispose() => _listener.Dispose();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var child = await _listener.AcceptAsync();
                var request = new byte[256];
                var count = await child.ReceiveAsync(request);
                using var parent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await parent.ConnectAsync(_real);
                await parent.SendAsync(request.AsMemory(0, count));
                await child.SendAsync(_change(await PieceFixture.ReadToEndAsync(parent)));
                child.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
