// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Flow;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Daemon.Upload;
using Dragonfly.Protocol.Vortex;
using Dragonfly.Storage;
using Dragonfly.UnitTests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Pieces;

/// <summary>A parent with a store and a piece server, a child with a store and a transport, and a socket for saying anything.</summary>
internal sealed class PieceFixture : IAsyncDisposable
{
    private ByteRateLimiter _limiter = null!;

    public StoreFixture Parent { get; private set; } = null!;

    public StoreFixture Child { get; private set; } = null!;

    public PieceServer Server { get; private set; } = null!;

    public VortexTransport Transport { get; private set; } = null!;

    public IPEndPoint Endpoint { get; private set; } = null!;

    public static async Task<PieceFixture> StartAsync(
        Func<PieceServerOptions, PieceServerOptions>? server = null,
        Func<VortexTransportOptions, VortexTransportOptions>? transport = null,
        long? uploadLimit = null,
        TimeProvider? time = null)
    {
        var fixture = new PieceFixture { Parent = await StoreFixture.OpenAsync(), Child = await StoreFixture.OpenAsync() };
        var clock = time ?? TimeProvider.System;
        var options = new PieceServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) };
        fixture._limiter = new ByteRateLimiter(uploadLimit, TimeProvider.System);
        fixture.Server = new PieceServer(server?.Invoke(options) ?? options, fixture._limiter, null, clock, NullLogger<PieceServer>.Instance);
        fixture.Endpoint = fixture.Server.Bind();
        fixture.Server.Start(fixture.Parent.Store);
        var fetching = new VortexTransportOptions();
        fixture.Transport = new VortexTransport(transport?.Invoke(fetching) ?? fetching, TimeProvider.System, NullLogger<VortexTransport>.Instance);
        return fixture;
    }

    public ParentPiece PieceOf(int number, bool keepAlive = true, IPEndPoint? endpoint = null, int task = 1) => new(
        StoreFixture.IdOf(task), new PieceNumber(number), PeerId.Parse("parent-peer"), HostId.Parse("parent-host"), endpoint ?? Endpoint, keepAlive);

    public async Task<Result<FinishedPiece>> FetchAsync(StoredTask into, int number, bool keepAlive = true, IPEndPoint? endpoint = null)
    {
        using var claim = into.TryClaim(new PieceNumber(number))!;
        return await Transport.FetchAsync(PieceOf(number, keepAlive, endpoint), claim, CancellationToken.None);
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Endpoint);
        return socket;
    }

    public static byte[] Request(int number, int task = 1, VortexTag tag = VortexTag.DownloadPiece)
    {
        var bytes = new byte[VortexFrame.RequestLength];
        VortexFrame.WriteRequest(bytes, 7, tag, StoreFixture.IdOf(task), new PieceNumber(number));
        return bytes;
    }

    /// <summary>All bytes until the other side closes.</summary>
    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 << 10];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        int read;
        while ((read = await socket.ReceiveAsync(buffer, limit.Token)) > 0)
        {
            all.Write(buffer.AsSpan(0, read));
        }

        return all.ToArray();
    }

    public static (VortexHeader Header, byte[] Value, byte[] Content) Split(byte[] answer)
    {
        Assert.True(VortexFrame.TryReadHeader(answer, out var header));
        var value = answer[VortexFrame.HeaderLength..(VortexFrame.HeaderLength + (int)header.Length)];
        return (header, value, answer[(VortexFrame.HeaderLength + (int)header.Length)..]);
    }

    public async ValueTask DisposeAsync()
    {
        Transport.Dispose();
        await Server.DisposeAsync();
        await Parent.DisposeAsync();
        await Child.DisposeAsync();
        _limiter.Dispose();
    }
}
