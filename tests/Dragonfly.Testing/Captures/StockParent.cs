// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Ids;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Vortex;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Testing.Captures;

/// <summary>
/// A parent that behaves as the original's in the recordings: tells its pieces in one go, serves one request a connection and closes; knows no
/// feature of ours. Thread safe.
/// </summary>
public sealed class StockParent : DfdaemonUpload.DfdaemonUploadBase, IAsyncDisposable
{
    private readonly TcpListener _pieces = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<SyncPiecesRequest> _asked = new();
    private readonly ConcurrentQueue<byte[]> _requests = new();
    private readonly ReadOnlyMemory<byte> _content;
    private readonly int _pieceLength;
    private RoleHost? _host;
    private Task _serving = Task.CompletedTask;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly bool _serves;

    private StockParent(ReadOnlyMemory<byte> content, int pieceLength, bool serves)
    {
        _content = content;
        _pieceLength = pieceLength;
        _serves = serves;
    }

    /// <summary>What children asked by SyncPieces.</summary>
    public IReadOnlyList<SyncPiecesRequest> Asked => [.. _asked];

    /// <summary>What children asked on piece connections, byte for byte; one each.</summary>
    public IReadOnlyList<byte[]> Requests => [.. _requests];

    /// <summary>Sends pieces with one bit wrong, under the right digest.</summary>
    public bool Corrupts { get; set; }

    /// <summary>Sends pieces without a digest, as the original's parents do with what was imported.</summary>
    public bool LacksDigest { get; set; }

    /// <summary>Sends the first half of a piece and then nothing more, without closing, as one that was frozen.</summary>
    public bool Stalls { get; set; }

    /// <summary>What it waits for before it tells of its pieces; null tells at once.</summary>
    public Func<Task>? BeforeTelling { get; set; }

    /// <summary>The request headers of the last SyncPieces, as they were on the wire.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>();

    /// <summary>Its upload gRPC port.</summary>
    public IPEndPoint Endpoint => _host!.Addresses.Get("grpc");

    /// <summary>Starts one.</summary>
    /// <param name="content">What it holds.</param>
    /// <param name="pieceLength">Bytes of a piece.</param>
    /// <param name="serves">False: it tells of its pieces and resets every piece connection, as one that dies.</param>
    /// <returns>The parent.</returns>
    public static async Task<StockParent> StartAsync(ReadOnlyMemory<byte> content, int pieceLength, bool serves = true)
    {
        var parent = new StockParent(content, pieceLength, serves);
        var role = new RoleHostBuilder("dfdaemon", new ProgramContext());
        role.Services.AddSingleton(parent);
        role.Listen(RoleListener.Tcp("grpc", IPAddress.Loopback, 0), endpoints => endpoints.MapGrpcService<StockParent>());
        parent._host = await role.StartAsync(default);
        parent._pieces.Start();
        parent._serving = parent.ServeAsync();
        return parent;
    }

    /// <summary>Waits for piece requests. One test may wait once.</summary>
    /// <param name="count">How many.</param>
    public async Task WaitForRequestsAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _arrived.WaitAsync(_stop.Token);
        }
    }

    /// <inheritdoc/>
    public override async Task SyncPieces(SyncPiecesRequest request, IServerStreamWriter<SyncPiecesResponse> responseStream, ServerCallContext context)
    {
        Headers = HeadersOf(context);
        _asked.Enqueue(request);
        if (BeforeTelling is { } before)
        {
            await before();
        }

        foreach (var number in request.InterestedPieceNumbers)
        {
            await responseStream.WriteAsync(new SyncPiecesResponse
            {
                Number = number,
                Offset = number * (ulong)_pieceLength,
                Length = (ulong)Piece((int)number).Length,
                Ip = "127.0.0.1",
                TcpPort = ((IPEndPoint)_pieces.LocalEndpoint).Port,
                QuicPort = 4006,
            });
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _pieces.Stop();
        await _serving;
        _stop.Dispose();
        _arrived.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    internal static IReadOnlyDictionary<string, string> HeadersOf(ServerCallContext context) => context.GetHttpContext().Request.Headers
        .Where(header => header.Key is not "Host")
        .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());

    private ReadOnlyMemory<byte> Piece(int number) => _content[(number * _pieceLength)..Math.Min(_content.Length, (number + 1) * _pieceLength)];

    private async Task ServeAsync()
    {
        var children = new List<Task>();
        try
        {
            while (true)
            {
                children.Add(ServeAsync(await _pieces.AcceptSocketAsync()));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The end.
        }

        await Task.WhenAll(children);
    }

    private async Task ServeAsync(Socket child)
    {
        using var socket = child;
        try
        {
            var request = new byte[VortexFrame.RequestLength];
            for (var filled = 0; filled < request.Length;)
            {
                var count = await socket.ReceiveAsync(request.AsMemory(filled));
                if (count == 0)
                {
                    return;
                }

                filled += count;
            }

            _requests.Enqueue(request);
            _arrived.Release();
            if (!_serves || !VortexFrame.TryReadRequest(request.AsSpan(VortexFrame.HeaderLength), out _, out var number))
            {
                socket.LingerState = new LingerOption(true, 0);
                return;
            }

            await SendAsync(socket, number);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The child is gone, or the test is over.
        }
    }

    private async Task SendAsync(Socket socket, PieceNumber number)
    {
        var piece = Piece(number.Value);
        var header = new VortexContentHeader
        {
            Number = number,
            Offset = (long)number.Value * _pieceLength,
            PieceLength = piece.Length,
            Digest = LacksDigest ? [] : Encoding.ASCII.GetBytes($"crc32:{Crc32.Compute(piece.Span)}"),
            ParentId = [],
            TrafficType = 1,
            CostSeconds = 0,
            CreatedAt = 1795310018,
        };
        var bytes = new byte[header.PacketLength];
        header.Write(bytes, 214, VortexTag.PieceContent);
        await socket.SendAsync(bytes);
        var end = Stalls ? piece.Length / 2 : piece.Length;
        if (Corrupts)
        {
            var wrong = piece.ToArray();
            wrong[end / 2] ^= 1;
            piece = wrong;
        }

        for (var sent = 0; sent < end;)
        {
            sent += await socket.SendAsync(piece[sent..end]);
        }

        if (Stalls)
        {
            // Until the child hangs up.
            await socket.ReceiveAsync(new byte[1], _stop.Token);
        }
    }
}
