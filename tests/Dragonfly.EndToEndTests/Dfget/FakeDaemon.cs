// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Dfget;

/// <summary>A daemon's socket with a script behind it, for what a real daemon does not do on demand. Each connection runs the script once.</summary>
internal sealed class FakeDaemon : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly TestFolder _folder = new();
    private readonly ConcurrentBag<Task> _conversations = [];
    private readonly Task _accepting;

    public FakeDaemon(Func<FakeConnection, Task> script)
    {
        SocketPath = PathOf("d.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _accepting = AcceptAsync(script);
    }

    public string SocketPath { get; }

    public int Connections => _conversations.Count;

    public string Folder => _folder.Path;

    public string PathOf(string name) => _folder[name];

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.WaitAsync(RunningProgram.Patience);
        await Task.WhenAll(_conversations).WaitAsync(RunningProgram.Patience);
        _folder.Dispose();
    }

    private async Task AcceptAsync(Func<FakeConnection, Task> script)
    {
        while (true)
        {
            try
            {
                _conversations.Add(TalkAsync(await _listener.AcceptAsync(), script));
            }
            catch (SocketException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task TalkAsync(Socket socket, Func<FakeConnection, Task> script)
    {
        using var connection = new FakeConnection(socket);
        try
        {
            await script(connection);
            await connection.Ended;
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException or ChannelClosedException)
        {
            // The client went away, which some scripts are about.
        }
    }
}
