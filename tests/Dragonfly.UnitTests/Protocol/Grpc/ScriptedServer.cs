// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>An HTTP/2 server that does what a test says, frame by frame.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedServer() => _listener.Start();

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>Takes the next connection and exchanges settings.</summary>
    public async Task<Connection> AcceptAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var client = await _listener.AcceptTcpClientAsync(limit.Token);
        var connection = new Connection(client);
        await connection.Stream.ReadExactlyAsync(new byte[FrameWriter.Preface.Length], limit.Token);
        await connection.SendAsync(FrameWriter.Settings, 0, 0);
        return connection;
    }

    public void Dispose() => _listener.Dispose();

    internal sealed class Connection(TcpClient client) : IDisposable
    {
        public NetworkStream Stream { get; } = client.GetStream();

        public async Task SendAsync(byte type, byte flags, int stream, params byte[] payload) =>
            await Stream.WriteAsync(FrameWriter.Frame(type, flags, stream, payload));

        /// <summary>Reads until a frame of a type comes, acknowledging settings on the way.</summary>
        public async Task<(int Stream, byte[] Payload)> ReadAsync(byte type)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            var head = new byte[9];
            while (true)
            {
                await Stream.ReadExactlyAsync(head, limit.Token);
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await Stream.ReadExactlyAsync(payload, limit.Token);
                if (head[3] == FrameWriter.Settings && head[4] == 0)
                {
                    await SendAsync(FrameWriter.Settings, 1, 0);
                }

                if (head[3] == type && !(type == FrameWriter.Data && payload.Length == 0))
                {
                    return ((head[5] << 24) | (head[6] << 16) | (head[7] << 8) | head[8], payload);
                }
            }
        }

        public Task SendResponseHeadersAsync(int stream) => SendAsync(
            FrameWriter.Headers, 0x4, stream, [0x88, .. FrameWriter.Field("content-type", "application/grpc")]);

        public Task SendTrailersAsync(int stream, string status = "0") =>
            SendAsync(FrameWriter.Headers, 0x5, stream, FrameWriter.Field("grpc-status", status));

        public void Dispose() => client.Dispose();
    }
}
